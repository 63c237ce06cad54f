"""A session whose operator signs: what stands in the log is what was signed, once; what is not signed is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import Conflict, GivenUp, NotSigned, Refused, RolloutError
from rollout_tui.journal.blocks import EVENT_NAMESPACE, HEADER_NAMESPACE
from rollout_tui.plan.toml import load
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, findings
from rollout_tui.run.events import Entry, RunStarted, Stamp
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.file_store import FileStore
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.replay import judged
from rollout_tui.runs.starting import start_run
from rollout_tui.session import Session
from rollout_tui.signing.keys import read_file
from rollout_tui.signing.signer import NoSigner, Signer
from rollout_tui.signing.ssh_keygen import KeygenCall
from tests.runs.contract_runs import ALICE, BOB, NOON, PLANS
from tests.runs.memory import MemoryRuns
from tests.signing.keyring import is_good


class Counting(Signer):
    """A signer that knows what it has signed, and to which something happens before it signs next."""

    before: Callable[[], object] | None = None

    def __init__(self, key: Path) -> None:
        super().__init__(read_file(key), key)
        self.signed: list[bytes] = []

    def sign(self, words: bytes, namespace: str, call: KeygenCall | None = None, /) -> str:
        self.signed.append(words)
        before, self.before = self.before, None
        if before is not None:
            before()
        return super().sign(words, namespace, call)


@pytest.fixture
def signer(keys: Path) -> Counting:
    return Counting(keys / "ed25519")


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def session(tmp_path: Path, signer: Counting, clock: SimulatedClock) -> Session:
    return Session(_start(FolderRuns(tmp_path / "runs"), signer, clock), clock, ALICE, signer)


def _start(runs: FolderRuns, signer: Counting, clock: SimulatedClock) -> FileStore:
    loaded = load(PLANS / "hotfix.toml")
    store = start_run(runs, loaded.plan, loaded.text, Start(), clock, ALICE, signer)
    assert isinstance(store, FileStore)
    return store


def _noting(session: Session, clock: SimulatedClock) -> Callable[[], object]:
    """Somebody else, who adds a note nine seconds later."""
    bob = _other(session, clock)

    def note() -> None:
        clock.advance(timedelta(seconds=9))
        bob.act(intents.Note("me too"))

    return note


def _other(session: Session, clock: SimulatedClock) -> Session:
    return Session(FileStore(Path(session.ref.place)), clock, BOB)


def _first(session: Session) -> str:
    return session.run.stage.items[0].id


def _look(session: Session) -> intents.Observe:
    metric = next(iter(session.run.sequence.metrics))
    return intents.Observe(metric, "pass", session.run.stage.id, 0.1, "", "", "", 0, False)


def _kept(session: Session) -> list[Path]:
    return list(Path(session.ref.place).with_suffix(".evidence").iterdir())


def test_others_who_record_while_a_key_is_waited_for_put_no_clock_back(
    session: Session, signer: Counting, clock: SimulatedClock
) -> None:
    signer.before = _noting(session, clock)
    entry = session.act(intents.Sign(_first(session)))
    bob, alice = session.entries[-2:]
    assert (entry, alice.stamp.at - bob.stamp.at) == (alice, timedelta(seconds=-9))
    assert [each.text for each in findings(session.run, session.entries) if each.kind is Kind.CLOCK] == []
    # Without the signature nobody knows when that was decided.
    unsigned = [*session.entries[:-1], replace(alice, signature="")]
    (back,) = (each for each in findings(session.run, unsigned) if each.kind is Kind.CLOCK)
    assert back.text.startswith("The times go back")


def _need_signed(entry: Entry, signer: Signer, folder: Path) -> None:
    namespace = EVENT_NAMESPACE if entry.seq else HEADER_NAMESPACE
    assert is_good(entry.signature, entry.words, namespace, folder)
    assert entry.actor.key == signer.key


def test_what_an_operator_says_is_signed_with_the_head_that_they_saw(
    session: Session, signer: Counting, tmp_path: Path
) -> None:
    entry = session.act(intents.Sign(_first(session), note="restored on staging"))
    assert [each.words for each in session.entries] == signer.signed
    for each in session.entries:
        _need_signed(each, signer, tmp_path)
    assert entry.extras.meaning == "performed"
    assert f'sees = "sha256:{session.entries[0].hash}"\n'.encode() in entry.words
    assert entry.words.endswith(b'meaning = "performed"\n')
    assert session.operator.key == signer.key
    assert not judged(session.entries).found


def test_what_a_probe_saw_is_signed_by_nobody(tmp_path: Path, signer: Counting, clock: SimulatedClock) -> None:
    loaded = load(PLANS / "canary.toml")
    store = start_run(FolderRuns(tmp_path), loaded.plan, loaded.text, Start(), clock, ALICE, signer)
    session = Session(store, clock, ALICE, signer)
    entry = session.act(_look(session))
    assert (entry.signature, len(signer.signed)) == ("", 1)


def test_others_who_were_first_leave_a_signature_as_it_is_where_the_words_are_the_same(
    session: Session, signer: Counting, clock: SimulatedClock, tmp_path: Path
) -> None:
    signer.before = _noting(session, clock)
    entry = session.act(intents.Sign(_first(session)))
    assert (entry.seq, entry.sees, entry.stamp.at) == (2, session.entries[0].hash, NOON)
    assert signer.signed == [each.words for each in session.entries if each.words]
    _need_signed(entry, signer, tmp_path)
    assert not judged(session.entries).found


def test_words_that_others_changed_are_signed_again_at_their_own_time(
    session: Session, signer: Counting, clock: SimulatedClock, tmp_path: Path
) -> None:
    # How many events a close counts is part of what it says.
    signer.before = _noting(session, clock)
    entry = session.act(intents.Abort(reason="not today", confirm=session.run.plan.header.service))
    assert (entry.seq, entry.stamp.at) == (2, NOON + timedelta(seconds=9))
    assert len(signer.signed) == 3
    assert signer.signed[-1] == entry.words
    _need_signed(entry, signer, tmp_path)
    assert not judged(session.entries).found


def test_what_others_did_already_is_not_recorded_though_it_was_signed(
    session: Session, signer: Counting, clock: SimulatedClock
) -> None:
    bob, item = _other(session, clock), _first(session)
    signer.before = lambda: bob.act(intents.Sign(item))
    with pytest.raises(Conflict):
        session.act(intents.Sign(item))
    assert [each.stamp.by for each in session.entries] == ["alice", "bob"]


def test_what_this_session_folded_while_the_key_was_waited_for_is_decided_on(
    session: Session, signer: Counting, clock: SimulatedClock, tmp_path: Path
) -> None:
    bob, item = _other(session, clock), _first(session)

    def others() -> None:
        bob.act(intents.Sign(item))
        session.refresh()

    proof = tmp_path / "build.log"
    proof.write_text("812 passed")
    signer.before = others
    with pytest.raises(Conflict):
        session.act(intents.Sign(item, evidence=str(proof)))
    assert not _kept(session)


def test_a_look_of_which_nobody_knows_while_the_key_is_waited_for_is_recorded_once(
    signer: Counting, clock: SimulatedClock
) -> None:
    runs, loaded = MemoryRuns(), load(PLANS / "canary.toml")
    store = runs.open(start_run(runs, loaded.plan, loaded.text, Start(), clock, ALICE).ref)
    session = Session(store, clock, ALICE, signer)

    def look() -> None:
        store.lost_answers.append(True)
        with pytest.raises(RolloutError, match="Unknown whether event 1"):
            session.act(_look(session))

    signer.before = look
    session.act(intents.Sign(_first(session)))
    session.refresh()
    assert [each.event.kind for each in session.entries] == ["run_started", "observed", "item_signed"]
    assert len(signer.signed) == 1


def test_what_is_not_signed_is_not_recorded_nor_is_its_evidence_kept(session: Session, tmp_path: Path) -> None:
    proof = tmp_path / "build.log"
    proof.write_text("812 passed")
    session.sign_as(ALICE, NoSigner(NotSigned("The key is locked.")))
    with pytest.raises(NotSigned, match="The key is locked"):
        session.act(intents.Sign(_first(session), evidence=str(proof)))
    assert (session.run.seq, session.operator.key) == (0, "")
    assert not _kept(session)
    # What the run refuses is refused before a key is asked.
    with pytest.raises(Refused):
        session.act(intents.Go())
    session.sign_as(ALICE, None)
    entry = session.act(intents.Sign(_first(session), evidence=str(proof)))
    assert (entry.signature, entry.extras.meaning) == ("", "")


@pytest.mark.parametrize(("why", "recorded"), [(NotSigned("The key is locked."), True), (GivenUp("Given up."), False)])
def test_what_stops_harm_waits_for_no_key_that_does_not_sign(
    session: Session, why: NotSigned, *, recorded: bool
) -> None:
    signer = NoSigner(why)
    signer.sign = Mock(side_effect=why)  # type: ignore[method-assign]
    session.sign_as(ALICE, signer)
    if recorded:
        entry = session.act(intents.Hold("error rate"))
        assert (entry.signature, session.run.held is not None) == ("", True)
        return
    with pytest.raises(GivenUp):
        session.act(intents.Hold("error rate"))
    assert session.run.seq == 0


def test_a_start_is_signed_once_for_the_number_that_is_free_and_again_where_that_was_taken(
    tmp_path: Path, signer: Counting, clock: SimulatedClock
) -> None:
    runs = FolderRuns(tmp_path / "runs")
    first = _start(runs, signer, clock).read(-1)[0]
    _need_signed(first, signer, tmp_path)
    assert len(signer.signed) == 1
    assert isinstance(first.event, RunStarted)
    unsigned = replace(first.event, run=f"{first.event.run[:-1]}2", reason="bob was first")
    signer.before = lambda: runs.start(unsigned, Stamp(NOON, "bob", "bob@host"))
    loaded = load(PLANS / "hotfix.toml")
    store = start_run(runs, loaded.plan, loaded.text, Start(reason="once more"), clock, ALICE, signer)
    header = store.read(-1)[0]
    assert store.ref.name.endswith("-3")
    assert len(signer.signed) == 3
    _need_signed(header, signer, tmp_path)
