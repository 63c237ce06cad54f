"""Starting a run: the next number is for an id that is taken, and for nothing else that keeps it from starting."""

from __future__ import annotations

import pytest

from rollout_tui.errors import Conflict, RolloutError
from rollout_tui.run.events import RunStarted, Stamp
from tests.runs.contract_runs import start
from tests.runs.memory import MemoryRuns, MemoryStore

LOCKED = Conflict("The store is locked by another process; nothing was recorded")
AWAY = RolloutError("The store can't be reached.")


@pytest.mark.parametrize("error", [LOCKED, AWAY], ids=["locked", "away"])
def test_what_is_not_taken_tries_no_other_number(error: RolloutError) -> None:
    asked: list[str] = []

    class Failing(MemoryRuns):
        def start(self, started: RunStarted, stamp: Stamp, signature: str = "") -> MemoryStore:
            asked.append(started.run)
            if len(asked) == 2:
                raise error
            return super().start(started, stamp, signature)

    runs = Failing()
    first = start(runs)
    with pytest.raises(RolloutError) as told:
        start(runs, again=True)
    assert told.value is error
    assert asked == [first.ref.name, f"{first.ref.name[:-1]}2"]
