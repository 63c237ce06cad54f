"""The fields of the migration's steps."""

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
