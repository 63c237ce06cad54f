"""Parts: what somebody found of a migration step or flag of which nobody knew whether it is there."""

from __future__ import annotations

from typing import ClassVar

from ...frozen import dataclass
from ..align_flags import align_flags
from ..builder import Builder
from ..deployed import name_of
from ..deploying import settle
from ..part import SAID, Found
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import DoesNotFit
from .phases import take_back
from .phrases import why


@dataclass(frozen=True)
class StateFound:
    """Somebody looked: `part` is a migration step's id, or `flag:` and a flag's, and `state` what it is."""

    kind: ClassVar[str] = "state_found"
    part: str
    state: Found
    note: str


Event = StateFound


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    if event.part not in run.effects:
        raise DoesNotFit(f"there is no {event.part!r}")
    settle(run, event.part, event.state, mark)
    if event.state == "undone" and run.rollback is None:
        was_exposed = bool(run.phases)
        take_back(run, (event.part,))
        if was_exposed:
            align_flags(run)


def words(event: Event, sequence: StageSequence) -> str:
    return f"found {name_of(event.part, sequence)}: {SAID[event.state]}{why(event.note)}"
