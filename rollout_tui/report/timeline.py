"""The timeline by stage: each time that a run stood in one, with what was recorded there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ..frozen import dataclass
from ..run.events import Entry, RollbackStarted
from ..run.evolve import begin, evolve
from ..run.state import Run

ROLLBACK = "Rollback"
AFTER_THE_END = "After the end"


@dataclass(frozen=True)
class Segment:
    """A stretch of the run in one stage (or in its rollback); a stage that was gone back to has several."""

    title: str
    began: datetime
    ended: datetime
    entries: tuple[Entry, ...]

    @property
    def took(self) -> timedelta:
        return max(timedelta(0), self.ended - self.began)

    @property
    def is_rollback(self) -> bool:
        return self.title == ROLLBACK


def segments(entries: Sequence[Entry]) -> tuple[Segment, ...]:
    """Give the run's segments in order; each lasts until the next begins."""
    parts: list[tuple[str, list[Entry]]] = []
    for title, entry in _titled(entries):
        if not parts or parts[-1][0] != title:
            parts.append((title, []))
        parts[-1][1].append(entry)
    starts = [_start(parts, place) for place in range(len(parts))] + [entries[-1].stamp.at]
    return tuple(
        Segment(title, starts[place], starts[place + 1], tuple(found)) for place, (title, found) in enumerate(parts)
    )


def _titled(entries: Sequence[Entry]) -> Iterator[tuple[str, Entry]]:
    run = begin(entries[0])
    yield run.stage.title, entries[0]
    for entry in entries[1:]:
        yield _title(run, entry), entry
        run = evolve(run, entry)


def _title(before: Run, entry: Entry) -> str:
    if before.closed is not None:
        return AFTER_THE_END
    if isinstance(entry.event, RollbackStarted) or before.rolling_back:
        return ROLLBACK
    if before.rollback is not None:
        return before.sequence.stages[-1].title
    return before.stage.title


def _start(parts: list[tuple[str, list[Entry]]], place: int) -> datetime:
    """A stage is open from what ended the one before; a rollback begins when someone begins it."""
    title, found = parts[place]
    first = place == 0 or title in {ROLLBACK, AFTER_THE_END}
    return found[0].stamp.at if first else parts[place - 1][1][-1].stamp.at
