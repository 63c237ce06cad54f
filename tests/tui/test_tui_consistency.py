"""A run whose log records what can't have happened: the screen tells it, once it is there."""

from __future__ import annotations

from pathlib import Path

from rollout_tui.clock import SimulatedClock
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef
from rollout_tui.session import Session
from rollout_tui.tui.run_worker import RunWorker
from rollout_tui.tui.updates import DoesNotFollow, Update
from tests.run.forged import forged_log
from tests.tui.stage import ALICE, NOON


async def test_what_does_not_follow_is_published_once_after_the_run_was_opened(tmp_path: Path) -> None:
    path, made_up = forged_log(tmp_path, "a go with everything open")
    session = Session(FolderRuns(tmp_path).open(RunRef(path.stem, str(path))), SimulatedClock(NOON), ALICE)
    worker, told = RunWorker(session), list[Update]()
    worker.updates.subscribe(told.append)
    await worker.judge()
    worker.close()
    (update,) = told
    assert isinstance(update, DoesNotFollow)
    assert [each.seq for each in update.found] == [made_up.seq]
