"""The logs of a folder as a list shows them: what may ask for something folded, what is over told by its two ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .errors import RolloutError
from .frozen import dataclass
from .journal.chain import Damage, Torn
from .journal.folder import logs
from .journal.reader import FileReader
from .reading import Listed, folded
from .run.events import Entry, RunClosed, RunStarted, Stamp
from .run.stamp import Mark
from .run.state import Closed, Run
from .run.subjects.ending import closed_by


@dataclass(frozen=True)
class Summary:
    """A log as a list shows it: how its run started (without its plan), who acted last and when, how it was closed.

    `run` is None where the log can't be read, and where its last entry closes the run without a follow-up: each of its
    entries is verified and none folded. That they do not make a run, which no hash shows, is known when it is opened.
    """

    path: Path
    started: RunStarted | None = None
    last: Stamp | None = None
    closed: Closed | None = None
    run: Run | None = None
    torn: Torn | None = None
    problem: str = ""
    damage: Damage | None = None

    @property
    def unfinished(self) -> bool:
        return self.run is not None and self.closed is None and not self.problem


def listed(folder: Path) -> list[Summary]:
    """Sum up every log in the folder, the newest first; a broken one is listed with what is wrong."""
    return sorted(map(summary, logs(folder)), key=_recency, reverse=True)


def summary(path: Path) -> Summary:
    """Sum up one log without touching it."""
    try:
        with FileReader(path) as reader:
            first, last = reader.entries[0], reader.entries[-1]
            over = isinstance(last.event, RunClosed) and not last.event.follow_up_owner
            if over and isinstance(first.event, RunStarted) and not reader.damage:
                return _of_ends(path, first.event, last, reader.torn)
            return of_log(folded(reader))
    except RolloutError as error:
        return Summary(path, problem=error.message)


def of_log(log: Listed) -> Summary:
    """Sum up a log that was read."""
    run = log.run
    if run is None:
        return Summary(log.path, problem=log.problem, damage=log.damage)
    started, last = _without_plan(run.started), log.entries[-1].stamp
    return Summary(log.path, started, last, run.closed, run, log.torn, log.problem, log.damage)


def _of_ends(path: Path, started: RunStarted, last: Entry, torn: Torn | None) -> Summary:
    assert isinstance(last.event, RunClosed)
    closed = closed_by(last.event, Mark(last.stamp.by, last.stamp.at, last.seq))
    return Summary(path, _without_plan(started), last.stamp, closed, torn=torn)


def _without_plan(started: RunStarted) -> RunStarted:
    # The plans of a thousand runs would be all that a list keeps in memory.
    return replace(started, items=(), plan=())


def _recency(each: Summary) -> tuple[str, str]:
    return each.last.at.isoformat() if each.last else "", each.path.name
