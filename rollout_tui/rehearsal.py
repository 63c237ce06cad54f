"""A session that walks a plan by itself on a simulated clock: does it hold together, how long does it take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .clock import SimulatedClock
from .people import Actor, same_person
from .plan.model import Metric, Plan
from .plan.quantities import format_span
from .run import intents
from .run.events import Entry
from .run.next import next_step
from .run.soak import soak_left
from .run.stages import Item, ItemKind
from .run.state import Run
from .run.subjects.start_acts import Start
from .runs.protocols import Runs
from .runs.starting import start_run
from .session import Session

# What a person needs for one line, where the plan does not say how long it takes.
_PER_ITEM = timedelta(minutes=2)

FIRST = Actor("rehearsal", "rehearsal", "simulated")
SECOND = Actor("second person", "second", "simulated")


class Rehearsal:
    """A rehearsal of a plan, its run kept in a place for it; `session` is at the run, `clock` its time."""

    def __init__(self, runs: Runs, plan: Plan, text: str, start: datetime, override: tuple[str, ...] = ()) -> None:
        window = plan.strategy.window
        prepared = len(plan.pre_deployment) * _PER_ITEM
        self.clock = SimulatedClock(window.start.astimezone(UTC) - prepared if window and window.start else start)
        asked = Start(rehearsal=True, override=override, reason="rehearsal" if override else "")
        self.session = Session(start_run(runs, plan, text, asked, self.clock, FIRST), self.clock, FIRST)

    def walk(self) -> Iterator[Entry]:
        """Go on until the run is closed; each entry is given when it is recorded."""
        while self.session.run.closed is None:
            yield self.step()

    def step(self, instead: intents.Intent | None = None) -> Entry:
        """Do what comes next, or something else in its place."""
        self._wait()
        run = self.session.run
        intent, takes = _intent(run, self.session) if instead is None else (instead, _PER_ITEM)
        self.clock.advance(takes)
        self.session.operator = _who(run, intent)
        return self.session.act(intent)

    def _wait(self) -> None:
        """Let a soak pass before its criteria are judged and its metrics read."""
        run = self.session.run
        state = run.phases.get(run.stage.id)
        if state is not None and state.soak_from is not None and not run.rolling_back:
            self.clock.advance(soak_left(run, run.stage, self.session.moment()))


def _intent(run: Run, session: Session) -> tuple[intents.Intent, timedelta]:
    """Give what comes next, and how long it takes."""
    step = next_step(run, session.moment())
    item = run.sequence.items.get(step.item)
    match step.action:
        case "start-phase":
            return intents.StartPhase(run.stage.id), timedelta(minutes=1)
        case "measure" if item is not None and item.metric is not None:
            return intents.Measure(item.id, _fine(item.metric)), _a_reading(run)
        case "go":
            return intents.Go(), timedelta(minutes=1)
        case "promote":
            return intents.Promote(run.stage.id), _a_reading(run)
        case "close":
            return intents.Close("Rehearsed from start to end."), timedelta(minutes=1)
        case _:
            assert item is not None, step.text
            confirm = item.id if item.kind is ItemKind.STEP else ""
            return intents.Sign(item.id, confirm=confirm), _duration(run, item)


def _duration(run: Run, item: Item) -> timedelta:
    """A migration step takes as long as the plan says, approving it a second time no longer than any line."""
    planned = item.step.duration.value if item.step is not None and not run.state(item.id).approvals else timedelta(0)
    return planned or _PER_ITEM


def _a_reading(run: Run) -> timedelta:
    """A minute, or less where the first reading would be too old before two people have promoted."""
    metrics = run.sequence.metrics.values()
    return min(timedelta(minutes=1), *(each.max_age.value / (len(metrics) + 3) for each in metrics))


def _fine(metric: Metric) -> float:
    """Give a reading that is no breach: half of what must not be exceeded, just what must be reached."""
    limit = metric.threshold.number
    match metric.threshold.operator:
        case ">" | ">=" if limit > 0:
            return limit / 2
        case ">=":
            return limit - 1
        case "<=":
            return limit + 1
        case _:
            return limit


def _who(run: Run, intent: intents.Intent) -> Actor:
    """The first person acts, but for what somebody else has to do."""
    signed = run.state(intent.item).approvals if isinstance(intent, intents.Sign) else ()
    if isinstance(intent, intents.Promote):
        signed = run.state(run.stage.approval_id).approvals
    return SECOND if any(same_person(mark.actor, FIRST) for mark in signed) else FIRST


def fits_window(run: Run) -> str:
    """Say whether the last phase's audience was exposed within the plan's maintenance window; nothing without one."""
    window = run.plan.strategy.window
    if window is None or window.end is None or run.exposed is None:
        return ""
    live = run.phases[run.exposed.id].started.at
    if live > window.end:
        return f"Does not fit its maintenance window: {run.exposed.title} starts {format_span(live - window.end)} late."
    return f"Fits its maintenance window: {run.exposed.title} starts {format_span(window.end - live)} before its end."
