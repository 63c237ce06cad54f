"""The plans that the tests of the domain walk, as small as what they show allows."""

CANARY = """
format = 1
[plan]
name = "Shop 2"
service = "shop"
release = "2.0.0"
owner = "alice"
change_size = "large"
[strategy]
kind = "canary"
rollback_time = "5 min"
database_migration = "before"
[[pre_deployment]]
id = "tests"
title = "All tests passing"
max_age = "30 min"
probe = { command = ["./look"] }
[[pre_deployment]]
id = "security"
title = "Security review"
approvals = 2
probe = { command = ["./look"] }
[[pre_deployment]]
id = "monitoring"
title = "Monitoring ready"
proves = "monitoring-ready"
probe = { command = ["./look"] }
[[pre_deployment]]
id = "rollback-plan"
title = "Rollback plan tested"
proves = "rollback-tested"
[[phases]]
name = "Inside"
audience = "Internal team only"
duration = "1 h"
success_criteria = ["Orders go through"]
rollback_triggers = ["Paid twice", "Errors above 2 %"]
[[phases]]
name = "Some"
audience = "25% of users"
duration = "2 h"
success_criteria = ["Conversion holds", "Refunds arrive"]
rollback_triggers = ["Paid twice"]
approvals = 2
[[phases]]
name = "All"
audience = "100% of users"
success_criteria = ["Evening peak is steady"]
rollback_triggers = ["Paid twice"]
[[feature_flags]]
name = "new_shop"
default = false
rollout = { "Inside" = "internal", "Some" = "25 %", "All" = "100 %" }
[[feature_flags]]
name = "wallet"
default = false
rollout = { "Inside" = "internal", "All" = "100 %" }
[[feature_flags]]
name = "late"
default = false
rollout = { "Some" = true }
[[migration]]
id = "add-column"
action = "Add a column"
kind = "schema"
reversible = true
backward_compatible = true
[[migration]]
id = "install"
action = "Install 2.0.0"
kind = "code"
reversible = true
backward_compatible = true
[[migration]]
id = "fill"
action = "Fill the column"
kind = "backfill"
reversible = true
backward_compatible = true
[[migration]]
id = "drop-column"
action = "Drop the old column"
kind = "cleanup"
reversible = false
approvals = 2
[[rollback]]
id = "bug"
scenario = "Code bug"
kind = "code"
steps = ["Flags off", "Redeploy 1.0.0"]
time = "5 min"
[[rollback]]
id = "data"
scenario = "Data corruption"
kind = "data"
steps = ["Restore the snapshot"]
time = "30 min"
until = "fill"
[[rollback]]
id = "patch"
scenario = "Security hole"
kind = "patch"
action = "Install the patch"
time = "20 min"
[[monitoring]]
id = "errors"
metric = "Error rate"
threshold = "> 1 %"
channel = "pager"
action = "look"
max_age = "30 min"
[[monitoring]]
id = "uptime"
metric = "Uptime"
threshold = "< 99 %"
channel = "pager"
action = "look"
[[post_deployment]]
id = "health"
title = "Health checks respond"
max_age = "30 min"
probe = { command = ["./look"] }
[[post_deployment]]
id = "flows"
title = "Key flows work"
"""

ROLLING = """
format = 1
[plan]
name = "Rounding fix"
service = "invoices"
release = "1.2.3"
[strategy]
kind = "rolling-update"
rollback_time = "3 min"
[[pre_deployment]]
id = "tests"
title = "Tests pass"
[[pre_deployment]]
id = "monitoring"
title = "Alerts fire"
proves = "monitoring-ready"
[[pre_deployment]]
id = "rollback-plan"
title = "Rollback tried"
proves = "rollback-tested"
[[phases]]
name = "Everyone"
audience = "100% of users"
duration = "15 min"
success_criteria = ["Invoices add up"]
rollback_triggers = ["A cent is off"]
[[rollback]]
id = "bug"
scenario = "Code bug"
kind = "code"
action = "Redeploy 1.2.2"
time = "3 min"
[[monitoring]]
id = "errors"
metric = "Error rate"
threshold = "> 1 %"
channel = "pager"
action = "look"
[[post_deployment]]
id = "health"
title = "Health checks respond"
"""

