"""The fields of the feature flags."""

from __future__ import annotations

from .field import Columns, PlanField, TextForm
from .probes import PROBE_EXAMPLES

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
    PlanField(
        "probes", "What sees whether the flag has its value, by the phase's name.", ({"Phase 2": PROBE_EXAMPLES[1]},),
        TextForm.TABLE, "Probes", r"^probes$",
    ),
)  # fmt: skip
