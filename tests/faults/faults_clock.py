"""A wall clock that jumps: events keep their order, and no gate opens before a person confirmed the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import Refused
from rollout_tui.journal.verification import verify
from rollout_tui.run.intents import ConfirmClock, Go, Intent, Measure, Promote, StartPhase
from rollout_tui.run.next import next_step
from rollout_tui.run.soak import soak_left
from rollout_tui.session import Session
from tests.faults.fault import Fault, Scale
from tests.faults.fault_runs import answer, begin
from tests.runs import runs_folder

_HOUR = timedelta(hours=1)
_JUMPS = (-_HOUR, _HOUR, timedelta(days=30), timedelta(days=-30))
_MOST_STEPS = 200
_GATES = (Go, Promote, StartPhase)


def _jumps_at_gates(_scale: Scale, folder: Path) -> Iterator[str]:
    clock = SimulatedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    session = begin(folder, clock)
    for step in _walk(session, clock):
        for jump in _JUMPS:
            for intent in _gates(session, step):
                clock.set_ahead(jump)
                yield _is_refused(session, intent, jump)
                clock.set_ahead(-jump)
        if isinstance(step, _GATES):
            # Less than what would make the readings too old.
            clock.set_ahead(_HOUR / 4)
            session.act(ConfirmClock("looked at another clock"))
        session.act(step)


def _wrong_at_the_start(_scale: Scale, folder: Path) -> Iterator[str]:
    """Every command that could open a gate starts on a clock that is already wrong."""
    clock = SimulatedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    session = begin(folder, clock)
    for step in _walk(session, clock):
        for jump in _JUMPS:
            for intent in _gates(session, step):
                clock.set_ahead(jump)
                fresh = runs_folder.resume(Path(session.ref.place), clock, session.operator)
                yield _is_refused(fresh, intent, jump)
                clock.set_ahead(-jump)
        session.act(step)


def _gates(session: Session, step: Intent | None) -> list[Intent]:
    """Give the gates that could open now: the next step itself, or the stage's own while its soak lasts."""
    if isinstance(step, _GATES):
        return [step]
    stage = session.run.stage
    return [Promote(stage.id)] if _soak(session) else []


def _is_refused(session: Session, intent: Intent, jump: timedelta) -> str:
    try:
        session.act(intent)
    except Refused as refused:
        return "" if "clock jumped" in str(refused) else f"{intent} after a jump of {jump}: {refused}"
    return f"{intent} went through after a jump of {jump}"


def _an_hour_back(_scale: Scale, folder: Path) -> Iterator[str]:
    clock = SimulatedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    session = begin(folder, clock)
    path = folder / "runs" / f"{session.run.id}.toml"
    for number, step in enumerate(_walk(session, clock)):
        before = session.run.seq
        # A reading an hour old may be too old for its gate, and would be asked for again.
        back = number % 2 and not isinstance(step, (*_GATES, Measure))
        if back:
            clock.set_ahead(-_HOUR)
        entry = session.act(step)
        read = runs_folder.read(path)
        kept = [each.seq for each in read.entries] == list(range(before + 2)) and entry.seq == before + 1
        if back:
            left = _soak(session)
            clock.set_ahead(_HOUR)
            early = left < _soak(session)
            yield "" if not early else f"event {entry.seq}: an hour back made the soak shorter"
        yield "" if kept and read.run == session.run else f"event {entry.seq}: read back in another order"
    yield "" if verify(path).verdict == "open" else verify(path).words


def _soak(session: Session) -> timedelta:
    stage = session.run.stage
    return soak_left(session.run, stage, session.moment()) if stage.phase else timedelta(0)


def _walk(session: Session, clock: SimulatedClock) -> Iterator[Intent]:
    """Give what comes next until a step needs more than a word; soaks pass half and half."""
    for _ in range(_MOST_STEPS):
        step = next_step(session.run, session.moment())
        if step.action == "promote" and (left := _soak(session)):
            clock.advance(left / 2 if left > _HOUR else left)
            continue
        intents = answer(session, step)
        if not intents or session.run.stage.id in {"post-deployment", "cleanup"}:
            return
        yield from intents
    raise AssertionError(f"the walk does not end: {next_step(session.run, session.moment())}")


FAULTS = (
    Fault("the clock jumps during a session", "no gate before it is confirmed", _jumps_at_gates),
    Fault("the clock is wrong when a command starts", "no gate before it is confirmed", _wrong_at_the_start),
    Fault("the clock an hour back", "order kept, no gate early", _an_hour_back),
)
