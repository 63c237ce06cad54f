"""Runs of a real plan that faults are tried on, walked by a session on a clock that is moved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rollout_tui.clock import SimulatedClock
from rollout_tui.people import Actor
from rollout_tui.plan import toml
from rollout_tui.run.intents import Go, Intent, Measure, Promote, Sign, StartPhase
from rollout_tui.run.next import NextStep
from rollout_tui.run.soak import soak_left
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.session import Session
from tests.runs import runs_folder

PLAN = Path(__file__).parents[2] / "plans" / "checkout.toml"
ALICE = Actor("alice", "alice", "bastion")
_FINE = (0.2, 410.0, 38.0, 55.0, 41.0)


def begin(folder: Path, clock: SimulatedClock | None = None, checks: int = 0) -> Session:
    """Start a run of the plan, with some more checks before the deployment."""
    text = PLAN.read_text(encoding="utf-8")
    more = "".join(f'\n[[pre_deployment]]\ntitle = "Check {number}"\n' for number in range(checks))
    path = folder / "plan.toml"
    path.write_text(text + more, encoding="utf-8")
    loaded = toml.load(path)
    clock = clock or SimulatedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    return runs_folder.begin(folder / "runs", loaded.plan, loaded.text, Start(), clock, ALICE)


def answer(session: Session, step: NextStep) -> list[Intent]:
    """Give what does the next step: nothing where the walk is done, or where time has to pass first."""
    stage = session.run.stage
    match step.action:
        case "sign":
            return [Sign(step.item)]
        case "start-phase":
            return [StartPhase(stage.id)]
        case "measure":
            return [Measure(name, value) for name, value in zip(session.run.sequence.metrics, _FINE, strict=True)]
        case "go":
            return [Go()]
        case "promote" if not soak_left(session.run, stage, session.moment()):
            return [Promote(stage.id)]
        case _:
            return []
