"""The contract of every place where runs are kept, and of the store of one run.

A store of another kind passes these as they stand: derive `RunsContract` and `StoreContract` in a test module, each
with a fixture `runs` that gives an empty place. What may differ is said here and nowhere else: a store that only ever
holds whole entries is never torn, so `recover` finds nothing to do in it and says Conflict; how a torn end is made, and
what becomes of its bytes, is tested with the store that has them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import Conflict, Damaged, RolloutError, UsageError
from rollout_tui.people import Actor
from rollout_tui.plan.toml import load
from rollout_tui.run import intents
from rollout_tui.run.events import Extras, GateHeld, ItemSigned, NoteAdded, RunStarted, Stamp
from rollout_tui.run.subjects.start_acts import Start, UnfinishedRun
from rollout_tui.runs.protocols import Behind, Draft, Recorded, RunRef, Runs, Store
from rollout_tui.runs.replay import replayed
from rollout_tui.runs.starting import start_run
from rollout_tui.session import Session

PLANS = Path(__file__).parents[2] / "plans"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALICE = Actor("alice", "alice", "host")
BOB = Actor("bob", "bob", "host")


def start(runs: Runs, *, plan: str = "hotfix", hours: int = 0, again: bool = False, rehearsal: bool = False) -> Session:
    """A session at a new run, begun `hours` after noon."""
    loaded, clock = load(PLANS / f"{plan}.toml"), SimulatedClock(NOON + timedelta(hours=hours))
    asked = Start(rehearsal=rehearsal, reason="once more" if again else "")
    return Session(start_run(runs, loaded.plan, loaded.text, asked, clock, ALICE), clock, ALICE)


def note(text: str, sees: str, by: Actor = ALICE) -> Draft:
    return Draft(NoteAdded(text), Stamp(NOON, by.name, by.origin), sees)


def append(store: Store, text: str) -> Recorded:
    head = store.read(-1)[-1].hash
    outcome = store.append(note(text, head), head)
    assert isinstance(outcome, Recorded)
    return outcome


class StoreContract:
    """What the store of one run does."""

    @pytest.fixture
    def runs(self) -> Runs:
        """An empty place of runs."""
        raise NotImplementedError

    @pytest.fixture
    def ref(self, runs: Runs) -> RunRef:
        """A run that has just begun."""
        return start(runs).ref

    @pytest.fixture
    def store(self, runs: Runs, ref: RunRef) -> Store:
        return runs.open(ref)

    def test_a_new_run_has_its_header_alone_and_takes_entries(self, store: Store, ref: RunRef) -> None:
        (header,) = store.read(-1)
        assert isinstance(header.event, RunStarted)
        assert header.event.run == ref.name == store.ref.name
        assert (header.seq, header.sees) == (0, "")
        assert (store.read_only, store.torn) == ("", None)

    def test_what_is_recorded_is_read_by_all_as_it_was_said(self, runs: Runs, ref: RunRef, store: Store) -> None:
        other = runs.open(ref)
        head = store.read(-1)[-1].hash
        draft = note('déjà vu 🚀 "quoted"\n\u202e', head, BOB)
        outcome = store.append(draft, head)
        assert isinstance(outcome, Recorded)
        entry = outcome.entry
        assert (entry.seq, entry.event, entry.stamp, entry.sees) == (1, draft.event, draft.stamp, head)
        assert other.read(0) == store.read(0) == runs.open(ref).read(0) == [entry]
        assert store.read(1) == []

    def test_what_an_entry_says_beside_its_fields_is_kept(self, runs: Runs, ref: RunRef, store: Store) -> None:
        head = store.read(-1)[-1].hash
        stamp = Stamp(NOON, ALICE.name, ALICE.origin, boot="0b0e11aa", up_ms=86_400_000)
        extras = Extras(meaning="reviewed", late=True, relayed_for="Karim")
        outcome = store.append(Draft(NoteAdded("x"), stamp, head, extras), head)
        assert isinstance(outcome, Recorded)
        (read,) = runs.open(ref).read(0)
        assert (read.stamp, read.extras, read.signature) == (stamp, extras, "")
        assert outcome.entry == read

    def test_when_it_was_written_is_a_time_or_unknown(self, store: Store) -> None:
        append(store, "x")
        assert store.written is None or store.written.tzinfo is UTC

    def test_who_is_behind_gets_what_others_wrote_and_writes_nothing(self, runs: Runs, ref: RunRef) -> None:
        alice, bob = runs.open(ref), runs.open(ref)
        seen = bob.read(-1)[-1].hash
        first, second = append(alice, "first").entry, append(alice, "second").entry
        assert bob.append(note("mine", seen, BOB), seen) == Behind((first, second))
        assert bob.append(note("mine", seen, BOB), first.hash) == Behind((second,))
        assert alice.read(-1)[-1] == second

    def test_what_its_author_saw_may_be_older_than_what_an_entry_follows(self, runs: Runs, ref: RunRef) -> None:
        alice, bob = runs.open(ref), runs.open(ref)
        seen = bob.read(-1)[-1].hash
        first = append(alice, "first").entry
        outcome = bob.append(note("mine", seen, BOB), first.hash)
        assert isinstance(outcome, Recorded)
        assert outcome.entry.sees == seen
        assert [entry.sees for entry in runs.open(ref).read(0)] == [seen, seen]
        assert runs.verify(ref).holds

    def test_a_head_that_the_run_never_had_is_refused(self, store: Store) -> None:
        head = store.read(-1)[-1].hash
        with pytest.raises(Conflict):
            store.append(note("x", head), "0" * 64)
        with pytest.raises(RolloutError):
            store.append(note("x", "0" * 64), head)
        assert len(store.read(-1)) == 1

    def test_what_no_journal_takes_is_refused_before_anything_is_written(self, store: Store) -> None:
        head = store.read(-1)[-1].hash
        with pytest.raises(RolloutError):
            store.append(note("x" * 70_000, head), head)
        assert append(store, "fine").entry.seq == 1

    def test_it_waits_for_what_others_record(self, runs: Runs, ref: RunRef, store: Store) -> None:
        store.read(-1)
        assert not store.wait(0, timeout=0)
        append(runs.open(ref), "news")
        assert store.wait(0, timeout=30)
        assert [entry.seq for entry in store.read(0)] == [1]
        assert not store.wait(1, timeout=0)

    def test_its_own_entry_is_no_news(self, store: Store) -> None:
        append(store, "mine")
        assert not store.wait(1, timeout=0)

    def test_a_copy_holds_every_entry(self, store: Store, tmp_path: Path) -> None:
        entry = append(store, "one").entry
        assert store.copy_to(tmp_path / "copy.toml") == entry
        assert b'text = "one"' in (tmp_path / "copy.toml").read_bytes()
        with pytest.raises(Conflict):
            store.copy_to(tmp_path / "copy.toml")

    def test_evidence_is_kept_once_and_given_back(self, runs: Runs, ref: RunRef, store: Store, tmp_path: Path) -> None:
        proof = tmp_path / "build.log"
        proof.write_bytes(b"812 passed\n")
        kept = store.keep_evidence(proof)
        assert (kept.name, kept.size) == ("build.log", 11)
        assert store.keep_evidence(proof) == kept
        assert runs.evidence(ref, kept.sha256) == b"812 passed\n"
        with pytest.raises(RolloutError):
            runs.evidence(ref, "0" * 64)


class RunsContract:
    """What a place of runs does."""

    @pytest.fixture
    def runs(self) -> Runs:
        """An empty place of runs."""
        raise NotImplementedError

    def test_an_empty_place(self, runs: Runs) -> None:
        assert (list(runs.refs()), list(runs.list())) == ([], [])
        for name in (None, "2026"):
            with pytest.raises(UsageError):
                runs.find(name)

    def test_a_second_run_of_one_id_is_a_conflict(self, runs: Runs) -> None:
        entry = start(runs).entries[0]
        assert isinstance(entry.event, RunStarted)
        with pytest.raises(Conflict):
            runs.start(entry.event, entry.stamp)

    def test_runs_are_numbered_and_a_second_of_a_service_needs_a_reason(self, runs: Runs) -> None:
        first = start(runs)
        with pytest.raises(UnfinishedRun) as refused:
            start(runs)
        assert refused.value.runs == (first.run.id,)
        second = start(runs, again=True)
        assert (first.run.id[-2:], second.run.id[-2:]) == ("-1", "-2")

    def test_it_lists_the_newest_end_first(self, runs: Runs) -> None:
        early, late = start(runs), start(runs, plan="checkout", hours=1)
        assert [log.ref for log in runs.list()] == [late.ref, early.ref]
        assert [log.ref for log in map(runs.read, runs.refs())] == sorted((early.ref, late.ref), key=lambda r: r.name)

    def test_it_leaves_out_what_is_not_asked_for(self, runs: Runs) -> None:
        done, hotfix = start(runs), start(runs, again=True, hours=1)
        checkout = start(runs, plan="checkout", hours=2)
        done.act(intents.Abort("not today"))
        assert [log.ref for log in runs.list(unfinished=True)] == [checkout.ref, hotfix.ref]
        service = hotfix.run.started.service
        assert [log.ref for log in runs.list(service=service)] == [hotfix.ref, done.ref]
        assert [log.ref for log in runs.list(unfinished=True, service=service)] == [hotfix.ref]
        assert list(runs.list(service="nobody's")) == []

    def test_it_lists_what_waits_for_somebody(self, runs: Runs) -> None:
        offered, other = start(runs), start(runs, plan="checkout")
        offered.act(intents.HandOver("Zoe"))
        assert [log.ref for log in runs.list(waiting_for="Zoe")] == [offered.ref]
        assert other.ref not in [log.ref for log in runs.list(waiting_for="Zoe")]

    def test_a_run_is_found_by_its_id_its_beginning_and_its_place(self, runs: Runs) -> None:
        hotfix, checkout = start(runs), start(runs, plan="checkout", hours=1)
        for name in (hotfix.ref.name, hotfix.ref.name[:-1], hotfix.ref.place):
            assert runs.find(name) == hotfix.ref
        assert runs.find(None) == checkout.ref
        checkout.act(intents.Abort("not today"))
        assert runs.find(None, unfinished=True) == hotfix.ref
        with pytest.raises(UsageError):
            runs.find("2026-03")

    def test_a_log_is_read_whole_and_makes_its_run(self, runs: Runs) -> None:
        session = start(runs)
        session.act(intents.Note("hello"))
        log = runs.read(session.ref)
        assert (list(log.entries), log.problem, log.torn, log.damage) == (session.entries, "", None, None)
        assert len(log.starts) == 2
        assert log.starts[0] == 0
        assert replayed(log).run == session.run

    def test_a_run_that_is_not_there_is_a_problem_not_an_error(self, runs: Runs) -> None:
        ref = start(runs).ref
        gone = RunRef("gone", ref.place.replace(ref.name, "gone"))
        assert runs.read(gone).problem
        with pytest.raises(RolloutError):
            runs.open(gone)

    def test_it_waits_for_a_log_to_change(self, runs: Runs) -> None:
        session = start(runs)
        log = runs.read(session.ref)
        assert not runs.wait(log, timeout=0)
        session.act(intents.Note("hello"))
        assert runs.wait(log, timeout=30)

    def test_what_is_whole_needs_no_recovery(self, runs: Runs) -> None:
        with pytest.raises(Conflict):
            runs.recover(start(runs).ref, Stamp(NOON, "bob", "bob@host"))

    def test_verify_says_what_the_bytes_show(self, runs: Runs) -> None:
        session = start(runs)
        head = session.act(intents.Note("hello"))
        assert (runs.verify(session.ref).verdict, runs.verify(session.ref).events) == ("open", 1)
        assert runs.verify(session.ref, (1, head.hash[:8])).expected is True
        assert runs.verify(session.ref, (1, "0000")).verdict == "altered"
        session.act(intents.Abort("not today"))
        assert runs.verify(session.ref).verdict == "whole"

    def test_verify_asks_the_rules_of_a_run_too(self, runs: Runs) -> None:
        session = start(runs)
        store = runs.open(session.ref)
        head = store.read(-1)[-1].hash
        # A store takes what verifies; that it fits the run is the session's business.
        store.append(Draft(GateHeld("wait"), Stamp(NOON, "bob", "bob@host"), head), head)
        held = store.read(-1)[-1].hash
        store.append(Draft(ItemSigned("no-such-item"), Stamp(NOON, "bob", "bob@host"), held), held)
        found = runs.verify(session.ref)
        assert (found.verdict, found.damaged_event, found.layer) == ("damaged", 2, "rules")
        assert replayed(runs.read(session.ref)).entries == tuple(store.read(-1)[:2])
        with pytest.raises(Damaged):
            Session(runs.open(session.ref), SimulatedClock(NOON), BOB)
