"""A session at stores that fail in ways that a file never does: each is told in plain words, and nothing is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import Conflict, Damaged, Refused, RolloutError
from rollout_tui.run import intents
from rollout_tui.run.events import NoteAdded
from rollout_tui.runs.appending import Draft, Lost, Outcome, ReadOnly, Unknown
from rollout_tui.runs.protocols import RunRef
from rollout_tui.session import Session
from tests.runs.contract_runs import BOB, NOON, append, start
from tests.runs.memory import MemoryRuns, MemoryStore

AWAY = RolloutError("Unknown whether event 1 was recorded: the store went away.")


class Failing(MemoryStore):
    """A store that says these outcomes before it does what is asked; `drafts` is all that it was given."""

    def __init__(self, store: MemoryStore, outcomes: Sequence[Outcome]) -> None:
        self.__dict__.update(store.__dict__)
        self.outcomes = list(outcomes)
        self.drafts: list[Draft] = []

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        self.drafts.append(draft)
        return self.outcomes.pop(0) if self.outcomes else super().append(draft, expected_head)


@pytest.fixture
def runs() -> MemoryRuns:
    return MemoryRuns()


@pytest.fixture
def ref(runs: MemoryRuns) -> RunRef:
    return start(runs).ref


def at(runs: MemoryRuns, ref: RunRef, *outcomes: Outcome) -> tuple[Session, Failing]:
    store = Failing(runs.open(ref), outcomes)
    return Session(store, SimulatedClock(NOON), BOB), store


def test_what_nobody_knows_of_is_sent_again_as_it_was(runs: MemoryRuns, ref: RunRef) -> None:
    session, store = at(runs, ref, Unknown(AWAY, pending=True), Unknown(AWAY, pending=True))
    for use in (lambda: session.act(intents.Note("hello")), session.refresh):
        with pytest.raises(RolloutError, match="Unknown whether"):
            use()
        assert session.run.seq == 0
        assert not session.read_only
    (entry,) = session.refresh()
    assert isinstance(entry.event, NoteAdded)
    assert len({draft.words for draft in store.drafts}) == 1
    assert session.act(intents.Note("more")).seq == 2


def test_what_nobody_knew_of_and_others_were_before_is_told(runs: MemoryRuns, ref: RunRef) -> None:
    session, _ = at(runs, ref, Unknown(AWAY, pending=True))
    with pytest.raises(RolloutError, match="Unknown whether"):
        session.act(intents.Note("hello"))
    append(runs.open(ref), "first")
    with pytest.raises(Conflict, match="others were first"):
        session.refresh()
    assert session.run.seq == 1
    assert session.act(intents.Note("hello")).seq == 2


def test_what_stays_unknown_ends_the_recording(runs: MemoryRuns, ref: RunRef) -> None:
    session, _ = at(runs, ref, Unknown(AWAY, pending=False))
    with pytest.raises(RolloutError, match="Unknown whether"):
        session.act(intents.Note("hello"))
    with pytest.raises(Refused, match="do not go on"):
        session.act(intents.Note("hello"))


def test_a_store_that_lost_entries_takes_no_more(runs: MemoryRuns, ref: RunRef) -> None:
    session, _ = at(runs, ref, Lost(0))
    append(runs.open(ref), "first")
    append(runs.open(ref), "second")
    session.refresh()
    with pytest.raises(Damaged, match=r"has lost events 1 to 2 of .*, which you saw recorded: it ends at event 0"):
        session.act(intents.Note("hello"))
    with pytest.raises(Refused, match="the store has lost events 1 to 2"):
        session.act(intents.Note("hello"))


def test_a_read_only_store_says_why(runs: MemoryRuns, ref: RunRef) -> None:
    session, _ = at(runs, ref, ReadOnly("this is a read-only copy of the store"))
    for _ in range(2):
        with pytest.raises(Refused, match="read-only: this is a read-only copy of the store"):
            session.act(intents.Note("hello"))


def test_the_author_s_head_is_that_which_they_saw(runs: MemoryRuns, ref: RunRef) -> None:
    session, store = at(runs, ref)
    seen = session.run.head
    append(runs.open(ref), "first")
    # Decided on what others recorded meanwhile, and said by somebody who had not seen it.
    assert session.act(intents.Note("hello")).sees == seen
    assert [draft.sees for draft in store.drafts] == [seen, seen]
    append(runs.open(ref), "second")
    session.refresh()
    assert session.act(intents.Note("hello"), sees=seen).sees == seen


def test_evidence_is_attached_when_it_is_kept(runs: MemoryRuns, ref: RunRef, tmp_path: Path) -> None:
    session, _ = at(runs, ref)
    (tmp_path / "build.log").write_bytes(b"812 passed\n")
    item = session.run.stage.items[0].id
    entry = session.act(intents.Sign(item, evidence=str(tmp_path / "build.log")))
    assert entry.extras.evidence_name == "build.log"
    assert runs.evidence(ref, entry.extras.evidence) == b"812 passed\n"
