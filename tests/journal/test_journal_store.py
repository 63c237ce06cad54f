"""Two operators, two processes, a full disk, a failing one: nothing is called recorded that is not."""

import errno
import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from rollout_tui.errors import Conflict, Damaged, Locked, RolloutError, Unsynced
from rollout_tui.journal import file, locks
from rollout_tui.journal.evidence import folder_of
from rollout_tui.journal.reader import FileReader
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import GateHeld, NoteAdded, Recovered
from rollout_tui.runs.appending import Behind, Draft, Recorded
from rollout_tui.runs.file_store import FileStore, create, recover
from tests.journal.journal_samples import ALICE, AT, BOB, STARTED, Sample, add


def test_an_appended_event_is_read_by_others_with_the_head_that_its_author_saw(sample: Sample) -> None:
    with FileStore(sample.path) as alice, FileReader(sample.path) as watcher:
        seen = alice.head
        recorded = alice.append(Draft(NoteAdded("x"), BOB, seen), seen)
        assert isinstance(recorded, Recorded)
        assert watcher.read(4) == [recorded.entry]
        assert watcher.read(5) == []
        entry = recorded.entry
        assert (entry.seq, entry.sees, entry.stamp, entry.event) == (5, seen, BOB, NoteAdded("x"))
        assert alice.head == entry.hash


def test_who_was_not_first_gets_what_the_other_wrote_and_writes_nothing(sample: Sample) -> None:
    with FileStore(sample.path) as alice, FileStore(sample.path) as bob:
        seen = bob.head
        first = add(alice, NoteAdded("first"))
        second = add(alice, NoteAdded("second"))
        before = sample.data
        draft = Draft(NoteAdded("bob's"), BOB, seen)
        assert bob.append(draft, seen) == Behind((first, second))
        assert bob.append(draft, first.hash) == Behind((second,))
        assert sample.data == before
        assert isinstance(bob.append(draft, second.hash), Recorded)
        with pytest.raises(Conflict):
            bob.append(draft, "0" * 64)


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from rollout_tui.runs.file_store import FileStore
from rollout_tui.runs.appending import Behind, Draft
from rollout_tui.run.events import NoteAdded, Stamp

name = sys.argv[1]
stamp = Stamp(datetime(2026, 11, 22, tzinfo=UTC), name, f"{name}@host")
with FileStore(Path(sys.argv[2])) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for count in range(60):
        while isinstance(store.append(Draft(NoteAdded(f"{name} {count}"), stamp, store.head), store.head), Behind):
            pass
