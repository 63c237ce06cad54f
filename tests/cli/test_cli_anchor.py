"""`rollout anchor`: an authority stamps a log's head, whatever the run's state; nothing is recorded without that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rollout_tui.run.events import Entry, HeadAnchored
from rollout_tui.runs.folder import FolderRuns
from tests.cli.program import Program
from tests.journal.chained import chained
from tests.probes.server import Server
from tests.signing.tsa import Authority, needs_openssl, serving

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "here")


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[Server]:
    with serving(authority.answer) as server:
        yield server


@pytest.fixture
def run(rollout: Program, server: Server, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run of a user who configured their authority."""
    folder = tmp_path / "config" / "rollout"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f'authority = "{server.url}/tsr?token=1"\nauthority_ca = "{authority.ca}"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return rollout.start()


def entries(rollout: Program, run: str) -> Sequence[Entry]:
    return FolderRuns(rollout.folder).read(FolderRuns(rollout.folder).find(run)).entries


def test_a_head_is_anchored_and_the_answer_kept(rollout: Program, run: str, server: Server) -> None:
    rollout("sign", run, "tests")
    said = rollout("anchor", run)
    assert said.startswith("recorded #2 ")
    assert f"anchored #1 with {server.url}/tsr, whose clock said 20" in said
    assert "[evidence: anchor-1.tsr]" in said
    assert rollout.err == ""
    *_, signed, anchored = entries(rollout, run)
    assert isinstance(anchored.event, HeadAnchored)
    assert anchored.event.head == f"1:{signed.hash}"
    assert (rollout.folder / f"{run}.evidence" / anchored.extras.evidence).is_file()


def test_a_script_reads_what_was_anchored(rollout: Program, run: str, server: Server) -> None:
    said = rollout.json("anchor", run, "--as", "bob")
    *_, anchored = entries(rollout, run)
    assert isinstance(anchored.event, HeadAnchored)
    assert said == {
        "run": run,
        "event": 1,
        "hash": anchored.hash,
        "anchored": {"event": 0, "hash": anchored.event.hash},
        "authority": f"{server.url}/tsr",
        "time": anchored.event.time,
        "verified": True,
        "evidence": anchored.extras.evidence,
    }


def test_a_run_that_is_over_is_anchored(rollout: Program, run: str) -> None:
    rollout("abort", run, "--reason", "given up")
    rollout("anchor", run)
    rollout("note", run, "looked at it")
    rollout("anchor", run)
    assert [each.event.head[0] for each in entries(rollout, run) if isinstance(each.event, HeadAnchored)] == ["1", "3"]
    assert "does not follow" not in rollout("verify", run)


def test_nothing_is_asked_where_nothing_was_recorded_since(rollout: Program, run: str, server: Server) -> None:
    rollout("anchor", run)
    asked = len(server.requests)
    assert rollout("anchor", run).startswith("already recorded #1 ")
    assert len(server.requests) == asked
    with serving(lambda _: b"") as other:
        assert "stamped nothing" in rollout.refused("anchor", run, "--authority", other.url, code=1)


