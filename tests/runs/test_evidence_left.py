"""Evidence of what was not recorded: its copy goes again, and no entry ever names a file that is not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import RolloutError
from rollout_tui.journal import evidence, file
from rollout_tui.journal.verification import verify
from rollout_tui.people import Actor
from rollout_tui.run import intents
from rollout_tui.run.events import Entry
from rollout_tui.runs.appending import Draft, Outcome
from rollout_tui.runs.file_store import FileStore
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef
from rollout_tui.session import Session
from tests.runs.contract_runs import NOON, start


class Hooked(FileStore):
    """A store to which something happens before its first append."""

    before: Callable[[], object] | None = None

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        before, self.before = self.before, None
        if before is not None:
            before()
        return super().append(draft, expected_head)


@pytest.fixture
def ref(tmp_path: Path) -> RunRef:
    return start(FolderRuns(tmp_path / "runs")).ref


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    proof = tmp_path / "build.log"
    proof.write_bytes(b"812 passed\n")
    return proof


def _at(ref: RunRef, name: str) -> tuple[Session, Hooked]:
    store = Hooked(Path(ref.place))
    return Session(store, SimulatedClock(NOON), Actor(name, name, "host")), store


def _sign(session: Session, proof: Path | str) -> Entry:
    return session.act(intents.Sign(session.run.stage.items[0].id, evidence=str(proof)))


def _kept(ref: RunRef) -> list[bytes]:
    folder = evidence.folder_of(Path(ref.place))
    return [each.read_bytes() for each in folder.iterdir()] if folder.exists() else []


def _is_refused_as_full(session: Session, ref: RunRef, proof: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(file, "JOURNAL_LIMIT", Path(ref.place).stat().st_size + 10)
        with pytest.raises(RolloutError, match="is full"):
            _sign(session, proof)


def test_what_was_kept_for_an_entry_stays(ref: RunRef, proof: Path) -> None:
    alice, _ = _at(ref, "alice")
    _sign(alice, proof)
    alice.act(intents.Note("more"))
    assert _kept(ref) == [b"812 passed\n"]


def test_a_copy_goes_with_an_append_that_is_refused(ref: RunRef, proof: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, _ = _at(ref, "alice")
    _is_refused_as_full(alice, ref, proof, monkeypatch)
    assert _kept(ref) == []
    _sign(alice, proof)
    assert _kept(ref) == [b"812 passed\n"]


def test_a_copy_goes_with_a_race_that_was_lost(ref: RunRef, proof: Path) -> None:
    (alice, _), (bob, _) = _at(ref, "alice"), _at(ref, "bob")
    _sign(bob, "")
    with pytest.raises(RolloutError, match="already signed, by bob"):
        _sign(alice, proof)
    assert _kept(ref) == []


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_a_copy_stays_that_another_entry_names(first: str, ref: RunRef, proof: Path) -> None:
    (alice, hooked), (bob, _) = _at(ref, "alice"), _at(ref, "bob")
    if first == "bob":
        # Bob made the copy, which alice only found.
        _sign(bob, proof)
    else:
        hooked.before = lambda: _sign(bob, proof)
    with pytest.raises(RolloutError, match="already signed, by bob"):
        _sign(alice, proof)
    assert _kept(ref) == [b"812 passed\n"]
    assert verify(Path(ref.place)).evidence == ()


def test_a_copy_stays_for_the_one_who_made_it(ref: RunRef, proof: Path) -> None:
    (alice, _), (_, at_bob), (carol, _) = _at(ref, "alice"), _at(ref, "bob"), _at(ref, "carol")
    at_bob.keep_evidence(proof)
    _sign(carol, "")
    with pytest.raises(RolloutError, match="already signed, by carol"):
        _sign(alice, proof)
    assert _kept(ref) == [b"812 passed\n"]


def test_a_copy_that_another_removes_is_kept_again_before_an_entry_names_it(
    ref: RunRef, proof: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alice, at_alice), (bob, at_bob) = _at(ref, "alice"), _at(ref, "bob")
    at_alice.keep_evidence(proof)

    def alice_fails() -> None:
        """Bob has found alice's copy by now."""
        _is_refused_as_full(alice, ref, proof, monkeypatch)
        assert _kept(ref) == []

    at_bob.before = alice_fails
    _sign(bob, proof)
    assert _kept(ref) == [b"812 passed\n"]
    assert verify(Path(ref.place)).evidence == ()


def test_a_copy_that_goes_while_it_is_found_is_made_anew(
    ref: RunRef, proof: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (_, at_alice), (bob, _) = _at(ref, "alice"), _at(ref, "bob")
    kept = at_alice.keep_evidence(proof)
    original = evidence._problem

    def gone(folder: Path, digest: str, size: int) -> object:
        evidence.remove(Path(ref.place), kept.sha256)
        monkeypatch.setattr(evidence, "_problem", original)
        return original(folder, digest, size)

    monkeypatch.setattr(evidence, "_problem", gone)
    _sign(bob, proof)
    assert _kept(ref) == [b"812 passed\n"]
    assert verify(Path(ref.place)).evidence == ()
