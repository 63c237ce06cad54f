"""Where keys tell people apart: whose they are is frozen at the start, and a gate counts on good signatures alone."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import Refused, UsageError
from rollout_tui.people import Actor
from rollout_tui.plan.model import Plan, build
from rollout_tui.run import intents
from rollout_tui.run.events import Entry
from rollout_tui.run.gates import blockers, start_blockers
from rollout_tui.run.next import next_step
from rollout_tui.run.stamp import Mark
from rollout_tui.run.state import Run
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.protocols import RunRef
from rollout_tui.runs.starting import start_run
from rollout_tui.session import Session, need_good_approvals
from rollout_tui.settings import Settings
from rollout_tui.signing import by_ssh_keygen, verify
from rollout_tui.signing.principals import listed, principals, principals_anew
from rollout_tui.signing.signers import read
from rollout_tui.signing.ssh_keygen import KeygenCall
from rollout_tui.signing.unverifiable import Unverifiable
from tests.run.driver import Walk, intent_of
from tests.run.run_plans import CANARY
from tests.runs.contract_runs import NOON
from tests.runs.memory import MemoryRuns
from tests.signing.soft_keys import SoftKey

SIGNED = CANARY.replace("[plan]\n", '[plan]\nidentity = "signed"\n', 1)
KEYS = {"alice": SoftKey(number=1), "bob": SoftKey(number=2)}
REST = ("tests", "monitoring", "rollback-plan")


class Soft:
    """A signer of a key in this process; `forges` signs other words than it is asked to."""

    kind, needs_touch = "ssh-ed25519", False

    def __init__(self, key: SoftKey, *, forges: bool = False) -> None:
        self._key, self._forges = key, forges
        self.key = key.fingerprint

    def sign(self, words: bytes, namespace: str, _call: KeygenCall | None = None, /) -> str:
        return self._key.sign(b"other words" if self._forges else words, namespace)


def plan(text: str = SIGNED) -> Plan:
    return build(tomllib.loads(text))


@pytest.fixture
def runs() -> MemoryRuns:
    return MemoryRuns()


@pytest.fixture
def ref(runs: MemoryRuns) -> RunRef:
    return start_run(runs, plan(), SIGNED, Start(), SimulatedClock(NOON), Actor("alice")).ref


def at(runs: MemoryRuns, ref: RunRef, name: str, **given: bool) -> Session:
    return Session(runs.open(ref), SimulatedClock(NOON), Actor(name, name, "host"), Soft(KEYS[name], **given))


def agreed(runs: MemoryRuns, ref: RunRef, *, forges: bool = False) -> Session:
    """Alice and bob agreed on the review, and whatever else the go asks for is there but the readings."""
    at(runs, ref, "bob", forges=forges).act(intents.Sign("security"))
    session = at(runs, ref, "alice")
    session.act(intents.Sign("security"))
    for item in REST:
        session.act(intents.Sign(item))
    return session


def go(session: Session) -> Entry:
    blocked = tuple(each.id for each in blockers(session.run, session.moment()))
    return session.act(intents.Go(blocked, "nothing was read yet"))


def test_good_signatures_pass_the_gate(runs: MemoryRuns, ref: RunRef) -> None:
    assert go(agreed(runs, ref)).event.kind == "gate_promoted"


def test_one_that_was_made_up_is_named_and_nothing_is_recorded(runs: MemoryRuns, ref: RunRef) -> None:
    session = agreed(runs, ref, forges=True)
    before = len(session.entries)
    with pytest.raises(Refused, match=r"Event 1 \(item_signed, bob\) does not count: altered: not what was signed"):
        go(session)
    assert len(session.entries) == before
    session.act(intents.Revoke("security", "bob's was made up"))
    session.act(intents.Sign("security"))
    at(runs, ref, "bob").act(intents.Sign("security"))
    session.refresh()
    go(session)


def test_what_nobody_can_verify_passes_no_gate(runs: MemoryRuns, ref: RunRef, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_checks: object) -> list[bool]:
        raise Unverifiable("there is no ssh-keygen")

    monkeypatch.setattr(verify, "_own_backend", lambda: nothing)
    with pytest.raises(Unverifiable, match="can't be verified here: there is no ssh-keygen"):
        go(agreed(runs, ref))


def test_ssh_keygen_says_the_same(runs: MemoryRuns, ref: RunRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_own_backend", lambda: by_ssh_keygen.verify)
    with pytest.raises(Refused, match="does not count"):
        go(agreed(runs, ref, forges=True))


def test_only_a_gate_asks(runs: MemoryRuns, ref: RunRef) -> None:
    asked: list[list[int]] = []

    def need_good(entries: Sequence[Entry], counted: Sequence[Mark]) -> None:
        asked.append([mark.seq for mark in counted])
        need_good_approvals(entries, counted)

    agreed(runs, ref)
    clock, alice = SimulatedClock(NOON), Actor("alice", "alice", "host")
    session = Session(runs.open(ref), clock, alice, Soft(KEYS["alice"]), need_good)
    session.act(intents.Note("all there"))
    assert asked == []
    go(session)
    assert asked == [[1, 2]]


def drive(session: Session, is_there: Callable[[Run], bool]) -> None:
    """Do what comes next, past whatever blocks it, until it is there."""
    while not is_there(session.run):
        intent = intent_of(session.run, next_step(session.run, session.moment()))
        if isinstance(intent, intents.Go | intents.StartPhase | intents.Promote):
            ask = start_blockers if isinstance(intent, intents.StartPhase) else blockers
            past = tuple(each.id for each in ask(session.run, session.moment()))
            intent = replace(intent, override=past, reason="no time") if past else intent
        session.act(intent)


@pytest.fixture
def promoting(runs: MemoryRuns, ref: RunRef) -> Session:
    """Alice approved the promotion of a phase, and somebody else is to promote it."""
    session = at(runs, ref, "alice")
    at(runs, ref, "bob").act(intents.Sign("security"))
    session.refresh()
    drive(session, lambda run: "some" in run.phases and run.unresolved["some"] == 0)
    if not session.run.state("some/approval").approvals:
        session.act(intents.Sign("some/approval"))
    return session


@pytest.mark.parametrize("forges", [False, True])
def test_no_phase_starts_behind_a_promotion_that_was_made_up(
    runs: MemoryRuns, ref: RunRef, promoting: Session, *, forges: bool
) -> None:
    bob = at(runs, ref, "bob", forges=forges)
    past = tuple(each.id for each in blockers(bob.run, bob.moment()))
    promoted = bob.act(intents.Promote("some", past, "no time" if past else ""))
    promoting.refresh()
    if forges:
        with pytest.raises(Refused, match=rf"Event {promoted.seq} \(gate_promoted, bob\) does not count: altered"):
            drive(promoting, lambda run: "all" in run.phases)
        promoting.act(intents.Abort("the log was tampered with", confirm=promoting.run.name))
    else:
        drive(promoting, lambda run: "all" in run.phases)


def test_names_that_passed_a_gate_are_not_asked_for_keys_later(runs: MemoryRuns) -> None:
    """A redline lets keys tell people apart from there on; nothing of that is asked of what was passed."""
    ref = start_run(runs, plan(CANARY), CANARY, Start(), SimulatedClock(NOON), Actor("alice")).ref
    for name in ("alice", "bob"):
        Session(runs.open(ref), SimulatedClock(NOON), Actor(name, name, "host")).act(intents.Sign("security"))
    alice = at(runs, ref, "alice")
    for item in REST:
        alice.act(intents.Sign(item))
    go(alice)
    alice.act(intents.Redline(plan(), SIGNED, "by keys from now on"))
    drive(alice, lambda run: "some" in run.phases)


def test_what_nobody_signed_is_no_good(runs: MemoryRuns, ref: RunRef) -> None:
    bob = Session(runs.open(ref), SimulatedClock(NOON), Actor("bob", "bob", "host"))
    note = bob.act(intents.Note("by hand"))
    with pytest.raises(Refused, match=r"Event 1 \(note_added, bob\) does not count: unsigned"):
        need_good_approvals(bob.entries, [note.mark])


FILE = f"""
alice@example.com,alice {KEYS["alice"].line} Alice Example
# somebody who left
"Bob Example,!eve" valid-before="20260101Z" {KEYS["bob"].line}
*@ci.example.com {SoftKey(number=3).line}
carol namespaces="git" {SoftKey(number=4).line}
*@example.com cert-authority {SoftKey(number=5).line}
"""


def test_what_a_file_of_signers_lists_at_a_time() -> None:
    alice, bob, ci = (SoftKey(number=number).fingerprint for number in (1, 2, 3))
    found = listed(read(FILE.encode().split(b"\n")), NOON)
    assert found == (f"alice@example.com {alice}", f"alice {alice}", f"*@ci.example.com {ci}")
    assert f"Bob Example {bob}" in listed(read(FILE.encode().split(b"\n")), NOON.replace(year=2025))


def test_whose_keys_are_is_asked_only_where_keys_tell_people_apart(tmp_path: Path) -> None:
    def nobody() -> Settings:
        raise AssertionError("nothing is asked")

    assert principals(plan(CANARY), nobody, NOON) == ()
    file = tmp_path / "signers"
    settings = Settings(signers=str(file))
    with pytest.raises(UsageError, match="can't be read"):
        principals(plan(), lambda: settings, NOON)
    file.write_text(FILE)
    assert len(principals(plan(), lambda: settings, NOON)) == 3


def test_a_file_that_lists_nobody_begins_nothing(tmp_path: Path) -> None:
    """Where none is listed any key counts, and whoever can make one can make two."""
    file = tmp_path / "signers"
    file.write_text(f"*@example.com cert-authority {KEYS['alice'].line}\n")
    with pytest.raises(UsageError, match="lists nobody whose key tells people apart"):
        principals(plan(), lambda: Settings(signers=str(file)), NOON)


def test_a_redline_lists_keys_anew_only_where_that_is_asked_or_begins(tmp_path: Path) -> None:
    file = tmp_path / "signers"
    file.write_text(FILE)
    mine, nothing = (lambda: Settings(signers=str(file))), (lambda: Settings(signers=str(tmp_path / "none")))
    by_names, by_keys = Walk(CANARY).run, Walk(SIGNED, principals=("bob SHA256:b",)).run
    assert len(principals_anew(by_names, plan(), mine, NOON)) == 3
    assert principals_anew(by_names, plan(CANARY), nothing, NOON) == ()
    assert principals_anew(by_keys, plan(), nothing, NOON) == ()
    assert len(principals_anew(by_keys, plan(), mine, NOON, asked=True)) == 3
    with pytest.raises(UsageError, match="nobody to list"):
        principals_anew(by_names, plan(CANARY), mine, NOON, asked=True)


def test_a_run_counts_whom_its_start_lists(runs: MemoryRuns) -> None:
    asked = Start(principals=(f"alice@example.com {KEYS['alice'].fingerprint}",))
    ref = start_run(runs, plan(), SIGNED, asked, SimulatedClock(NOON), Actor("alice")).ref
    at(runs, ref, "bob").act(intents.Sign("security"))
    session = at(runs, ref, "alice")
    assert session.run.state("security").approvals == ()
    (note,) = session.run.state("security").unsigned
    assert note.key == KEYS["bob"].fingerprint
    assert session.run.started.principals == asked.principals