"""


def test_two_processes_that_append_at_once_lose_nothing(sample: Sample) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, name, str(sample.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("alice", "bob")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n")
        assert writer.returncode == 0
    with FileStore(sample.path) as store:
        texts = [entry.event.text for entry in store.read(4) if isinstance(entry.event, NoteAdded)]
    for name in ("alice", "bob"):
        assert [text for text in texts if text.startswith(name)] == [f"{name} {count}" for count in range(60)]
    assert len(texts) == 120


@pytest.mark.parametrize(("mode", "expected"), [(0o700, 0o600), (0o2750, 0o660), (0o770, 0o660)])
def test_a_journal_is_its_owners_unless_a_group_shares_the_folder(tmp_path: Path, mode: int, expected: int) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    folder.chmod(mode)
    with create(folder / "checkout-1.toml", STARTED, ALICE) as store:
        assert stat.S_IMODE(store.path.stat().st_mode) == expected
        assert [path.name for path in folder.iterdir()] == ["checkout-1.toml"]
        lease = folder / "checkout-1.lease"
        assert store.take_lease("alice") == ""
        assert stat.S_IMODE(lease.stat().st_mode) == expected
        # One whose mode kept others out is mended by its owner.
        store.end_lease()
        lease.chmod(0o644)
        assert store.take_lease("alice") == ""
        assert stat.S_IMODE(lease.stat().st_mode) == expected


def test_a_name_that_is_taken_is_left_alone(sample: Sample) -> None:
    before = sample.data
    with pytest.raises(Conflict):
        create(sample.path, STARTED, ALICE)
    assert sample.data == before
    assert list(sample.path.parent.iterdir()) == [sample.path]


def test_a_journal_has_its_runs_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="other"):
        create(tmp_path / "other.toml", STARTED, ALICE)


def failing(call: str, code: int) -> Callable[..., int]:
    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code), call)

    return fail


@pytest.mark.parametrize("call", ["write", "fsync", "link"])
def test_a_disk_that_fails_at_creation_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(call, errno.EIO))
        with pytest.raises(RolloutError):
            create(tmp_path / "checkout-1.toml", STARTED, ALICE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_a_file_that_lost_its_name_is_not_written_to(sample: Sample, replaced: bool) -> None:
    before = sample.data
    with FileStore(sample.path) as store, open(sample.path, "rb") as old:
        sample.path.unlink()
        if replaced:
            sample.path.write_bytes(before)
        for use in (lambda: add(store, NoteAdded("x")), lambda: store.read(0)):
            with pytest.raises(Damaged):
                use()
        assert old.read() == before
    assert not replaced or sample.data == before


@pytest.mark.parametrize("taken", [0, 1, 200, "all but one"])
def test_a_disk_that_takes_a_part_only_gives_it_back(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, taken: int | str
) -> None:
    write = os.write

    def short(descriptor: int, data: bytes) -> int:
        return write(descriptor, data[: taken if isinstance(taken, int) else len(data) - 1])

    before = sample.data
    with FileStore(sample.path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", short)
            with pytest.raises(RolloutError, match="Not recorded"):
                add(store, NoteAdded("x"))
        assert sample.data == before
        assert add(store, NoteAdded("y")).seq == 5
    assert verify(sample.path).events == 5


@pytest.mark.parametrize("call", ["write", "pread"])
def test_a_call_that_fails_before_anything_is_written_is_not_recorded(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before = sample.data
    with FileStore(sample.path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(os, call, failing(call, errno.EIO))
            with pytest.raises(RolloutError) as failed:
                add(store, NoteAdded("x"))
            assert not isinstance(failed.value, Unsynced)
        assert sample.data == before
        assert add(store, NoteAdded("y")).seq == 5


def test_a_lock_that_fails_is_not_recorded(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sample.data
    with FileStore(sample.path) as store:
        monkeypatch.setattr(fcntl, "flock", failing("flock", errno.ENOLCK))
        with pytest.raises(RolloutError, match="locked"):
            add(store, NoteAdded("x"))
    assert sample.data == before


def test_no_run_starts_where_nothing_could_be_locked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "other"
    place.mkdir()
    monkeypatch.setattr(fcntl, "flock", failing("flock", errno.ENOLCK))
    with pytest.raises(RolloutError, match="can't be locked"):
        create(place / f"{STARTED.run}.toml", STARTED, ALICE)
    assert list(place.iterdir()) == []


def test_evidence_of_a_shared_folder_is_open_to_its_group(sample: Sample, tmp_path: Path) -> None:
    sample.path.parent.chmod(0o2770)
    proof = tmp_path / "build.log"
    proof.write_text("812 tests passed")
    before = os.umask(0o077)
    try:
        with FileStore(sample.path) as store:
            store.keep_evidence(proof)
    finally:
        os.umask(before)
    folder = folder_of(sample.path)
    assert folder.stat().st_mode & 0o770 == 0o770
    assert all(each.stat().st_mode & 0o060 == 0o060 for each in folder.iterdir())


def test_after_a_sync_that_failed_nothing_is_tried_again_and_the_journal_can_be_copied(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    syncs = []

    def fail(descriptor: int) -> None:
        syncs.append(descriptor)
        raise OSError(errno.EIO, "Input/output error")

    with FileStore(sample.path) as store:
        monkeypatch.setattr(file, "sync", fail)
        for _ in range(2):
            with pytest.raises(Unsynced, match="Unknown whether"):
                add(store, NoteAdded("x"))
        assert len(syncs) == 1
        last = store.copy_to(tmp_path / "copy.toml")
    found = verify(tmp_path / "copy.toml")
    assert (found.verdict, found.head) == ("open", (last.seq, last.hash))
    assert found.events in (4, 5)


def test_a_part_that_can_not_be_taken_back_ends_the_handle(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    with FileStore(sample.path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:50]))
            patch.setattr(os, "ftruncate", failing("ftruncate", errno.EIO))
            with pytest.raises(Unsynced, match="Not recorded"):
                add(store, NoteAdded("x"))
        with pytest.raises(Unsynced):
            add(store, NoteAdded("y"))
    assert verify(sample.path).verdict == "torn"


HOLDER = """
import fcntl, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(path: Path) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process.pid
    process.communicate()


def test_a_lock_that_another_process_keeps_is_named(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.0)
    before = sample.data
    with FileStore(sample.path) as store:
        with holder(sample.path) as process:
            with pytest.raises(Locked) as refused:
                add(store, NoteAdded("x"))
            if os.path.exists("/proc/locks"):
                assert f"process {process}" in refused.value.message
            assert sample.data == before
            assert store.read(3) == sample.entries[4:]
        assert add(store, NoteAdded("x")).seq == 5


