"""The contract of every place where runs are kept; that of one run's store stands in contract_store.py.

A store of another kind passes these as they stand: derive `RunsContract`, `StoreContract` and `DamageContract` in a
test module, each with a fixture `runs` that gives an empty place, the last with `tamper` too, and `LostAnswerContract`
if its outcome may be Unknown for a while. What may differ is said here and nowhere else: a store that only ever holds
whole entries is never torn, so `recover` finds nothing to do in it and says Conflict; how a torn end is made, and what
becomes of its bytes, is tested with the store that has them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from time import monotonic

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import Conflict, Damaged, RolloutError, Taken, UsageError
from rollout_tui.journal.values import NotCanonical
from rollout_tui.people import Actor
from rollout_tui.plan.toml import load
from rollout_tui.run import intents
from rollout_tui.run.events import GateHeld, ItemSigned, NoteAdded, Stamp
from rollout_tui.run.subjects.start_acts import Start, UnfinishedRun
from rollout_tui.runs.appending import Draft, Recorded
from rollout_tui.runs.protocols import RunRef, Runs, Store
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


def note(text: str, sees: str, by: Actor = ALICE, *, hours: int = 0) -> Draft:
    return Draft(NoteAdded(text), Stamp(NOON + timedelta(hours=hours), by.name, by.origin), sees)


def append(store: Store, text: str, *, hours: int = 0) -> Recorded:
    head = store.read(-1)[-1].hash
    outcome = store.append(note(text, head, hours=hours), head)
    assert isinstance(outcome, Recorded)
    return outcome


class RunsContract:
    """What a place of runs does."""

    @pytest.fixture
    def runs(self) -> Runs:
        """An empty place of runs."""
        raise NotImplementedError

    def test_an_empty_place(self, runs: Runs) -> None:
        assert (list(runs.refs()), list(runs.list())) == ([], [])
        assert runs.where
        for name in (None, "", "2026"):
            with pytest.raises(UsageError):
                runs.find(name)

    def test_a_second_run_of_one_id_is_taken(self, runs: Runs) -> None:
        session = start(runs)
        append(runs.open(session.ref), "mine")
        with pytest.raises(Taken):
            runs.start(session.run.started, Stamp(NOON, "bob", "bob@host"))
        assert len(runs.read(session.ref).entries) == 2
        assert list(runs.refs()) == [session.ref]

    @pytest.mark.usefixtures("in_turns")
    def test_of_several_threads_that_start_one_id_one_has_it(self, runs: Runs) -> None:
        together, first = Barrier(4), start(runs).run.started
        ids = [f"2026-03-02-all-{number}" for number in range(1, 9)]

        def begin(name: str) -> list[str]:
            begun = []
            for each in ids:
                together.wait(timeout=30)
                try:
                    runs.start(replace(first, run=each), Stamp(NOON, name, f"{name}@host"))
                except Taken:
                    continue
                begun.append(f"{each} by {name}")
            return begun

        with ThreadPoolExecutor(4) as pool:
            begun = [each for found in pool.map(begin, ("ann", "bob", "cy", "di")) for each in found]
        headers = [runs.read(runs.find(each)).entries[0] for each in ids]
        assert sorted(begun) == [f"{each} by {header.stamp.by}" for each, header in zip(ids, headers, strict=True)]
        assert headers[0].event == replace(first, run=ids[0])

    def test_what_can_t_be_read_back_starts_no_run(self, runs: Runs) -> None:
        started = replace(start(runs).run.started, run="2026-03-02-bad-1", plan_sha256="0" * 64)
        with pytest.raises((RolloutError, NotCanonical)):
            runs.start(started, Stamp(NOON, "bob", "bob@host"))
        assert started.run not in [ref.name for ref in runs.refs()]

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

    def test_the_newest_end_counts_and_not_the_newest_start(self, runs: Runs) -> None:
        early, late = start(runs), start(runs, plan="checkout", hours=1)
        append(runs.open(early.ref), "still here", hours=2)
        assert [log.ref for log in runs.list()] == [early.ref, late.ref]
        assert runs.find(None) == runs.find(None, unfinished=True) == early.ref

    def test_a_list_reads_each_log_when_it_is_asked_for(self, runs: Runs) -> None:
        logs = runs.list()
        early, late = start(runs), start(runs, plan="checkout", hours=1)
        assert next(logs).ref == late.ref
        append(runs.open(early.ref), "news")
        log = next(logs)
        assert (log.ref, len(log.entries)) == (early.ref, 2)

    def test_it_leaves_out_what_is_not_asked_for(self, runs: Runs) -> None:
        done, hotfix = start(runs), start(runs, again=True, hours=1)
        checkout = start(runs, plan="checkout", hours=2)
        done.act(intents.Abort("not today"))
        assert [log.ref for log in runs.list(unfinished=True)] == [checkout.ref, hotfix.ref]
        service = hotfix.run.started.service
        assert [log.ref for log in runs.list(service=service)] == [hotfix.ref, done.ref]
        assert [log.ref for log in runs.list(unfinished=True, service=service)] == [hotfix.ref]
        for other in ("nobody's", service[:-1], "%", ""):
            assert list(runs.list(service=other)) == []

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
        for name in ("2026-03", "2026-03-02-nothing", ""):
            with pytest.raises(UsageError):
                runs.find(name)

    def test_a_whole_id_comes_before_beginnings_and_an_empty_name_is_none(self, runs: Runs) -> None:
        session = start(runs)
        with pytest.raises(UsageError):
            runs.find("")
        longer = runs.start(replace(session.run.started, run=f"{session.ref.name}0"), session.entries[0].stamp).ref
        assert runs.find(session.ref.name) == session.ref
        assert runs.find(longer.name) == longer

    def test_its_place_decides_which_run_is_meant(self, runs: Runs) -> None:
        hotfix, checkout = start(runs), start(runs, plan="checkout")
        misnamed = RunRef(checkout.ref.name, hotfix.ref.place)
        assert list(runs.read(misnamed).entries) == runs.open(misnamed).read(-1) == hotfix.entries
        assert runs.verify(misnamed).run == hotfix.ref.name

    def test_a_log_is_read_whole_and_makes_its_run(self, runs: Runs) -> None:
        session = start(runs)
        session.act(intents.Note("hello"))
        log = runs.read(session.ref)
        assert (list(log.entries), log.problem, log.torn, log.damage) == (session.entries, "", None, None)
        assert len(log.starts) == 2
        assert log.starts[0] == 0
        assert replayed(log).run == session.run

    def test_a_run_that_is_not_there_is_a_problem_to_read_and_an_error_else(self, runs: Runs) -> None:
        ref = start(runs).ref
        gone = RunRef("gone", ref.place.replace(ref.name, "gone"))
        log = runs.read(gone)
        assert log.problem
        assert list(log.entries) == []
        assert not runs.wait(log, timeout=0)
        for ask in (
            lambda: runs.open(gone),
            lambda: runs.verify(gone),
            lambda: runs.evidence(gone, "0" * 64),
            lambda: runs.recover(gone, Stamp(NOON, "bob", "bob@host")),
        ):
            with pytest.raises(RolloutError):
                ask()

    def test_it_waits_for_a_log_to_change(self, runs: Runs) -> None:
        session = start(runs)
        log = runs.read(session.ref)
        assert not runs.wait(log, timeout=0)
        began = monotonic()
        assert not runs.wait(log, timeout=0.2)
        assert monotonic() - began >= 0.19
        with ThreadPoolExecutor(1) as pool:
            told, began = pool.submit(runs.wait, log, 60), monotonic()
            session.act(intents.Note("hello"))
            assert told.result()
        assert monotonic() - began < 30
        assert not runs.wait(runs.read(session.ref), timeout=0)

    def test_what_is_whole_needs_no_recovery(self, runs: Runs) -> None:
        with pytest.raises(Conflict):
            runs.recover(start(runs).ref, Stamp(NOON, "bob", "bob@host"))

    def test_verify_says_what_the_bytes_show(self, runs: Runs) -> None:
        session = start(runs)
        head = session.act(intents.Note("hello"))
        assert (runs.verify(session.ref).verdict, runs.verify(session.ref).events) == ("open", 1)
        assert runs.verify(session.ref, (1, head.hash[:8])).expected is True
        for seq, digest in ((1, "0000"), (0, head.hash), (2, head.hash)):
            assert runs.verify(session.ref, (seq, digest)).verdict == "altered"
        for seq, digest in ((1, "wxyz"), (1, head.hash[:3]), (1, head.hash + "0"), (1, ""), (-1, head.hash)):
            with pytest.raises(UsageError):
                runs.verify(session.ref, (seq, digest))
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
