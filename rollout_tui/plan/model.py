"""The plan as one frozen value: the eight sections of the document format, with its names.

The field names are the keys of the TOML file (`header` is its `[plan]` table). Nothing here validates: `toml.load`
checks a user's file with pydantic and reports every mistake; `build` makes the plan of a journal, which was checked
when its run started, without that cost.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from functools import cache
from typing import Any, Literal

from ..frozen import dataclass
from .probe import NO_DURATION as NO_DURATION
from .probe import ONE_HOUR as ONE_HOUR
from .probe import Criterion as Criterion
from .probe import Holds as Holds
from .probe import OnFire as OnFire
from .probe import Probe, Source, Watched, as_table
from .probe import Reduce as Reduce
from .probe import Trigger as Trigger
from .quantities import Audience, Comparison, Duration, FlagValue, Quantity

StrategyKind = Literal["rolling-update", "blue-green", "canary"]
Downtime = Literal["zero-downtime", "maintenance-window"]
MigrationTiming = Literal["none", "before", "during", "after"]
MigrationKind = Literal["schema", "code", "backfill", "cleanup"]
ScenarioKind = Literal["code", "data", "patch"]
Risk = Literal["low", "medium", "high"]
Proof = Literal["rollback-tested", "monitoring-ready"]
AfterBreach = Literal["pause", "restart"]

OFF = FlagValue("false")


@dataclass(frozen=True)
class Header:
    """What is deployed, and who answers for it; `artifacts` name what is installed, by digest or address.

    `identity` says by what two people are told apart where two have to agree.
    """

    name: str
    service: str
    release: str
    previous_release: str = ""
    owner: str = ""
    ticket: str = ""
    change_size: Literal["small", "large"] = "small"
    identity: Literal["claimed", "login", "signed"] = "claimed"
    links: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    previous_artifacts: tuple[str, ...] = ()
    not_placeholders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """A maintenance window: both times with their offset from UTC, and why downtime is needed."""

    start: datetime | None = None
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Strategy:
    """How the release goes out; `rollback_time` is the target for undoing it."""

    kind: StrategyKind
    downtime: Downtime = "zero-downtime"
    window: Window | None = None
    rollback_time: Duration = NO_DURATION
    database_migration: MigrationTiming = "none"


@dataclass(frozen=True)
class ChecklistItem:
    """One line of a checklist; `proves` names the fact that a rule asks for and that signing it shows.

    `probe` looks whether it holds, and `max_age` is how old that may be at a gate.
    """

    title: str
    id: str = ""
    owner: str = ""
    description: str = ""
    link: str = ""
    approvals: int = 1
    proves: Proof | None = None
    probe: Probe | None = None
    max_age: Duration = ONE_HOUR


@dataclass(frozen=True)
class Phase:
    """An audience exposed for a time; `duration` is the soak, `approvals` how many people promote it.

    `after_breach` says whether its soak goes on after a breach, or begins anew.
    """

    name: str
    audience: Audience
    duration: Duration = NO_DURATION
    success_criteria: tuple[Criterion, ...] = ()
    rollback_triggers: tuple[Trigger, ...] = ()
    approvals: int = 1
    after_breach: AfterBreach = "pause"


@dataclass(frozen=True)
class FeatureFlag:
    """A flag, its default, and its value for each phase by the phase's name; `probes` see whether that is set."""

    name: str
    description: str = ""
    default: FlagValue = OFF
    rollout: Mapping[str, FlagValue] = field(default_factory=dict)
    probes: Mapping[str, Probe] = field(default_factory=dict)


@dataclass(frozen=True)
class MigrationStep:
    """One step of the database migration; `reverse_by` says how it is undone, `risk_note` what the risk is."""

    action: str
    kind: MigrationKind
    reversible: bool
    id: str = ""
    reverse_by: str = ""
    duration: Duration = NO_DURATION
    risk: Risk = "low"
    risk_note: str = ""
    backward_compatible: bool | None = None
    owner: str = ""
    approvals: int = 1


@dataclass(frozen=True)
class Scenario:
    """A way back: its steps (or one action), its target time, and the step past which it no longer helps.

    `reverses` names the migration steps and flags (`flag:NAME`) that it takes back; a number and a colon before a name
    say which of its steps does, without one all of them do together. `answers` names the rollback triggers and metrics
    for which it is the way back.
    """

    scenario: str
    kind: ScenarioKind
    time: Duration
    id: str = ""
    action: str = ""
    steps: tuple[str, ...] = ()
    owner: str = ""
    until: str = ""
    reverses: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Metric:
    """A metric that is watched; `threshold` is its breach, `max_age` how old a reading may be at a gate.

    `probe` reads it; without one a person does.
    """

    metric: str
    threshold: Comparison
    id: str = ""
    channel: str = ""
    action: str = ""
    max_age: Duration = ONE_HOUR
    probe: Probe | None = None


@dataclass(frozen=True)
class Notes:
    """What a document said beyond the fields, by the section it stood in; nothing depends on it."""

    plan: tuple[str, ...] = ()
    strategy: tuple[str, ...] = ()
    pre_deployment: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    feature_flags: tuple[str, ...] = ()
    migration: tuple[str, ...] = ()
    rollback: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()
    post_deployment: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A whole plan: the header, the eight sections, the sources that its probes ask, and notes."""

    header: Header
    strategy: Strategy
    phases: tuple[Phase, ...]
    pre_deployment: tuple[ChecklistItem, ...] = ()
    feature_flags: tuple[FeatureFlag, ...] = ()
    migration: tuple[MigrationStep, ...] = ()
    rollback: tuple[Scenario, ...] = ()
    monitoring: tuple[Metric, ...] = ()
    post_deployment: tuple[ChecklistItem, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    notes: Notes = Notes()
    format: Literal[1] = 1


def build(document: Mapping[str, Any]) -> Plan:
    """Make the plan from its parsed TOML, known to be valid; raises ValueError, KeyError or TypeError if it is not."""
    document = dict(document)
    return typing.cast(Plan, _construct(Plan, document | {"header": document.pop("plan")}))


def file_key(name: str) -> str:
    """Give the key in the file of a field, which a word of Python's own has an underscore behind."""
    return name.removesuffix("_")


def field_name(owner: Any, key: str) -> str:
    """Give the field of a class that a key in the file stands for."""
    return key if key in owner.__dataclass_fields__ else f"{key}_"


def _construct(cls: Any, data: Mapping[str, Any]) -> Any:
    known = cls.__dataclass_fields__
    names = ((key if key in known else f"{key}_", value) for key, value in data.items())
    return cls(**{name: _maker_of(known[name].type)(value) for name, value in names})


@cache
def _maker_of(annotation: str) -> typing.Callable[[Any], Any]:
    """Give the function that makes the value of a field with this annotation; a dozen of them serve all fields."""
    return _maker(eval(annotation))


def _maker(hint: Any) -> typing.Callable[[Any], Any]:
    """Give the function that makes a field's value of what TOML holds for it."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return _maker(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        each = _maker(args[0])
        return lambda values: tuple(each(value) for value in values)
    if origin is Mapping:
        each = _maker(args[1])
        return lambda table: {key: each(value) for key, value in table.items()}
    if isinstance(hint, type) and issubclass(hint, Quantity):
        return hint.parse
    if isinstance(hint, type) and issubclass(hint, Watched):
        return lambda value: _construct(hint, as_table(value))
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        return lambda data: _construct(hint, data)
    return lambda value: value
