"""The anchors of a log: which verify, which say something else, and what lies behind the newest."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from rollout_tui.errors import Damaged, RolloutError
from rollout_tui.journal import blocks
from rollout_tui.run.events import NO_EXTRAS, Entry, Event, HeadAnchored, NoteAdded, Stamp
from rollout_tui.signing.anchors import Anchors, check
from rollout_tui.signing.timestamp import query, read
from tests.signing.tsa import Authority, needs_openssl

pytestmark = needs_openssl

FORMAT = Path(blocks.__file__).with_name("FORMAT.md")
TSA = "https://tsa.example/tsr"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "here")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "other")


class Log:
    """Entries of which some are anchored, and the answers that were kept."""

    def __init__(self, notes: int = 2) -> None:
        self.entries: list[Entry] = []
        self.kept: dict[str, bytes] = {}
        self.note(notes + 1)

    def note(self, times: int = 1) -> Log:
        for _ in range(times):
            self._add(NoteAdded("x"))
        return self

    def anchor(self, authority: Authority) -> Log:
        head = self.entries[-1]
        reply = authority.answer(query(head.hash))
        digest = sha256(reply).hexdigest()
        self.kept[digest] = reply
        time = read(reply).time.isoformat()
        self._add(HeadAnchored(f"{head.seq}:{head.hash}", "rfc3161", TSA, time), digest)
        return self

    def forge(self, **fields: str) -> Log:
        """Change what the last entry says."""
        last = self.entries.pop()
        event = replace(last.event, **fields)  # type: ignore[arg-type]
        self.entries.append(replace(last, event=event))
        return self

    def check(self, ca: Path | None = None) -> Anchors:
        return check(self.entries, self.evidence, ca)

    def evidence(self, digest: str) -> bytes:
        if digest not in self.kept:
            raise RolloutError("missing")
        if sha256(self.kept[digest]).hexdigest() != digest:
            raise Damaged("altered")
        return self.kept[digest]

    def _add(self, event: Event, evidence: str = "") -> None:
        seq = len(self.entries)
        digest = sha256(f"entry {seq}".encode()).hexdigest()
        stamp = Stamp(datetime(2026, 3, 4, 9, tzinfo=UTC), "alice", "alice@host")
        self.entries.append(Entry(seq, stamp, event, digest, extras=replace(NO_EXTRAS, evidence=evidence)))


@pytest.fixture
def log(authority: Authority) -> Log:
    return Log().anchor(authority)


def at(log: Log, seq: int) -> str:
    event = log.entries[seq].event
    assert isinstance(event, HeadAnchored)
    return f"{datetime.fromisoformat(event.time):%Y-%m-%d %H:%M:%S} UTC"


def test_the_newest_anchor_is_named_and_what_lies_behind(log: Log, authority: Authority) -> None:
    said = f"anchored to event 2 at {at(log, 3)} by {TSA}, verified; "
    assert log.check(authority.ca).words == f"{said}behind that stands only the anchor itself"
    assert log.note().check(authority.ca).words == f"{said}the 2 events behind that are not anchored"
    log.note().anchor(authority)
    assert log.check(authority.ca).words.startswith(f"anchored to event 5 at {at(log, 6)} ")


def test_without_a_ca_nothing_is_verified(log: Log) -> None:
    words = log.check().words
    assert words.startswith(f"anchored to event 2 at {at(log, 3)} by {TSA}, not verified: no CA given; ")
    assert log.check().altered == ()


def test_the_header_alone_can_be_anchored(authority: Authority) -> None:
    assert Log(0).anchor(authority).check(authority.ca).words.startswith("anchored to the header at ")


def test_an_anchor_that_verifies_counts_for_more_than_a_later_one(
    log: Log, authority: Authority, other: Authority
) -> None:
    log.note().anchor(other)
    told = log.check(authority.ca)
    assert [each.kind for each in told.rows] == ["verified", "untrusted"]
    assert told.newest == told.rows[0]
    assert "ca.pem does not vouch for the authority: " in told.rows[1].why
    assert told.altered == (), "whose it is was not asked by whoever recorded it"
    assert log.check(other.ca).newest == log.check(other.ca).rows[1]


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ({"head": f"1:{sha256(b'entry 2').hexdigest()}"}, "event 1 of this log has another hash"),
        ({"head": f"3:{sha256(b'entry 3').hexdigest()}"}, "event 3 of this log has another hash"),
        ({"head": f"1:{sha256(b'entry 1').hexdigest()}"}, "is about another head"),
        ({"head": "none"}, "has another hash"),
        ({"time": "2026-03-04T09:00:00+00:00"}, f"the answer of {TSA} says 20"),
        ({"time": "noon"}, f"the answer of {TSA} says 20"),
    ],
)
def test_an_anchor_that_says_something_else_is_altered(
    log: Log, authority: Authority, forged: dict[str, str], why: str
) -> None:
    log.forge(**forged)
    for told in (log.check(), log.check(authority.ca)):
        assert [each.kind for each in told.rows] == ["altered"]
        assert told.altered_words.startswith("event 3 is no anchor of this log: ")
        assert why in told.altered_words
        assert told.words == ""


def test_an_answer_that_was_changed_with_its_hash_is_altered(log: Log, authority: Authority) -> None:
    (reply,) = log.kept.values()
    changed = reply[:-1] + bytes([reply[-1] ^ 1])
    log.kept = {(digest := sha256(changed).hexdigest()): changed}
    log.entries[3] = replace(log.entries[3], extras=replace(NO_EXTRAS, evidence=digest))
    assert "signature failure" in log.check(authority.ca).altered_words
    assert log.check().newest is not None, "without a CA it is not even asked"


def test_an_answer_that_is_gone_is_not_verified_and_one_that_was_touched_is_altered(
    log: Log, authority: Authority
) -> None:
    (digest,) = log.kept
    log.kept[digest] += b"x"
    assert "is not as it was kept" in log.check(authority.ca).altered_words
    del log.kept[digest]
    told = log.check(authority.ca)
    assert [each.kind for each in told.rows] == ["unverified"]
    assert "not verified: the answer of https://tsa.example/tsr is not there" in told.words


def test_a_machine_without_openssl_says_so(log: Log, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = log.check()
    assert [each.kind for each in told.rows] == ["unverified"]
    assert "not verified: openssl can't be started" in told.words
    assert told.altered == ()


def test_an_anchor_is_verified_by_the_lines_of_the_specification(
    log: Log, authority: Authority, other: Authority, tmp_path: Path
) -> None:
    (script,) = (each for each in re.findall(r"```sh\n(.*?)```", FORMAT.read_text(), re.DOTALL) if "openssl" in each)
    (tmp_path / "reply").write_bytes(*log.kept.values())
    for ca, said in ((authority.ca, "OK"), (other.ca, "FAILED")):
        lines = script
        for name, value in {"REPLY": "reply", "HEAD": log.entries[2].hash, "CA": str(ca)}.items():
            lines = re.sub(rf"\b{name}\b", value, lines)
        done = subprocess.run(["sh", "-c", lines], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert f"Verification: {said}" in done.stdout
        assert (done.returncode == 0) is (said == "OK")
