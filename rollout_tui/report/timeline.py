"""The timeline by stage: each stretch that a run stood in one, with what was recorded there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ..frozen import dataclass
from ..plan.quantities import format_span
from ..run.events import Entry, RollbackStarted
from ..run.evolve import begin, evolve
from ..run.figures import Figures
from ..run.state import Run

ROLLBACK = "Rollback"
AFTER_THE_END = "After the end"

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Segment:
    """A stretch of the run in one stage (or in its rollback); a stage that was gone back to has several.

    `took` and `waited` are the run's own figures: a phase takes from its start on, and waited for that before. One that
    was never started took None.
    """

    title: str
    began: datetime
    ended: datetime
    entries: tuple[Entry, ...]
    took: timedelta | None
    waited: timedelta

    @property
    def is_rollback(self) -> bool:
        return self.title == ROLLBACK

    @property
    def span(self) -> str:
        """Say how long it took, and how long it waited for its start."""
        took = "not started" if self.took is None else format_span(self.took)
        return f"{took}, after a wait of {format_span(self.waited)}" if self.waited >= _SECOND else took


@dataclass(frozen=True)
class _Place:
    """Where a run stood when it recorded an event: a stage's id, or nothing where it stood in none."""

    title: str
    stage: str = ""
    is_phase: bool = False


def segments(entries: Sequence[Entry], figures: Figures) -> tuple[Segment, ...]:
    """Give the run's segments in order; each lasts until the next begins."""
    parts: list[tuple[_Place, list[Entry]]] = []
    for place, entry in _placed(entries):
        if not parts or parts[-1][0].title != place.title:
            parts.append((place, []))
        parts[-1][1].append(entry)
    starts = [*_starts(parts), entries[-1].stamp.at]
    return tuple(
        Segment(place.title, starts[number], starts[number + 1], tuple(found), *_span(figures, parts, number, starts))
        for number, (place, found) in enumerate(parts)
    )


def _placed(entries: Sequence[Entry]) -> Iterator[tuple[_Place, Entry]]:
    run = begin(entries[0])
    yield _place(run, entries[0]), entries[0]
    for entry in entries[1:]:
        yield _place(run, entry), entry
        run = evolve(run, entry)


def _place(before: Run, entry: Entry) -> _Place:
    if before.closed is not None:
        return _Place(AFTER_THE_END)
    if isinstance(entry.event, RollbackStarted) or before.rolling_back:
        return _Place(ROLLBACK)
    if before.rollback is not None:
        return _Place(before.sequence.stages[-1].title)
    return _Place(before.stage.title, before.stage.id, before.stage.phase is not None)


def _starts(parts: list[tuple[_Place, list[Entry]]]) -> Iterator[datetime]:
    """A stage is open from what ended the one before; a rollback begins when someone begins it."""
    ended: datetime | None = None
    for place, found in parts:
        yield found[0].stamp.at if ended is None or place.title in {ROLLBACK, AFTER_THE_END} else ended
        ended = found[-1].stamp.at


def _span(
    figures: Figures, parts: list[tuple[_Place, list[Entry]]], number: int, starts: list[datetime]
) -> tuple[timedelta | None, timedelta]:
    """What a segment took and waited: its stage's visits that began after the segment before it there."""
    (place, found), ended = parts[number], starts[number + 1]
    whole = max(timedelta(0), ended - starts[number])
    if place.title == ROLLBACK:
        return _rollback(figures, found, ended, whole), timedelta(0)
    after = max((each[-1].seq for other, each in parts[:number] if other.stage == place.stage), default=-1)
    visits = [v for v in figures.visits if v.stage == place.stage and after < v.seq <= found[-1].seq]
    if not visits:
        return (None, whole) if place.is_phase else (whole, timedelta(0))
    took = sum((visit.lasted(ended) for visit in visits), timedelta(0))
    return took, sum((visit.waited for visit in visits), timedelta(0))


def _rollback(figures: Figures, found: list[Entry], ended: datetime, whole: timedelta) -> timedelta:
    """A rollback's clock runs from the time that its operator claims, and is recorded when it ends."""
    clocks = [each.took for each in figures.rollbacks if found[0].seq <= each.seq <= found[-1].seq]
    if figures.rolling_back_since is not None and not clocks:
        return max(timedelta(0), ended - figures.rolling_back_since)
    return clocks[-1] if clocks else whole
