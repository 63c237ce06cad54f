"""The fields of the phases."""

from __future__ import annotations

from .field import Columns, Other, PlanField, TextForm, approvals_field

_CRITERIA = (
    ["No rise in checkout errors"],
    [{"text": "Orders go through", "probe": {"command": ["./place-order"]}}],
)
_TRIGGERS = (
    ["Error rate above 2 % for 5 min"],
    [{"text": "Nobody can pay", "probe": {"command": ["./pay"]}, "for": "5 min", "on_fire": "hold"}],
)

PHASE: Columns = (
    approvals_field("How many people have to promote it.", r"^approvals$"),
    PlanField(
        "name", "The phase's name; feature flags refer to it.", ("Phase 1",), TextForm.LINE, "Phase",
        r"^(phases?|stages?|waves?|rings?|steps?|milestones?|cohorts?|environments?|env|week|day)( name| no)?$",
    ),
    PlanField(
        "success_criteria", "What has to hold for it to be promoted; each is signed.",
        _CRITERIA, TextForm.WATCHED,
        "Success Criteria", r"\b(success|exit|advance\w*|promot\w+|proceed|graduat\w+|pass|go criteria)\b",
        r"^(success|exit|promotion|advance|acceptance|go)( criteria| metrics| if)?$"
        r"|^(criteria|gate|go no go|expected|proceed if|checklist)$",
        renewed=True,
    ),
    PlanField(
        "rollback_triggers", "What makes people roll back; one that fired blocks the gate.",
        _TRIGGERS, TextForm.WATCHED, "Rollback Trigger",
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
        "after_breach", "What a breach does to the soak: pause stops it until a fine reading, restart begins it anew.",
        ("restart", "pause"), TextForm.CHOICE, "After a breach", r"^(after (a )?breach|on (a )?breach)$",
        r"^(after|on) (a )?breach$",
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
