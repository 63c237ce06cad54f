"""The fields of the rollback's scenarios."""

from __future__ import annotations

from .field import Columns, Other, PlanField, TextForm, id_field, owner_field

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
        "reverses",
        "The ids of the migration steps, and flag: with the names of the flags, that it takes back; before one of "
        "them the number of the step that does, as in 2: flag:new_checkout. Left out, a code scenario takes back the "
        "code steps, and each flag that is on has a row of its own.",
        (["deploy-code"],), TextForm.TEXTS, "Reverses", r"^(reverses|takes back)$",
        r"^(reverses|takes back)$",
    ),
    PlanField(
        "answers",
        "The rollback triggers, by their words, and the metrics, by id or name, that it is the way back for: when one "
        "of them fires or is in breach it is the one that is offered.",
        (["A payment is charged twice"],), TextForm.TEXTS, "Answers", r"^answers( to)?$", r"^answers( to)?$",
        renewed=True,
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
