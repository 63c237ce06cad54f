"""A folder of runs as most tests need it: a session that starts or resumes one, and one log by its path."""

from pathlib import Path

from rollout_tui.clock import Clock
from rollout_tui.journal.verdicts import Verification
from rollout_tui.people import Actor
from rollout_tui.plan.model import Plan
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef
from rollout_tui.runs.replay import ReplayedLog, replayed
from rollout_tui.runs.starting import start_run
from rollout_tui.session import Session


def ref_to(path: Path) -> RunRef:
    return RunRef(path.stem, str(path))


def begin(folder: Path, plan: Plan, text: str, asked: Start, clock: Clock, actor: Actor) -> Session:
    """The session at a new run."""
    return Session(start_run(FolderRuns(folder), plan, text, asked, clock, actor), clock, actor)


def resume(path: Path, clock: Clock, actor: Actor) -> Session:
    """The session at a run that is there."""
    return Session(FolderRuns(path.parent).open(ref_to(path)), clock, actor)


def read(path: Path) -> ReplayedLog:
    """What a log holds, and the run that it makes."""
    return replayed(FolderRuns(path.parent).read(ref_to(path)))


def verified(path: Path, expect_head: tuple[int, str] | None = None) -> Verification:
    """What a log's bytes and its events show."""
    return FolderRuns(path.parent).verify(ref_to(path), expect_head)
