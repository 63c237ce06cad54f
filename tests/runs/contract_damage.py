"""The contract of what was touched from outside: a store's own tests say how (`tamper`), and these that it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, get_args

import pytest

from rollout_tui.errors import Damaged, RolloutError, UsageError
from rollout_tui.journal.verification import verify
from rollout_tui.run import intents
from rollout_tui.run.events import Event, GatePromoted, RunClosed, Stamp
from rollout_tui.run.subjects.start_acts import UnfinishedRun
from rollout_tui.runs.appending import Draft, Lost
from rollout_tui.runs.protocols import RunRef, Runs
from rollout_tui.session import Session
from tests.runs.contract_runs import NOON, append, note, start

Block = Literal["alter-header", "alter-entry", "alter-end", "lose-header", "lose-entry", "lose-end"]
How = Block | Literal["lose-run", "alter-evidence", "lose-evidence"]
Tamper = Callable[[RunRef, How], None]

_WHERE = {"header": 0, "entry": 1, "end": -1}


def tampered(blocks: Sequence[bytes], how: Block) -> list[bytes]:
    """Give a run's blocks with one altered or lost; for a store's `tamper`."""
    does, what = how.split("-")
    found, place = list(blocks), _WHERE[what]
    if does == "lose":
        del found[place]
    else:
        found[place] = found[place].replace(b"\nat = 2026", b"\nat = 2025")
        assert found != list(blocks)
    return found


class DamageContract:
    """What is told when somebody altered or removed what a place keeps."""

    @pytest.fixture
    def runs(self) -> Runs:
        """An empty place of runs."""
        raise NotImplementedError

    @pytest.fixture
    def tamper(self, runs: Runs) -> Tamper:
        """Alter or remove a part of a run, past the store."""
        raise NotImplementedError

    @pytest.fixture
    def other(self, runs: Runs) -> Session:
        """A run to which nothing happens."""
        return start(runs, plan="checkout")

    @pytest.fixture
    def ref(self, runs: Runs, other: Session) -> RunRef:  # noqa: ARG002 (that it is there)
        """A run with three notes, newer than the other."""
        session = start(runs, hours=1)
        for text in ("one", "two", "three"):
            append(runs.open(session.ref), text)
        return session.ref

    @pytest.mark.parametrize(
        ("how", "whole"),
        [("alter-header", 0), ("alter-entry", 1), ("alter-end", 3), ("lose-header", 0), ("lose-entry", 1)],
    )
    def test_a_run_that_is_not_what_was_written(
        self, runs: Runs, ref: RunRef, other: Session, tamper: Tamper, how: How, whole: int
    ) -> None:
        before = runs.read(ref)
        tamper(ref, how)
        log = runs.read(ref)
        assert log.problem
        assert list(log.entries) == list(before.entries[:whole])
        with pytest.raises(Damaged):
            runs.open(ref)
        with pytest.raises(Damaged):
            runs.recover(ref, Stamp(NOON, "bob", "bob@host"))
        found = runs.verify(ref)
        assert found.verdict in (("damaged",) if whole else ("damaged", "not-a-journal"))
        assert not whole or (found.damaged_event, found.layer) == (whole, "bytes")
        assert {log.ref: bool(log.problem) for log in runs.list()} == {ref: True, other.ref: False}
        assert {log.ref for log in runs.list(unfinished=True)} == {ref, other.ref}
        if how != "lose-header":
            # What is no log any more is nobody's run.
            with pytest.raises(UnfinishedRun, match=f"can't be read may be an unfinished run of .*: {ref.name}"):
                start(runs)
        assert runs.find(None, unfinished=True) == other.ref
        assert runs.find(ref.name) == ref
        assert not runs.wait(log, timeout=0)

    @pytest.mark.parametrize("how", ["alter-end", "lose-end", "lose-run"])
    def test_an_open_store_tells_that_its_end_is_not_what_it_was(
        self, runs: Runs, ref: RunRef, other: Session, tamper: Tamper, how: How
    ) -> None:
        reading, writing, log = runs.open(ref), runs.open(ref), runs.read(ref)
        assert not reading.wait(3, timeout=0)
        known = writing.read(-1)
        tamper(ref, how)
        if how.startswith("lose"):
            # A file that has its length may have its time too.
            assert reading.wait(3, timeout=0)
            assert runs.wait(log, timeout=0)
        error = RolloutError if how == "lose-run" else Damaged
        with pytest.raises(error):
            reading.read(3)
        # The second is a head that a shortened run has.
        for head in (known[3].hash, known[2].hash):
            try:
                assert writing.append(note("x", head), head) == Lost(2)
            except error:
                pass
            else:
                assert how == "lose-end"
            if how == "lose-end":
                # That others go on where the run now ends makes it no better.
                append(runs.open(ref), "others'")
        append(runs.open(other.ref), "all is well")
        assert runs.verify(other.ref).holds

    @pytest.mark.parametrize("how", ["alter-header", "alter-entry"])
    @pytest.mark.parametrize("event", [GatePromoted("all"), RunClosed("aborted", 4, "not today")])
    def test_no_promotion_and_no_close_rests_on_what_was_altered_since_it_was_read(
        self, runs: Runs, ref: RunRef, tamper: Tamper, how: How, event: Event
    ) -> None:
        store = runs.open(ref)
        head = store.read(-1)[-1].hash
        tamper(ref, how)
        with pytest.raises(Damaged):
            store.append(Draft(event, Stamp(NOON, "bob", "bob@host"), head), head)

    @pytest.mark.parametrize("how", [*get_args(Block), "lose-run"])
    def test_a_copy_has_all_that_was_known_or_is_none(
        self, runs: Runs, ref: RunRef, tamper: Tamper, tmp_path: Path, how: How
    ) -> None:
        store, copy = runs.open(ref), tmp_path / "copy.toml"
        last = store.read(-1)[-1]
        tamper(ref, how)
        try:
            assert store.copy_to(copy) == last
        except RolloutError:
            assert not copy.exists()
        else:
            assert how == "lose-run"
            assert verify(copy, (last.seq, last.hash)).holds

    def test_a_run_that_is_gone(self, runs: Runs, ref: RunRef, other: Session, tamper: Tamper) -> None:
        tamper(ref, "lose-run")
        assert list(runs.refs()) == [log.ref for log in runs.list()] == [other.ref]
        assert runs.find(None) == other.ref
        with pytest.raises(UsageError):
            runs.find(ref.name)
        assert runs.read(ref).problem
        for ask in (
            lambda: runs.open(ref),
            lambda: runs.verify(ref),
            lambda: runs.evidence(ref, "0" * 64),
            lambda: runs.recover(ref, Stamp(NOON, "bob", "bob@host")),
        ):
            with pytest.raises(RolloutError):
                ask()

    def test_a_lost_end_shows_by_a_head_that_was_noted(self, runs: Runs, ref: RunRef, tamper: Tamper) -> None:
        last = runs.read(ref).entries[-1]
        tamper(ref, "lose-end")
        assert runs.verify(ref).verdict == "open"
        assert runs.verify(ref, (last.seq, last.hash)).verdict == "altered"

    @pytest.mark.parametrize(("how", "what"), [("alter-evidence", "altered"), ("lose-evidence", "missing")])
    def test_evidence_that_is_not_as_kept(
        self, runs: Runs, tamper: Tamper, tmp_path: Path, how: How, what: str
    ) -> None:
        session, proof = start(runs), tmp_path / "build.log"
        proof.write_bytes(b"812 passed\n")
        session.act(intents.Sign(session.run.stage.items[0].id, evidence=str(proof)))
        found = runs.verify(session.ref)
        assert (found.verdict, found.evidence) == ("open", ())
        tamper(session.ref, how)
        found = runs.verify(session.ref)
        (problem,) = found.evidence
        assert (found.verdict, problem.seq, problem.name, problem.what) == ("altered", 1, "build.log", what)
        with pytest.raises(Damaged if what == "altered" else RolloutError):
            runs.evidence(session.ref, problem.sha256)
        with pytest.raises(Damaged if what == "altered" else RolloutError):
            session.evidence(problem.sha256)
        if what == "altered":
            with pytest.raises(Damaged):
                runs.open(session.ref).keep_evidence(proof)
