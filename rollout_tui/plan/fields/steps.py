"""The fields of the migration's steps, of the rollback's scenarios and of the metrics."""

from __future__ import annotations

from .field import Columns, Field, Form, Other, approvals_field, id_field, owner_field

MIGRATION_STEP: Columns = (
    id_field("A name for scripts, and for a scenario's `until`.", "add-column"),
    Other("number", r"^(no|order|seq\w*|nr|)$"),
    Field(
        "kind", "Steps go in this order, never reversed (R7).", ("schema",), Form.CHOICE, "Kind",
        r"^(kind|type|category)$",
    ),
    Field(
        "backward_compatible",
        "Whether old and new version work on the database after it; asked for before cleanup (R2).",
        (True,), Form.OWN, "Backward compatible", r"\bcompatib\w+\b",
    ),
    Field(
        "reversible", "The first step that is not is the point of no return.", (True,), Form.OWN, "Reversible",
        r"\b(revers\w+|roll ?back|undo)\b",
    ),
    Field("reverse_by", "How it is undone.", ("Drop the column",), Form.PROSE, renewed=True),
    owner_field(r"\b(owners?|responsible|assignee|who|dri|team|lead)\b"),
    approvals_field(),
    Field(
        "duration", "How long it takes.", ("< 1 min", "2 h"), Form.DURATION, "Duration",
        r"\b(duration|time|estimate\w*|eta|how long)\b",
    ),
    Field("risk", "How risky it is.", ("medium",), Form.OWN, "Risk", r"\brisks?\b"),
    Field("risk_note", "What the risk is.", ("Replication lag",), Form.PROSE, renewed=True),
    Field(
        "action", "What is done.", ("Add payment_state with its default",), Form.LINE, "Action",
        r"^(actions?|change|task|description|migration|what|operation|details?)$",
        renewed=True,
    ),
    Other("step", r"^steps?$"),
)  # fmt: skip

SCENARIO: Columns = (
    id_field(),
    Field(
        "kind", "The way back sets its longest time (R8): code 5 min, data 30 min, patch any.", ("data",),
        Form.CHOICE, "Kind", r"^(kind|type)$",
    ),
    Field(
        "until",
        "The id of the migration step past which it no longer helps; left out, a code scenario helps until the "
        "point of no return.",
        ("cleanup",), Form.LINE, "Until", r"^until$",
    ),
    Field(
        "steps", "What is done to get back, each signed by itself; in place of an action.",
        (["Stop the batch", "Restore the backup"],), Form.TEXTS, "Steps", r"^steps$",
        r"^(steps|procedure|roll ?back procedure|actions?)$",
        renewed=True,
    ),
    Other("number", r"^(no|step|order|nr|)$"),
    owner_field(
        r"\b(owners?|responsible|assignee|who|dri|team|lead|role)\b", r"^(owner|responsible|who|dri|team)$"
    ),
    Field(
        "time", "The target for being back.", ("< 30 min",), Form.DURATION, "Time",
        r"\b(time|rto|duration|target|eta|within|estimate\w*)\b",
        r"^((estimated |target |roll ?back )?(time|duration)|rto|eta|time target)$",
    ),
    Field(
        "scenario", "What went wrong.", ("Data corruption",), Form.LINE, "Scenario",
        r"\b(scenario|failure|incident|situation|case|if|problem|issue|layer|component|level|condition|trigger)\b",
        renewed=True,
    ),
    Field(
        "action", "What is done to get back, in one step.", ("Revert the deployment",), Form.OWN, "Action",
        r"\b(actions?|procedure|response|how|method|roll ?back|recovery|mitigation|task|command|steps?)\b",
        renewed=True,
    ),
    Other("rollback_triggers", labels=r"^((roll ?back|automatic roll ?back|abort) )?(triggers?|criteria|conditions?)$"),
)  # fmt: skip

METRIC: Columns = (
    id_field(),
    Field(
        "max_age", "How old a reading may be when a phase is promoted.", ("1 h", "10 min"), Form.DURATION, "Max age",
        r"^(max age|freshness)$",
    ),
    Field(
        "channel", "Where its alert is heard (R4).", ("PagerDuty: checkout",), Form.LINE, "Alert Channel",
        r"\b(channels?|notify|notification|destination|recipient|pager\w*|alert (to|via)|where|owner|who)\b",
    ),
    Other("target", r"^(targets?|expected.*|goal|normal.*|slo|healthy|objective)$"),
    Field(
        "threshold", "The breach: a sign, a number and its unit.", ("> 1 %", ">= 800 ms", "< 99.9 %"), Form.OWN,
        "Threshold", r"\b(thresholds?|limit|breach|critical|alert\w*|condition|roll ?back|red|trigger)\b",
    ),
    Field(
        "metric", "What is measured.", ("Error rate (5xx)",), Form.LINE, "Metric",
        r"\b(metrics?|signals?|indicators?|kpi|sli|measure|what|check|monitor)\b",
    ),
    Field(
        "action", "What to do on a breach (R4).", ("Investigate; roll back if it stays",), Form.LINE, "Action",
        r"\b(actions?|response|runbook|what to do|remediation|escalation)\b",
        renewed=True,
    ),
)  # fmt: skip
