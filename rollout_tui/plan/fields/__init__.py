"""What every field of a plan is for: one table that the schema, the import, the export and the reports share.

It stands beside the model because a run needs none of it; a test holds the two to the same fields.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Literal

from ..model import (
    ChecklistItem,
    Criterion,
    FeatureFlag,
    Header,
    Metric,
    MigrationStep,
    Notes,
    Phase,
    Plan,
    Scenario,
    Strategy,
    Trigger,
    Window,
)
from ..probe import Probe, Source
from . import checklists, feature_flags, header, migration, monitoring, phases, probes, rollback
from .field import Columns as Columns
from .field import Other as Other
from .field import PlanField as PlanField
from .field import TextForm as TextForm

_NOTE = "Notes on this section, each of one line or several."

TABLES: Mapping[type[Any], Columns] = {
    Plan: header.PLAN,
    Header: header.HEADER,
    Strategy: header.STRATEGY,
    Window: header.WINDOW,
    ChecklistItem: checklists.CHECKLIST_ITEM,
    Phase: phases.PHASE,
    Criterion: probes.CRITERION,
    Trigger: probes.TRIGGER,
    FeatureFlag: feature_flags.FEATURE_FLAG,
    MigrationStep: migration.MIGRATION_STEP,
    Scenario: rollback.SCENARIO,
    Metric: monitoring.METRIC,
    Source: probes.SOURCE,
    Probe: probes.PROBE,
    Notes: tuple(PlanField(key, _NOTE, (["Agreed with treasury."],)) for key in Notes.__dataclass_fields__),
}
"""Every table of the file, by its class in the model."""

FIELDS: Mapping[type[Any], Mapping[str, PlanField]] = {
    model: {each.key: each for each in table if isinstance(each, PlanField)} for model, table in TABLES.items()
}
"""The fields of every table of the file, by their keys."""


def choices_of(model: type[Any], key: str) -> tuple[str, ...]:
    """Give the words that a field of the form CHOICE takes."""
    hint = typing.get_type_hints(model)[key]
    literals = (arg for arg in (hint, *typing.get_args(hint)) if typing.get_origin(arg) is Literal)
    return tuple(typing.get_args(next(literals)))


def keys_of(form: TextForm) -> frozenset[str]:
    """Give the keys of the fields of a form, whatever table they stand in."""
    return frozenset(field.key for fields in FIELDS.values() for field in fields.values() if field.form is form)