def test_without_a_ca_it_is_said_that_nobody_verified(
    rollout: Program, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    run = rollout.start()
    assert "No authority is named" in rollout.refused("anchor", run, code=2)
    assert "can't be read" in rollout.refused(
        "anchor", run, "--authority", server.url, "--authority-ca", "none.pem", code=2
    )
    assert rollout.json("anchor", run, "--authority", server.url)["verified"] is False
    assert "Not verified: no CA was given (--authority-ca FILE" in rollout.err


def test_what_is_not_about_this_head_is_not_recorded(rollout: Program, run: str, authority: Authority) -> None:
    kept: list[bytes] = []

    def answer(query: bytes) -> bytes:
        kept.append(authority.answer(query))
        return kept[0]

    with serving(answer) as replaying:
        rollout("anchor", run, "--authority", replaying.url)
        rollout("sign", run, "tests")
        said = rollout.refused("anchor", run, "--authority", replaying.url, code=1)
    assert "about something else than what it was asked" in said


def test_an_authority_for_which_nobody_vouches_is_not_recorded(rollout: Program, run: str, tmp_path: Path) -> None:
    with serving(Authority(tmp_path / "other").answer) as other:
        said = rollout.refused("anchor", run, "--authority", other.url, code=1)
    assert "does not vouch for the authority" in said


def test_an_authority_that_is_away_is_told(rollout: Program, run: str) -> None:
    assert "not an address of the web" in rollout.refused("anchor", run, "--authority", "nowhere", code=5)


def test_verify_names_the_newest_anchor_and_what_lies_behind(
    rollout: Program, run: str, server: Server, authority: Authority
) -> None:
    rollout("anchor", run)
    rollout("sign", run, "tests")
    said = rollout("verify", run).splitlines()
    assert len(said) == 2
    assert ": anchored to the header at 20" in said[1]
    assert f" by {server.url}/tsr, verified; the 2 events behind that are not anchored" in said[1]
    assert "An anchor shows that what stands up to its head" in rollout.err
    for format_ in ("text", "md", "html"):
        assert "verified; the 2 events behind that are not anchored" in rollout("report", run, "--format", format_)
    told = json.loads(rollout("report", run, "--format", "json"))["verification"]
    anchors = rollout.json("verify", run, "--authority-ca", str(authority.ca))[0]["anchors"]
    assert told["anchors"] == anchors
    assert (anchors["newest"], anchors["behind"]) == (1, 2)
    assert [(each["event"], each["anchored"], each["kind"]) for each in anchors["each"]] == [(1, 0, "verified")]


def test_verify_without_a_ca_or_with_a_wrong_one_says_so_and_what_is_no_anchor_is_altered(
    rollout: Program, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rollout.json("verify", run)[0]["anchors"] is None
    rollout("anchor", run)
    other = Authority(tmp_path / "other")
    assert "does not vouch for the authority" in rollout("verify", run, "--authority-ca", str(other.ca), code=1)
    (tmp_path / "empty.pem").write_text("nothing")
    assert "holds no certificate" in rollout.refused(
        "verify", run, "--authority-ca", str(tmp_path / "empty.pem"), code=2
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    assert "not verified: no CA given" in rollout("verify", run)
    # Cut back and written anew, the log keeps an anchor of what it was.
    header, anchored = entries(rollout, run)
    rollout.log(run).write_bytes(chained([replace(header, stamp=replace(header.stamp, by="mallory")), anchored]))
    said = rollout("verify", run, code=6)
    assert "altered: event 1 is no anchor of this log: the header of this log has another hash" in said


def test_what_is_cut_off_with_its_anchors_is_not_told_but_no_anchor_is_behind_the_close_then(
    rollout: Program, run: str
) -> None:
    rollout("anchor", run)
    rollout("abort", run, "--reason", "given up")
    rollout("anchor", run)
    whole = rollout.log(run).read_bytes()
    found = rollout.json("verify", run)[0]
    assert (found["closed"], found["anchors"]["behind"]) == (True, 1)
    cut = whole[: whole.rindex(b"\n[[event]]\n")]
    rollout.log(run).write_bytes(cut)
    found = rollout.json("verify", run)[0]
    assert (found["verdict"], found["closed"], found["anchors"]["behind"]) == ("whole", True, 2)
    rollout.log(run).write_bytes(cut[: cut.rindex(b"\n[[event]]\n")])
    found = rollout.json("verify", run)[0]
    assert (found["verdict"], found["closed"], found["anchors"]["behind"]) == ("open", False, 1)


def test_a_log_that_lost_all_its_anchors_is_told_to_who_names_a_ca(
    rollout: Program, run: str, authority: Authority
) -> None:
    whole = rollout.log(run).read_bytes()
    rollout("anchor", run)
    rollout.log(run).write_bytes(whole)
    assert len(rollout("verify", run).splitlines()) == 1
    assert rollout("verify", run, "--authority-ca", str(authority.ca), code=1).endswith(": not anchored\n")
    assert "not anchored" in rollout("report", run, "--authority-ca", str(authority.ca), code=1)
    assert "can't be read" in rollout.refused("verify", run, "--authority-ca", "/nowhere.pem", code=2)
