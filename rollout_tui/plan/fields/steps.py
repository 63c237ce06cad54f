"""The fields of the migration's steps, of the rollback's scenarios and of the metrics."""

from __future__ import annotations

from .field import Columns, Other, PlanField, TextForm, approvals_field, id_field, owner_field

MIGRATION_STEP: Columns = (
    id_field("A name for scripts, and for a scenario's `until`.", "add-column"),
    Other("number", r"^(no|order|seq\w*|nr|)$"),
    PlanField(
        "kind", "Steps go in this order, never reversed (R7).", ("schema",), TextForm.CHOICE, "Kind",
        r"^(kind|type|category)$",
    ),
    PlanField(
        "backward_compatible",
        "Whether old and new version work on the database after it; asked for before cleanup (R2).",
        (True,), TextForm.OWN, "Backward compatible", r"\bcompatib\w+\b",
    ),
    PlanField(
        "reversible", "The first step that is not is the point of no return.", (True,), TextForm.OWN, "Reversible",
        r"\b(revers\w+|roll ?back|undo)\b",
    ),
    PlanField("reverse_by", "How it is undone.", ("Drop the column",), TextForm.PROSE, renewed=True),
    owner_field(r"\b(owners?|responsible|assignee|who|dri|team|lead)\b"),
    approvals_field(),
    PlanField(
        "duration", "How long it takes.", ("< 1 min", "2 h"), TextForm.DURATION, "Duration",
        r"\b(duration|time|estimate\w*|eta|how long)\b",
    ),
    PlanField("risk", "How risky it is.", ("medium",), TextForm.OWN, "Risk", r"\brisks?\b"),
    PlanField("risk_note", "What the risk is.", ("Replication lag",), TextForm.PROSE, renewed=True),
    PlanField(
        "action", "What is done.", ("Add payment_state with its default",), TextForm.LINE, "Action",
        r"^(actions?|change|task|description|migration|what|operation|details?)$",
        renewed=True,
    ),
    Other("step", r"^steps?$"),
)  # fmt: skip

SCENARIO: Columns = (
    id_field(),
    PlanField(
        "kind", "The way back sets its longest time (R8): code 5 min, data 30 min, patch any.", ("data",),
        TextForm.CHOICE, "Kind", r"^(kind|type)$",
    ),
    PlanField(
        "until",
        "The id of the migration step past which it no longer helps; left out, a code scenario helps until the "
        "point of no return.",
        ("cleanup",), TextForm.LINE, "Until", r"^until$",
    ),
    PlanField(
        "steps", "What is done to get back, each signed by itself; in place of an action.",
        (["Stop the batch", "Restore the backup"],), TextForm.TEXTS, "Steps", r"^steps$",
        r"^(steps|procedure|roll ?back procedure|actions?)$",
        renewed=True,
    ),
    Other("number", r"^(no|step|order|nr|)$"),
    owner_field(
        r"\b(owners?|responsible|assignee|who|dri|team|lead|role)\b", r"^(owner|responsible|who|dri|team)$"
    ),
    PlanField(
        "time", "The target for being back.", ("< 30 min",), TextForm.DURATION, "Time",
        r"\b(time|rto|duration|target|eta|within|estimate\w*)\b",
        r"^((estimated |target |roll ?back )?(time|duration)|rto|eta|time target)$",
    ),
    PlanField(
        "scenario", "What went wrong.", ("Data corruption",), TextForm.LINE, "Scenario",
        r"\b(scenario|failure|incident|situation|case|if|problem|issue|layer|component|level|condition|trigger)\b",
        renewed=True,
    ),
    PlanField(
        "action", "What is done to get back, in one step.", ("Revert the deployment",), TextForm.OWN, "Action",
        r"\b(actions?|procedure|response|how|method|roll ?back|recovery|mitigation|task|command|steps?)\b",
        renewed=True,
    ),
    Other("rollback_triggers", labels=r"^((roll ?back|automatic roll ?back|abort) )?(triggers?|criteria|conditions?)$"),
)  # fmt: skip

METRIC: Columns = (
    id_field(),
    PlanField(
        "max_age", "How old a reading may be when a phase is promoted.", ("1 h", "10 min"), TextForm.DURATION,
        "Max age",
        r"^(max age|freshness)$",
    ),
    PlanField(
        "channel", "Where its alert is heard (R4).", ("PagerDuty: checkout",), TextForm.LINE, "Alert Channel",
        r"\b(channels?|notify|notification|destination|recipient|pager\w*|alert (to|via)|where|owner|who)\b",
    ),
    Other("target", r"^(targets?|expected.*|goal|normal.*|slo|healthy|objective)$"),
    PlanField(
        "threshold", "The breach: a sign, a number and its unit.", ("> 1 %", ">= 800 ms", "< 99.9 %"), TextForm.OWN,
        "Threshold", r"\b(thresholds?|limit|breach|critical|alert\w*|condition|roll ?back|red|trigger)\b",
    ),
    PlanField(
        "metric", "What is measured.", ("Error rate (5xx)",), TextForm.LINE, "Metric",
        r"\b(metrics?|signals?|indicators?|kpi|sli|measure|what|check|monitor)\b",
    ),
    PlanField(
        "action", "What to do on a breach (R4).", ("Investigate; roll back if it stays",), TextForm.LINE, "Action",
        r"\b(actions?|response|runbook|what to do|remediation|escalation)\b",
        renewed=True,
    ),
)  # fmt: skip