BLUE_GREEN = """
format = 1
[plan]
name = "Ledger 7"
service = "ledger"
release = "7.0.0"
[strategy]
kind = "blue-green"
downtime = "maintenance-window"
rollback_time = "4 min"
database_migration = "during"
[strategy.window]
start = 2026-03-02T11:30:00+00:00
end = 2026-03-02T15:00:00+00:00
reason = "the book is closed meanwhile"
[[pre_deployment]]
id = "monitoring"
title = "Alerts fire"
proves = "monitoring-ready"
[[pre_deployment]]
id = "rollback-plan"
title = "Restore tried"
proves = "rollback-tested"
approvals = 2
[[phases]]
name = "Shadow"
audience = "Finance only"
duration = "45 min"
success_criteria = ["Balances equal"]
rollback_triggers = ["A balance differs"]
approvals = 2
[[phases]]
name = "Live"
audience = "100% of users"
duration = "2 h"
success_criteria = ["First payment run is booked"]
rollback_triggers = ["A balance differs"]
[[feature_flags]]
name = "double_entry"
default = false
rollout = { "Shadow" = "finance", "Live" = true }
[[migration]]
id = "add-table"
action = "Create the table"
kind = "schema"
reversible = true
backward_compatible = true
[[migration]]
id = "install"
action = "Install on green"
kind = "code"
reversible = true
backward_compatible = true
[[migration]]
id = "convert"
action = "Convert the bookings"
kind = "backfill"
reversible = false
duration = "20 min"
approvals = 2
backward_compatible = true
[[migration]]
id = "drop"
action = "Drop the old table"
kind = "cleanup"
reversible = true
[[migration]]
id = "shrink"
action = "Give the disk back"
kind = "cleanup"
reversible = false
[[rollback]]
id = "to-blue"
scenario = "Green misbehaves"
kind = "code"
steps = ["Router to blue", "Trial balance"]
time = "4 min"
[[rollback]]
id = "restore"
scenario = "Balances are wrong"
kind = "data"
action = "Restore the snapshot"
time = "30 min"
until = "drop"
[[monitoring]]
id = "imbalance"
metric = "Accounts out of balance"
threshold = "> 0"
channel = "pager"
action = "look"
max_age = "10 min"
[[post_deployment]]
id = "balance"
title = "Trial balance"
approvals = 2
"""

AFTER = (
    BLUE_GREEN.replace('database_migration = "during"', 'database_migration = "after"')
    .replace('time = "4 min"\n[[', 'time = "4 min"\nreverses = ["1: install", "2: flag:double_entry"]\n[[')
    .replace('until = "drop"\n', 'until = "drop"\nreverses = ["convert", "add-table"]\n')
)
# The error rate is read by a probe, and the soaks count only while it was.
SENSED = CANARY.replace(
    'max_age = "30 min"\n[[monitoring]]',
    'max_age = "30 min"\nprobe = { command = ["./look"], unit = "%" }\n[[monitoring]]',
)
OBSERVED = ROLLING.replace(
    "[[post_deployment]]",
    """probe = { source = "prod", query = "errors", unit = "%" }
[sources.prod]
prometheus = "https://prometheus.example.com"
[[post_deployment]]""",
)
# What else a probe sees in a phase: a criterion, the value of a flag, and triggers, one of which holds the run.
WATCHED = (
    CANARY.replace('["Orders go through"]', '[{ text = "Orders go through", probe = { command = ["./look"] } }]')
    .replace(
        '["Paid twice", "Errors above 2 %"]',
        """["Paid twice", { text = "Queue grows", probe = { command = ["./look"] } }, { text = "Errors above 2 %", \
for = "5 min", on_fire = "hold", probe = { source = "prod", query = "errors", expect = "< 2" } }]""",
    )
    .replace('name = "wallet"\n', 'name = "wallet"\nprobes = { "Inside" = { command = ["./look"] } }\n')
    .replace("[[phases]]", '[sources.prod]\nprometheus = "https://prometheus.example.com"\n[[phases]]', 1)
)
FILLED = CANARY.replace('kind = "backfill"\n', 'kind = "backfill"\nduration = "3 h"\n')
PLANS = {"canary": WATCHED, "rolling": OBSERVED, "blue-green": BLUE_GREEN, "backfill after": AFTER}
