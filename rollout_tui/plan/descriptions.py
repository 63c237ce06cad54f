"""What every field of a plan file is for, with values that it takes: `rollout schema` shows it, and so do editors.

It stands beside the model because only the schema needs it; a test holds the two to the same fields. The order is
that of the file. A field that holds tables has no examples here: the schema makes them of the tables' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..frozen import dataclass
from .model import (
    ChecklistItem,
    FeatureFlag,
    Header,
    Metric,
    MigrationStep,
    Notes,
    Phase,
    Plan,
    Scenario,
    Strategy,
    Window,
)


@dataclass(frozen=True)
class Description:
    """What a field means, and examples of its value as JSON has them."""

    text: str
    examples: tuple[Any, ...] = ()


_ID = Description(
    "A name for logs and scripts that stays when the words change; left out, it is made of them.", ("smoke-test",)
)
_OWNER = Description("Who does it, or answers for it.", ("Dana Ruiz (DBA)", "On-call engineer"))
_NOTE = Description("Notes on this section, each of one line or several.", (["Agreed with treasury."],))
_APPROVALS = Description("How many people have to sign it.", (2,))

DESCRIPTIONS: Mapping[type, Mapping[str, Description]] = {
    Plan: {
        "format": Description("The format of the file.", (1,)),
        "header": Description("What is deployed, and who answers for it."),
        "strategy": Description("How the release goes out."),
        "pre_deployment": Description("What has to be signed before deploying begins."),
        "phases": Description("Who is exposed, one audience after the other; each phase ends in a gate."),
        "feature_flags": Description("The flags that the phases set."),
        "migration": Description("The steps of the database migration: schema, code, backfill, cleanup."),
        "rollback": Description("The ways back, one for each scenario."),
        "monitoring": Description("The metrics that are watched, and what counts as a breach."),
        "post_deployment": Description("What has to be validated before the run can be closed as completed."),
        "notes": Description("What else there is to say, by section; nothing depends on it."),
    },
    Header: {
        "name": Description("The name of the change.", ("Checkout v2",)),
        "service": Description("The service that is deployed; its runs are found by it.", ("checkout",)),
        "release": Description("The version that is deployed.", ("2.4.0",)),
        "previous_release": Description("The version that is live now: what a rollback goes back to.", ("2.3.6",)),
        "owner": Description("The release manager.", ("Alice Meyer",)),
        "ticket": Description("The change's ticket.", ("SHOP-1482",)),
        "change_size": Description("A large change needs a feature flag with a value for each phase (R3).", ("large",)),
        "links": Description("Pages that help on the day.", (["https://wiki.example.com/checkout/v2"],)),
    },
    Strategy: {
        "kind": Description("How instances or users move to the release.", ("canary",)),
        "downtime": Description("A maintenance window asks for [strategy.window] (R6).", ("zero-downtime",)),
        "window": Description("When the service may be down; only with a maintenance window."),
        "rollback_time": Description("The target for undoing the release: at most 5 min (R8).", ("< 5 min",)),
        "database_migration": Description(
            "Where the backfill runs: before Phase 1, during the last phase, or after it.", ("before",)
        ),
    },
    Window: {
        "start": Description("With its offset from UTC, and without quotes.", ("2026-12-05T22:00:00+01:00",)),
        "end": Description("With its offset from UTC, and without quotes.", ("2026-12-06T02:00:00+01:00",)),
        "reason": Description("Why it can't go without downtime.", ("Bookings must stand still meanwhile.",)),
    },
    ChecklistItem: {
        "title": Description("What is checked, as the person who signs it reads it.", ("Rollback plan tested",)),
        "id": _ID,
        "owner": _OWNER,
        "description": Description(
            "How it is checked; it may have several lines.", ("One hour at 1,200 requests per second.",)
        ),
        "link": Description("Where the evidence is.", ("https://ci.example.com/shop/checkout",)),
        "approvals": _APPROVALS,
        "proves": Description(
            "The fact that a rule asks for (R1, R4): deploying does not begin before it is signed.",
            ("rollback-tested", "monitoring-ready"),
        ),
    },
    Phase: {
        "name": Description("The phase's name; feature flags refer to it.", ("Phase 1",)),
        "audience": Description(
            "Whom it exposes, with the share of users if there is one.", ("Internal team only", "25% of users")
        ),
        "duration": Description(
            "The soak: how long it must stay healthy before its gate opens; — for none.", ("2 days", "1 h 30 min", "—")
        ),
        "success_criteria": Description(
            "What has to hold for it to be promoted; each is signed.", (["No rise in checkout errors"],)
        ),
        "rollback_triggers": Description(
            "What makes people roll back; one that fired blocks the gate.", (["Error rate above 2 % for 5 min"],)
        ),
        "approvals": Description("How many people have to promote it.", (2,)),
    },
    FeatureFlag: {
        "name": Description("The flag's name.", ("new_checkout",)),
        "description": Description("What it switches.", ("Shows the new payment page.",)),
        "default": Description("What it is set to before the first phase, and by a rollback.", (False, "internal")),
        "rollout": Description(
            "What each phase sets it to, by the phase's name; a phase not named leaves it.",
            ({"Phase 1": "internal", "Phase 2": "25 %", "Phase 3": True},),
        ),
    },
    MigrationStep: {
        "id": Description("A name for scripts, and for a scenario's `until`.", ("add-column",)),
        "action": Description("What is done.", ("Add payment_state with its default",)),
        "kind": Description("Steps go in this order, never reversed (R7).", ("schema",)),
        "reversible": Description("The first step that is not is the point of no return.", (True,)),
        "reverse_by": Description("How it is undone.", ("Drop the column",)),
        "duration": Description("How long it takes.", ("< 1 min", "2 h")),
        "risk": Description("How risky it is.", ("medium",)),
        "risk_note": Description("What the risk is.", ("Replication lag",)),
        "backward_compatible": Description(
            "Whether old and new version work on the database after it; asked for before cleanup (R2).", (True,)
        ),
        "owner": _OWNER,
        "approvals": _APPROVALS,
    },
    Scenario: {
        "scenario": Description("What went wrong.", ("Data corruption",)),
        "kind": Description("The way back sets its longest time (R8): code 5 min, data 30 min, patch any.", ("data",)),
        "time": Description("The target for being back.", ("< 30 min",)),
        "id": _ID,
        "action": Description("What is done to get back, in one step.", ("Revert the deployment",)),
        "steps": Description(
            "What is done to get back, each signed by itself; in place of an action.",
            (["Stop the batch", "Restore the backup"],),
        ),
        "owner": _OWNER,
        "until": Description(
            "The id of the migration step past which it no longer helps; left out, a code scenario helps until the "
            "point of no return.",
            ("cleanup",),
        ),
    },
    Metric: {
        "metric": Description("What is measured.", ("Error rate (5xx)",)),
        "threshold": Description("The breach: a sign, a number and its unit.", ("> 1 %", ">= 800 ms", "< 99.9 %")),
        "id": _ID,
        "channel": Description("Where its alert is heard (R4).", ("PagerDuty: checkout",)),
        "action": Description("What to do on a breach (R4).", ("Investigate; roll back if it stays",)),
        "max_age": Description("How old a reading may be when a phase is promoted.", ("1 h", "10 min")),
    },
    Notes: dict.fromkeys(Notes.__dataclass_fields__, _NOTE),
}
