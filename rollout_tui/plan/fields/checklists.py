"""The fields of the checklists' items."""

from __future__ import annotations

from .field import Columns, Other, PlanField, TextForm, approvals_field, id_field, owner_field
from .probes import PROBE_FIELD

CHECKLIST_ITEM: Columns = (
    id_field(labels=r"^id$"),
    Other("done", r"^(status|done|complete\w*|state|checked|result|ok|passed?|no|)$"),
    owner_field(
        r"\b(owners?|responsible|assignee|assigned|who|dri|team|lead|by)\b", r"^(owner|responsible|assignee|who|dri)$"
    ),
    PROBE_FIELD,
    PlanField(
        "max_age", "How old it may be at a gate that its probe looked, 1 h if left out.", ("30 min",),
        TextForm.DURATION, "Max age", r"^max age$", r"^max age$",
    ),
    approvals_field(labels=r"^approvals$"),
    PlanField(
        "proves", "The fact that a rule asks for (R1, R4): deploying does not begin before it is signed.",
        ("rollback-tested", "monitoring-ready"), TextForm.CHOICE, "Proves", r"^proves$", r"^proves$",
    ),
    PlanField(
        "link", "Where the evidence is.", ("https://ci.example.com/shop/checkout",), TextForm.LINE, "Link",
        r"^(link|url|ticket|reference)$", r"^(link|url)$",
        is_link=True,
    ),
    PlanField(
        "title", "What is checked, as the person who signs it reads it.", ("Rollback plan tested",), TextForm.LINE,
        column=r"^(tasks?|items?|checks?|activity|steps?|actions?|criteri\w+|requirements?|tests?|verification|what"
        r"|gate|checklist.*|deliverable)$",
        renewed=True,
    ),
    PlanField(
        "description", "How it is checked; it may have several lines.", ("One hour at 1,200 requests per second.",),
        TextForm.PROSE, "Description", r"^(descriptions?|notes?|details?|comments?|how|expected.*)$",
        r"^(description|details?|note|how)$",
        renewed=True,
    ),
)  # fmt: skip
