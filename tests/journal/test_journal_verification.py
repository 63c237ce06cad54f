"""What `verify` says about logs, and about what is no log."""

import os
from pathlib import Path

import pytest

from rollout_tui.errors import Damaged, RolloutError, UsageError
from rollout_tui.journal import evidence, file
from rollout_tui.journal.evidence import EvidenceProblem
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import Extras, ItemFailed, ItemSigned, NoteAdded, RunClosed
from rollout_tui.runs.file_store import FileStore
from tests.journal.journal_samples import EVENTS, Sample, add, make


def test_a_run_that_is_not_closed_is_open(sample: Sample) -> None:
    found = verify(sample.path)
    assert (found.verdict, found.run, found.events, found.closed) == ("open", "checkout-1", 4, False)
    assert found.head == (4, sample.entries[-1].hash)
    assert "later events can't be ruled out" in found.words
    assert found.holds


def test_a_closed_run_is_whole_and_may_have_follow_ups(tmp_path: Path) -> None:
    made = make(tmp_path, *EVENTS, RunClosed("completed", 5, "done", follow_up_owner="dba"))
    assert (verify(made.path).verdict, verify(made.path).closed) == ("whole", True)
    with FileStore(made.path) as store:
        add(store, ItemSigned("cleanup"))
    found = verify(made.path)
    assert (found.verdict, found.events) == ("whole", 6)
    assert "can't be ruled out" in found.words


def test_a_torn_log_is_named_so(sample: Sample) -> None:
    whole = len(sample.data)
    with open(sample.path, "ab") as torn:
        torn.write(b"\n[[event]]\n")
    found = verify(sample.path)
    assert (found.verdict, found.events, found.damaged_byte, found.damaged_event) == ("torn", 4, whole, 5)
    assert "incomplete entry after event 4 (11 bytes)" in found.words
    assert not found.holds


def test_a_write_under_way_is_waited_for_once(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    data = sample.data
    sample.path.write_bytes(data[:-50])
    waited = []

    def finish(seconds: float) -> None:
        waited.append(seconds)
        sample.path.write_bytes(data)

    monkeypatch.setattr("time.sleep", finish)
    assert (verify(sample.path).verdict, waited) == ("open", [0.05])


def test_damage_is_named_by_event_and_byte(sample: Sample) -> None:
    data = sample.data
    sample.path.write_bytes(data.replace(b"waiting", b"Waiting"))
    found = verify(sample.path)
    assert (found.verdict, found.damaged_event, found.events) == ("damaged", 4, 3)
    assert found.damaged_byte == data.rindex(b"\n[[event]]")
    assert f"event 4, at byte {found.damaged_byte}" in found.words


def test_an_expected_head_shows_what_the_chain_alone_can_not(sample: Sample) -> None:
    third = sample.entries[3].hash
    for digest in (third, third[:4]):
        assert verify(sample.path, (3, digest)).expected is True
        assert verify(sample.path, (3, digest)).verdict == "open"
    dropped = verify(sample.path, (9, third))
    assert (dropped.verdict, dropped.expected) == ("altered", False)
    assert "ends with event 4" in dropped.words
    rewritten = verify(sample.path, (2, third))
    assert (rewritten.verdict, rewritten.expected) == ("altered", False)


@pytest.mark.parametrize("digest", ["", "7f3", "xyz12", "7F3A"])
def test_an_expected_head_that_is_none_is_a_mistake_of_usage(sample: Sample, digest: str) -> None:
    with pytest.raises(UsageError):
        verify(sample.path, (1, digest))


def directory(path: Path) -> None:
    path.mkdir()


def symlink(path: Path) -> None:
    real = path.with_name("real.toml")
    make(path.parent).path.rename(real)
    path.symlink_to(real)


def too_large(path: Path) -> None:
    with open(path, "wb") as large:
        large.truncate(file.JOURNAL_LIMIT + 1)


NO_JOURNALS = {
    "directory": (directory, "a directory"),
    "FIFO": (os.mkfifo, "FIFO"),
    "symlink": (symlink, "a symbolic link"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "a symbolic link"),
    "too large": (too_large, "larger"),
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 40), "does not begin"),
    "zeros": (lambda path: path.write_bytes(bytes(5000)), "does not begin"),
    "a plan": (lambda path: path.write_text('format = 1\n[plan]\nname = "x"\n'), "does not begin"),
    "a later format": (lambda path: path.write_text('format = "rollout-journal/2"\n'), "rollout-journal/2"),
    "one dotted key of 78 KB": (lambda path: path.write_bytes(b"a." * 39_000 + b"a = 1\n"), "does not begin"),
}


