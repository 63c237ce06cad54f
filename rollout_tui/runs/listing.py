"""A log as a list shows it: what may ask for something is folded, what is over is told by its two ends."""

from __future__ import annotations

from dataclasses import replace

from ..frozen import dataclass
from ..journal.chain import Damage, Torn
from ..run.events import RunClosed, RunStarted, Stamp
from ..run.state import Closed, Run
from ..run.subjects.ending import closed_by
from .protocols import RunLog, RunRef
from .replay import ReplayedLog, replayed


@dataclass(frozen=True)
class Summary:
    """How a run started (without its plan), who acted last and when, how it was closed.

    `run` is None where the log can't be read, and where its last entry closes the run without a follow-up: each of its
    entries is verified and none folded. That they do not make a run, which no hash shows, is known when it is opened.
    """

    ref: RunRef
    started: RunStarted | None = None
    last: Stamp | None = None
    closed: Closed | None = None
    run: Run | None = None
    torn: Torn | None = None
    damage: Damage | None = None
    problem: str = ""

    @property
    def unfinished(self) -> bool:
        return self.run is not None and self.closed is None and not self.problem


def summary(log: RunLog) -> Summary:
    """Sum up a log."""
    if log.entries and not log.damage:
        first, last = log.entries[0].event, log.entries[-1]
        if isinstance(first, RunStarted) and isinstance(last.event, RunClosed) and not last.event.follow_up_owner:
            closed = closed_by(last.event, last.mark)
            return Summary(log.ref, _without_plan(first), last.stamp, closed, torn=log.torn)
    return summary_of(replayed(log))


def summary_of(log: ReplayedLog) -> Summary:
    """Sum up a log that was folded."""
    run = log.run
    if run is None:
        return Summary(log.ref, damage=log.damage, problem=log.problem)
    started, last = _without_plan(run.started), log.entries[-1].stamp
    return Summary(log.ref, started, last, run.closed, run, log.torn, log.damage, log.problem)


def _without_plan(started: RunStarted) -> RunStarted:
    # The plans of a thousand runs would be all that a list keeps in memory.
    return replace(started, items=(), plan=())
