"""The fields of the checklists' items, of the phases and of the feature flags."""

from __future__ import annotations

from .field import Columns, Other, PlanField, TextForm, approvals_field, id_field, owner_field

CHECKLIST_ITEM: Columns = (
    id_field(labels=r"^id$"),
    Other("done", r"^(status|done|complete\w*|state|checked|result|ok|passed?|no|)$"),
    owner_field(
        r"\b(owners?|responsible|assignee|assigned|who|dri|team|lead|by)\b", r"^(owner|responsible|assignee|who|dri)$"
    ),
    approvals_field(labels=r"^approvals$"),
    PlanField(
        "proves", "The fact that a rule asks for (R1, R4): deploying does not begin before it is signed.",
        ("rollback-tested", "monitoring-ready"), TextForm.CHOICE, "Proves", r"^proves$", r"^proves$",
    ),
    PlanField(
        "link", "Where the evidence is.", ("https://ci.example.com/shop/checkout",), TextForm.LINE, "Link",
        r"^(link|url|ticket|reference)$", r"^(link|url)$",
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

PHASE: Columns = (
    approvals_field("How many people have to promote it.", r"^approvals$"),
    PlanField(
        "name", "The phase's name; feature flags refer to it.", ("Phase 1",), TextForm.LINE, "Phase",
        r"^(phases?|stages?|waves?|rings?|steps?|milestones?|cohorts?|environments?|env|week|day)( name| no)?$",
    ),
    PlanField(
        "success_criteria", "What has to hold for it to be promoted; each is signed.",
        (["No rise in checkout errors"],), TextForm.TEXTS,
        "Success Criteria", r"\b(success|exit|advance\w*|promot\w+|proceed|graduat\w+|pass|go criteria)\b",
        r"^(success|exit|promotion|advance|acceptance|go)( criteria| metrics| if)?$"
        r"|^(criteria|gate|go no go|expected|proceed if|checklist)$",
        renewed=True,
    ),
    PlanField(
        "rollback_triggers", "What makes people roll back; one that fired blocks the gate.",
        (["Error rate above 2 % for 5 min"],), TextForm.TEXTS, "Rollback Trigger",
        r"\b(roll ?back|abort|revert|stop|halt|triggers?|kill)\b",
        r"^(roll ?back|abort|stop|revert)( triggers?| criteria| conditions?| if)?$|^triggers?$",
        renewed=True,
    ),
    PlanField(
        "duration", "The soak: how long it must stay healthy before its gate opens; — for none.",
        ("2 days", "1 h 30 min", "—"), TextForm.DURATION, "Duration",
        r"\b(duration|soak|bake|hold|how long|time|period|length)\b",
        r"^(duration|soak( time)?|bake time|time|length|timeline|how long|hold|period)$",
    ),
    PlanField(
        "audience", "Whom it exposes, with the share of users if there is one.",
        ("Internal team only", "25% of users"), TextForm.OWN, "Audience",
        r"\b(audience|users?|traffic|percent\w*|scope|targets?|who|reach|exposure|population|segment|groups?"
        r"|customers?|tenants?|regions?)\b|%",
        r"^(audience|users?|traffic|scope|targets?|exposure|reach|who|percentage|cohort|roll ?out"
        r"|desired number of users)$",
    ),
    Other("success_criteria", r"\b(criteri\w+|gates?|go no go|expected|validation|decision)\b"),
)  # fmt: skip

FEATURE_FLAG: Columns = (
    PlanField(
        "name", "The flag's name.", ("new_checkout",), TextForm.LINE, "Flag Name",
        r"^((feature )?(flags?|toggles?|switch|key)( name| key)?|name|feature)$",
    ),
    PlanField(
        "default", "What it is set to before the first phase, and by a rollback.", (False, "internal"), TextForm.OWN,
        "Default", r"\b(default|initial)\b",
    ),
    PlanField(
        "description", "What it switches.", ("Shows the new payment page.",), TextForm.PROSE, "Description",
        r"^(descriptions?|purpose|what.*|controls|meaning|feature)$",
        renewed=True,
    ),
    PlanField(
        "rollout", "What each phase sets it to, by the phase's name; a phase not named leaves it.",
        ({"Phase 1": "internal", "Phase 2": "25 %", "Phase 3": True},), TextForm.OWN, "Rollout",
        r"^(roll ?out.*|schedule|plan|phases|values?)$",
    ),
)  # fmt: skip