@pytest.mark.parametrize(("build", "said"), NO_JOURNALS.values(), ids=NO_JOURNALS.keys())
def test_what_is_no_journal_is_told_and_never_waited_for(tmp_path: Path, build: object, said: str) -> None:
    path = tmp_path / "odd.toml"
    assert callable(build)
    build(path)
    found = verify(path)
    assert found.verdict == "not-a-journal"
    assert said in found.words
    with pytest.raises(Damaged):
        FileStore(path)


def test_a_device_is_no_journal() -> None:
    assert verify(Path("/dev/zero")).verdict == "not-a-journal"


def test_a_cut_header_is_damage(sample: Sample) -> None:
    header = sample.data
    for cut in (1, 20, 300):
        sample.path.write_bytes(header[:cut])
        found = verify(sample.path)
        assert (found.verdict, found.damaged_event, found.damaged_byte, found.head) == ("damaged", 0, 0, None)


def test_a_log_that_is_not_there_is_an_error_and_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match="can't be opened"):
        verify(tmp_path / "none.toml")


def signed(sample: Sample, content: bytes) -> Path:
    proof = sample.path.with_name("screen.png")
    proof.write_bytes(content)
    (digest, name, size), _ = evidence.keep(sample.path, proof)
    proof.unlink()
    with FileStore(sample.path) as store:
        add(store, ItemSigned("dashboards"), extras=Extras(digest, name, size))
    return sample.path.with_name("checkout-1.evidence") / digest


def test_evidence_is_kept_under_its_hash_and_verified(sample: Sample) -> None:
    kept = signed(sample, b"all green")
    assert kept.read_bytes() == b"all green"
    assert verify(sample.path).evidence == ()
    kept.write_bytes(b"all ochre")
    altered = verify(sample.path)
    assert altered.evidence == (EvidenceProblem(5, "screen.png", kept.name, "altered"),)
    assert (altered.verdict, altered.holds) == ("altered", False)
    kept.unlink()
    assert [problem.what for problem in verify(sample.path).evidence] == ["missing"]


def test_the_same_evidence_twice_is_kept_once_and_never_mended(sample: Sample) -> None:
    kept = signed(sample, b"all green")
    assert signed(sample, b"all green") == kept
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    kept.write_bytes(b"forged")
    with pytest.raises(Damaged):
        signed(sample, b"all green")
    assert kept.read_bytes() == b"forged"


def test_evidence_that_leads_out_of_its_folder_is_missing(sample: Sample) -> None:
    sample.path.with_name("secret").write_bytes(b"x")
    evidence.folder_of(sample.path).mkdir()
    with FileStore(sample.path) as store:
        add(store, ItemFailed("dashboards", "red"), extras=Extras("../secret", "x", 1))
    assert [problem.what for problem in verify(sample.path).evidence] == ["missing"]


@pytest.mark.parametrize("build", [directory, os.mkfifo, too_large, lambda _: None])
def test_what_can_not_be_evidence_is_refused(sample: Sample, build: object) -> None:
    proof = sample.path.with_name("proof")
    assert callable(build)
    build(proof)
    with pytest.raises(RolloutError, match="nothing was recorded"):
        evidence.keep(sample.path, proof)
    assert not sample.path.with_name("checkout-1.evidence").exists()


def test_a_note_may_look_like_anything(sample: Sample) -> None:
    text = '"""\n\n[[event]]\nkind = "run_closed"\nhash = "sha256:0"\n'
    with FileStore(sample.path) as store:
        add(store, NoteAdded(text))
    assert verify(sample.path).events == 5
