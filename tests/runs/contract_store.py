"""The contract of the store of one run: what every one does, and what those do that may lose an answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Event
from time import monotonic

import pytest

from rollout_tui.errors import Conflict, RolloutError, Taken
from rollout_tui.journal import file as files
from rollout_tui.journal.blocks import header_words
from rollout_tui.journal.evidence import EVIDENCE_LIMIT
from rollout_tui.journal.values import NotCanonical
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import Extras, NoteAdded, PlanRedlined, RunClosed, RunStarted, Stamp
from rollout_tui.runs.appending import Behind, Draft, Recorded, Unknown
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef, Runs, Store
from tests.runs.contract_runs import BOB, NOON, append, note, start

WRITERS, NOTES = 4, 12

LoseAnswer = Callable[[Store, bool], None]
"""Let the answer to the next append of a store get lost, behind which the entry is kept or not."""


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
        assert (store.ref.place, store.read_only, store.torn) == (ref.place, "", None)

    def test_what_is_recorded_is_read_by_all_as_it_was_said(self, runs: Runs, ref: RunRef, store: Store) -> None:
        other = runs.open(ref)
        head = store.read(-1)[-1].hash
        draft = note('déjà vu 🚀 "quoted"\n\u202e', head, BOB)
        outcome = store.append(draft, head)
        assert isinstance(outcome, Recorded)
        entry = outcome.entry
        assert (entry.seq, entry.event, entry.stamp, entry.sees) == (1, draft.event, draft.stamp, head)
        assert other.read(0) == store.read(0) == runs.open(ref).read(0) == [entry]
        assert store.read(1) == store.read(7) == []

    def test_what_an_entry_says_beside_its_fields_is_kept(self, runs: Runs, ref: RunRef, store: Store) -> None:
        head = store.read(-1)[-1].hash
        stamp = Stamp(NOON, "alice", "alice@host", boot="0b0e11aa", up_ms=86_400_000)
        extras = Extras(meaning="reviewed", late=True, relayed_for="Karim")
        outcome = store.append(Draft(NoteAdded("x"), stamp, head, extras), head)
        assert isinstance(outcome, Recorded)
        (read,) = runs.open(ref).read(0)
        assert (read.stamp, read.extras, read.signature) == (stamp, extras, "")
        assert outcome.entry == read

    @pytest.mark.parametrize("text", ["signed", "déjà vu " * 100])
    def test_a_signature_is_kept_with_the_words_that_it_is_over(
        self, runs: Runs, ref: RunRef, store: Store, text: str
    ) -> None:
        header = store.read(-1)[0]
        assert isinstance(header.event, RunStarted)
        assert (header.signature, header.words) == ("", b"")
        draft = replace(note(text, header.hash), signature="U1NIU0lH")
        outcome = store.append(draft, header.hash)
        assert isinstance(outcome, Recorded)
        (read,) = runs.open(ref).read(0)
        assert (read.signature, read.words, read.event) == ("U1NIU0lH", draft.words, draft.event)
        signed = replace(header.event, run=f"{header.event.run}-signed")
        again = runs.start(signed, header.stamp, "U1NIU0lH").read(-1)[0]
        assert (again.signature, again.words) == ("U1NIU0lH", header_words(signed, header.stamp))

    def test_when_it_was_written_is_a_time_or_unknown(self, store: Store) -> None:
        append(store, "x")
        assert store.written is None or store.written.tzinfo is UTC

    def test_every_kind_of_field_survives(self, runs: Runs, ref: RunRef, store: Store, tmp_path: Path) -> None:
        header = store.read(-1)[0].event
        assert isinstance(header, RunStarted)
        for event in (
            NoteAdded("said later"),
            PlanRedlined(
                ("a title",), "a typo", header.items, header.plan, header.plan_sha256, ("tests", "b"), "/p.toml"
            ),
            RunClosed("aborted", 3, "not today", left=("a step", "another"), follow_up_owner="Zoë"),
        ):
            entry = store.read(-1)[-1]
            stamp = Stamp(NOON, "alice", "alice@host", NOON - timedelta(minutes=9, milliseconds=1))
            outcome = store.append(Draft(event, stamp, entry.hash), entry.hash)
            assert isinstance(outcome, Recorded)
            assert (outcome.entry.event, outcome.entry.stamp) == (event, stamp)
        assert runs.open(ref).read(-1) == list(runs.read(ref).entries) == store.read(-1)
        store.copy_to(tmp_path / "copy.toml")
        assert verify(tmp_path / "copy.toml").verdict == "whole"

    def test_who_is_behind_gets_what_others_wrote_and_writes_nothing(self, runs: Runs, ref: RunRef) -> None:
        alice, bob = runs.open(ref), runs.open(ref)
        seen = bob.read(-1)[-1].hash
        first, second = append(alice, "first").entry, append(alice, "second").entry
        assert bob.append(note("mine", seen, BOB), seen) == Behind((first, second))
        assert bob.append(note("mine", seen, BOB), first.hash) == Behind((second,))
        assert alice.read(-1)[-1] == second

    def test_what_was_answered_is_others_when_it_is_sent_again(self, store: Store) -> None:
        head = store.read(-1)[-1].hash
        draft = note("mine", head)
        outcome = store.append(draft, head)
        assert isinstance(outcome, Recorded)
        assert store.append(draft, head) == Behind((outcome.entry,))
        assert len(store.read(-1)) == 2

    def test_what_its_author_saw_may_be_older_than_what_an_entry_follows(self, runs: Runs, ref: RunRef) -> None:
        alice, bob = runs.open(ref), runs.open(ref)
        seen = bob.read(-1)[-1].hash
        first = append(alice, "first").entry
        outcome = bob.append(note("mine", seen, BOB), first.hash)
        assert isinstance(outcome, Recorded)
        assert outcome.entry.sees == seen
        assert [entry.sees for entry in runs.open(ref).read(0)] == [seen, seen]
        assert runs.verify(ref).holds

    def test_a_head_that_the_run_never_had_is_a_conflict(self, store: Store) -> None:
        head = store.read(-1)[-1].hash
        with pytest.raises(Conflict):
            store.append(note("x", head), "0" * 64)
        with pytest.raises(Conflict):
            store.append(note("x", "0" * 64), head)
        assert len(store.read(-1)) == 1

    def test_what_no_journal_takes_is_refused_before_anything_is_written(self, runs: Runs, store: Store) -> None:
        head = store.read(-1)[-1].hash
        with pytest.raises(RolloutError):
            store.append(note("x" * 70_000, head), head)
        # It has words, and does not read back: a close counts itself.
        with pytest.raises((RolloutError, NotCanonical, ValueError)):
            store.append(Draft(RunClosed("aborted", 9, "x"), Stamp(NOON, "bob", "bob@host"), head), head)
        assert append(store, "fine").entry.seq == 1
        assert runs.verify(store.ref).holds

    def test_a_run_grows_to_the_limit_of_a_journal(
        self, runs: Runs, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.copy_to(tmp_path / "copy.toml")
        size = (tmp_path / "copy.toml").stat().st_size
        monkeypatch.setattr(files, "JOURNAL_LIMIT", size + 2000)
        head = store.read(-1)[-1].hash
        with pytest.raises(RolloutError):
            store.append(note("x" * 2000, head), head)
        assert append(store, "x" * 1000).entry.seq == 1
        assert runs.verify(store.ref).holds

    @pytest.mark.usefixtures("in_turns")
    def test_several_threads_make_one_chain(self, runs: Runs, ref: RunRef) -> None:
        together = Barrier(WRITERS)

        def write(name: int) -> None:
            store = runs.open(ref)
            seen = head = store.read(-1)[-1].hash
            together.wait(timeout=30)
            for number in range(NOTES):
                while isinstance(outcome := store.append(note(f"{name}-{number}", seen), head), Behind):
                    head = outcome.entries[-1].hash
                assert isinstance(outcome, Recorded)
                head = outcome.entry.hash

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(WRITERS)))
        entries = runs.open(ref).read(0)
        texts = [entry.event.text for entry in entries if isinstance(entry.event, NoteAdded)]
        assert sorted(texts) == sorted(f"{name}-{number}" for name in range(WRITERS) for number in range(NOTES))
        for name in range(WRITERS):
            assert [text for text in texts if text[0] == str(name)] == [f"{name}-{number}" for number in range(NOTES)]
        assert [entry.seq for entry in entries] == list(range(1, WRITERS * NOTES + 1))
        assert runs.verify(ref).holds

    def test_it_tells_what_others_record(self, runs: Runs, ref: RunRef, store: Store) -> None:
        store.read(-1)
        assert not store.wait(0, timeout=0)
        append(runs.open(ref), "news")
        assert store.wait(0, timeout=30)
        assert [entry.seq for entry in store.read(0)] == [1]
        assert not store.wait(1, timeout=0)

    def test_it_waits_for_another_thread_and_no_longer_than_asked(self, runs: Runs, ref: RunRef, store: Store) -> None:
        store.read(-1)
        began = monotonic()
        assert not store.wait(0, timeout=0.2)
        assert monotonic() - began >= 0.19
        waits = Event()

        def wait() -> bool:
            waits.set()
            return store.wait(0, timeout=60)

        with ThreadPoolExecutor(1) as pool:
            told, began = pool.submit(wait), monotonic()
            assert waits.wait(timeout=30)
            append(runs.open(ref), "news")
            assert told.result()
        assert monotonic() - began < 30

    def test_its_own_entry_is_no_news(self, store: Store) -> None:
        append(store, "mine")
        assert not store.wait(1, timeout=0)

    def test_a_copy_is_a_journal_without_evidence(self, runs: Runs, ref: RunRef, store: Store, tmp_path: Path) -> None:
        (tmp_path / "build.log").write_bytes(b"812 passed\n")
        store.keep_evidence(tmp_path / "build.log")
        append(runs.open(ref), "others'")
        entry = append(store, "one").entry
        copy = tmp_path / "copies" / f"{ref.name}.toml"
        copy.parent.mkdir()
        assert store.copy_to(copy) == entry
        assert verify(copy, (entry.seq, entry.hash)).verdict == "open"
        (log,), kept = FolderRuns(copy.parent).list(), runs.read(ref)
        assert (list(log.entries), list(log.starts)) == (list(kept.entries), list(kept.starts))
        assert list(copy.parent.iterdir()) == [copy]

    def test_a_copy_leaves_alone_what_is_there(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "copy.toml").write_bytes(b"mine")
        with pytest.raises(Taken):
            store.copy_to(tmp_path / "copy.toml")
        assert (tmp_path / "copy.toml").read_bytes() == b"mine"

    def test_one_store_has_the_lease_until_it_lets_go(self, runs: Runs, ref: RunRef, store: Store) -> None:
        other = runs.open(ref)
        assert store.take_lease("bob on screen 1") == store.take_lease("bob on screen 1") == ""
        assert other.take_lease("eve") == "bob on screen 1"
        store.close()
        assert other.take_lease("eve") == ""
        third = runs.open(ref)
        assert third.take_lease("mallory") == "eve"
        other.end_lease()
        other.end_lease()
        assert third.take_lease("mallory") == ""

    def test_evidence_is_kept_once_and_given_back(self, runs: Runs, ref: RunRef, store: Store, tmp_path: Path) -> None:
        proof = tmp_path / "build.log"
        proof.write_bytes(b"812 passed\n")
        kept = store.keep_evidence(proof)
        assert (kept.name, kept.size) == ("build.log", 11)
        assert store.keep_evidence(proof) == kept
        proof.unlink()
        assert runs.evidence(ref, kept.sha256) == store.evidence(kept.sha256) == b"812 passed\n"
        for digest in ("0" * 64, "../../etc/passwd", ""):
            for evidence in (store.evidence, partial(runs.evidence, ref)):
                with pytest.raises(RolloutError):
                    evidence(digest)

    def test_evidence_is_of_its_run_alone(self, runs: Runs, ref: RunRef, store: Store, tmp_path: Path) -> None:
        proof, other = tmp_path / "build.log", start(runs, plan="checkout").ref
        proof.write_bytes(b"812 passed\n")
        kept = store.keep_evidence(proof)
        with pytest.raises(RolloutError):
            runs.evidence(other, kept.sha256)
        assert runs.open(other).keep_evidence(proof) == kept
        assert runs.evidence(other, kept.sha256) == runs.evidence(ref, kept.sha256)

    def test_what_is_no_file_to_keep_is_refused(self, store: Store, tmp_path: Path) -> None:
        with open(tmp_path / "large", "wb") as large:
            large.truncate(EVIDENCE_LIMIT + 1)
        for file in (tmp_path, tmp_path / "none", Path("/dev/zero"), tmp_path / "large"):
            with pytest.raises(RolloutError):
                store.keep_evidence(file)


class LostAnswerContract:
    """What a store does that says Unknown(pending): for those that never do, there is nothing to derive."""

    @pytest.fixture
    def runs(self) -> Runs:
        """An empty place of runs."""
        raise NotImplementedError

    @pytest.fixture
    def lose_answer(self) -> LoseAnswer:
        raise NotImplementedError

    @pytest.mark.parametrize("is_kept", [True, False])
    @pytest.mark.parametrize("others", [True, False])
    def test_what_nobody_knows_of_is_sent_again(
        self, runs: Runs, lose_answer: LoseAnswer, is_kept: bool, others: bool
    ) -> None:
        store = runs.open(start(runs).ref)
        head = store.read(-1)[-1].hash
        draft = note("mine", head)
        lose_answer(store, is_kept)
        outcome = store.append(draft, head)
        assert isinstance(outcome, Unknown)
        assert outcome.pending
        theirs = append(runs.open(store.ref), "theirs").entry if others else None
        again = store.append(draft, head)
        if theirs and not is_kept:
            assert again == Behind((theirs,))
        else:
            assert isinstance(again, Recorded)
            assert (again.entry.seq, again.entry.event, again.entry.stamp) == (1, draft.event, draft.stamp)
        assert len(store.read(0)) == (2 if others and is_kept else 1)
        # Its answer is known now.
        assert store.append(draft, head) == Behind(tuple(store.read(0)))