def test_a_lock_is_waited_for(sample: Sample) -> None:
    waited = []
    with open(sample.path, "rb") as other:

        def release(seconds: float) -> None:
            waited.append(seconds)
            fcntl.flock(other, fcntl.LOCK_UN)

        with FileStore(sample.path, sleep=release) as store:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert add(store, NoteAdded("x")).seq == 5
    assert len(waited) == 1


def tear(sample: Sample, rest: bytes = b'\n[[event]]\nkind = "gate_he') -> bytes:
    with open(sample.path, "ab") as torn:
        torn.write(rest)
    return rest


def test_a_torn_journal_is_read_and_takes_nothing_before_it_is_recovered(sample: Sample) -> None:
    tear(sample)
    before = sample.data
    with FileStore(sample.path, sleep=lambda _: None) as store:
        assert store.read(-1) == sample.entries
        assert store.torn is not None
        assert (store.torn.size, store.torn.after) == (26, 4)
        with pytest.raises(Damaged, match="incomplete entry after event 4"):
            add(store, NoteAdded("x"))
    assert sample.data == before


def test_an_entry_that_is_being_written_is_read_again_after_a_moment(sample: Sample) -> None:
    with FileStore(sample.path) as store:
        add(store, NoteAdded("x"))
    whole = sample.data
    sample.path.write_bytes(whole[:-10])

    def finish(_: float) -> None:
        sample.path.write_bytes(whole)

    with FileReader(sample.path, sleep=finish) as reader:
        assert reader.torn is None
        assert [entry.seq for entry in reader.read(4)] == [5]


def test_recovering_keeps_the_bytes_and_says_so_in_the_journal(sample: Sample) -> None:
    rest = tear(sample)
    with recover(sample.path, replace(BOB, happened=None)) as store:
        (entry,) = store.read(4)
        assert isinstance(entry.event, Recovered)
        assert (entry.stamp.by, entry.stamp.origin, entry.stamp.at) == ("bob", "bob@laptop", AT)
        kept = sample.path.with_name(entry.event.file)
        assert kept.name.startswith("checkout-1.toml.torn-")
        assert kept.read_bytes() == rest
        assert (entry.event.bytes, entry.event.sha256) == (len(rest), sha256(rest).hexdigest())
        assert add(store, GateHeld("go on")).seq == 6
    assert verify(sample.path).verdict == "open"


def test_a_whole_or_a_damaged_journal_is_not_recovered(sample: Sample) -> None:
    before = sample.data
    with pytest.raises(Conflict):
        recover(sample.path, replace(BOB, happened=None))
    assert sample.data == before
    tear(sample, b"# a comment\n")
    before = sample.data
    with pytest.raises(Damaged):
        recover(sample.path, replace(BOB, happened=None))
    assert sample.data == before
    assert list(sample.path.parent.iterdir()) == [sample.path]


def test_an_append_reads_only_the_last_block(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    pread = os.pread
    with FileStore(sample.path) as store:
        for count in range(50):
            add(store, NoteAdded(f"{count:03}"))
        read: list[int] = []

        def counted(descriptor: int, size: int, offset: int) -> bytes:
            data = pread(descriptor, size, offset)
            read.append(len(data))
            return data

        monkeypatch.setattr(os, "pread", counted)
        before = sample.path.stat().st_size
        add(store, NoteAdded("050"))
        assert sum(read) == sample.path.stat().st_size - before


def test_a_journal_over_its_limit_takes_nothing_more(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sample.data
    with FileStore(sample.path) as store:
        monkeypatch.setattr(file, "JOURNAL_LIMIT", len(before) + 100)
        with pytest.raises(RolloutError, match="full"):
            add(store, NoteAdded("x"))
    assert sample.data == before


def test_a_new_journal_is_synced_before_it_has_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkout-1.toml"
    fsync = os.fsync
    synced = []

    def watched(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append(("folder" if is_folder else "file", path.exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    create(path, STARTED, ALICE).close()
    assert synced == [("file", False), ("folder", True)]


def test_an_event_is_synced_before_it_is_called_recorded(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = file.sync
    synced = []

    def watched(descriptor: int) -> None:
        synced.append(sample.path.stat().st_size)
        sync(descriptor)

    monkeypatch.setattr(file, "sync", watched)
    with FileStore(sample.path) as store:
        add(store, NoteAdded("x"))
    assert synced == [sample.path.stat().st_size]
