"""Who signed a log, by the reader's own signers file: in verify, report and status."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from rollout_tui.signing.unverifiable import Unverifiable
from tests.cli.program import Program
from tests.signing import signed_run
from tests.signing.signed_log import ALICE, EVE, SIGNERS

SIGNED = "signed with alice's key (alice@example.com, Alice Smith; not touched, any program of alice's could)"
FIXED = "fixed to event 3 by alice's signature; the event behind it is not"


@pytest.fixture
def log(rollout: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signed run in the folder of runs; nobody configured a signers file."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (tmp_path / "home" / "rollout").mkdir(parents=True)
    (tmp_path / "signers").write_text(SIGNERS)
    rollout.folder.mkdir()
    return signed_run.make(rollout.folder)


def test_verify_says_who_signed_what_and_up_to_where_that_fixes_the_log(rollout: Program, log: Path) -> None:
    lines = rollout("verify", str(log), "--signers", "signers").splitlines()
    assert lines[1:] == [
        f"{log}: the header: {SIGNED}",
        f"{log}: #1, #3: {SIGNED}, as performed",
        f"{log}: #2, #4: unsigned (claims bob)",
        f"{log}: {FIXED}",
        f"{log}: whose key is whose: signers",
    ]
    assert "A signature shows what its key signed" in rollout.err


def test_a_job_may_demand_that_signatures_fix_a_log_to_its_end(rollout: Program, log: Path) -> None:
    asked = ("verify", str(log), "--signers", "signers", "--fixed")
    assert FIXED in rollout(*asked, code=1)
    data = log.read_bytes()
    log.write_bytes(data[: data.rindex(b"\n[[event]]")])
    assert "fixed to event 3, the last" in rollout(*asked)
    rollout("verify", str(log), "--fixed", code=1)


def test_verify_gives_scripts_every_row(rollout: Program, log: Path) -> None:
    (found,) = rollout.json("verify", str(log), "--signers", "signers")
    signatures = found["signatures"]
    rows = signatures.pop("entries")
    assert signatures == {
        "signers": "signers",
        "mistakes": [],
        "problem": None,
        "fixed": 3,
        "fixed_by": "alice",
        "behind": 1,
        "words": FIXED,
        "unverified": None,
    }
    assert [each["kind"] for each in rows] == ["signed", "signed", "unsigned", "signed", "unsigned"]
    assert rows[1] == {
        "event": 1,
        "kind": "signed",
        "by": "alice",
        "words": f"{SIGNED}, as performed",
        "key": ALICE.fingerprint,
        "principal": "alice@example.com",
        "name": "Alice Smith",
        "touched": None,
        "meaning": "performed",
        "unseen": 0,
    }


def test_two_auditors_read_one_run_by_files_of_their_own(rollout: Program, log: Path) -> None:
    Path("other").write_text(f"alice@home {EVE.line}\neve {ALICE.line} Eve Jones\n")
    assert "#1, #3: signed with alice's key" in rollout("verify", str(log), "--signers", "signers")
    other = rollout("verify", str(log), "--signers", "other", code=7)
    assert "wrong-signer: the header is signed by eve, who is not the claimed alice, and 2 more" in other
    assert "no entry is fixed by a signature of a listed key" in other


def test_what_another_signed_and_what_was_altered_have_exit_codes(rollout: Program, log: Path) -> None:
    Path("empty").write_text("")
    assert "signed by a key of nobody listed" in rollout("verify", str(log), "--signers", "empty", code=7)
    assert f"the key {ALICE.fingerprint}; no signers file says whose it is" in rollout("verify", str(log))
    signed_run.forge(log, b"all green", b"all amber")
    found = rollout("verify", str(log), "--signers", "signers", code=6)
    assert "altered: event 1 is altered: not what was signed" in found
    finding, *_ = json.loads(rollout("report", "--format", "json", "--signers", "signers", code=6))["findings"]
    assert (finding["event"], finding["severity"], finding["kind"]) == (1, "serious", "signature")
    assert finding["text"] == "Event 1 is altered: not what was signed"


def test_lines_that_can_not_be_read_are_told_and_a_file_that_is_not_there_is_a_mistake(
    rollout: Program, log: Path
) -> None:
    Path("signers").write_text(f"nobody\n{SIGNERS}")
    assert SIGNED in rollout("verify", str(log), "--signers", "signers")
    assert "signers:1: gives no key behind its names" in rollout.err
    assert "can't be read" in rollout.refused("verify", str(log), "--signers", "none", code=2)
    signed_run.strip(log, "signature", "meaning")
    assert "can't be read" in rollout.refused("verify", str(log), "--signers", "none", code=2)


def test_a_signers_file_that_lies_with_the_runs_is_refused(rollout: Program, log: Path) -> None:
    (log.parent / "signers").write_text(SIGNERS)
    assert "lies with the runs" in rollout.refused("verify", str(log), "--signers", str(log.parent / "signers"), code=2)
    # Wherever the runs of this command are.
    named = ("--signers", str(log.parent / "signers"), "--runs", "elsewhere")
    assert "lies with the runs" in rollout.refused("verify", str(log), *named, code=2)


def test_without_a_file_that_is_named_the_users_counts_and_then_gits(
    rollout: Program, log: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    subprocess.run(["git", "config", "--global", "gpg.ssh.allowedSignersFile", tmp_path / "signers"], check=True)
    assert SIGNED in rollout("verify", str(log))
    (tmp_path / "mine").write_text(f"eve {ALICE.line}\n")
    (home / "rollout" / "config.toml").write_text(f'signers = "{tmp_path}/mine"\n')
    assert "signed by eve" in rollout("verify", str(log), code=7)


def test_a_log_whose_signatures_are_all_gone_is_told_to_who_asks_who_signed(
    rollout: Program, log: Path, tmp_path: Path
) -> None:
    signed_run.strip(log, "signature", "meaning")
    assert "sign" not in rollout("verify", str(log)).replace(str(log), "")
    assert rollout("verify", str(log), "--signers", "signers", code=1).endswith(f"{log}: nobody signed it\n")
    assert rollout.json("verify", str(log), "--signers", "signers", code=1)[0]["signatures"]["entries"] == []
    for name in ("text", "md", "html"):
        assert "nobody signed it" in rollout("report", log.stem, "--format", name, "--signers", "signers", code=1)
    assert "Not all that is asked has an answer: nobody signed it" in rollout.err
    # Who configured a file reads it, and verifies what nobody ever signed too.
    for name in ("signers", "none"):
        (tmp_path / "home" / "rollout" / "config.toml").write_text(f'signers = "{tmp_path}/{name}"\n')
        assert rollout("verify", str(log)).endswith(f"{log}: nobody signed it\n")


def test_what_is_recorded_as_signed_and_is_not_is_told_without_asking(rollout: Program, log: Path) -> None:
    signed_run.strip(log, "signature")
    said = rollout("verify", str(log), code=1)
    assert f"{log}: #1, #3: unsigned (claims alice), though recorded as signed: performed" in said
    assert f"{log}: nobody signed it" in said
    told = " ".join(rollout("report", log.stem, code=1).split())
    assert "alice's #1 is recorded as signed (performed), and is not: its signature was taken off" in told
    assert "the signature is gone of #1, #3" in rollout.err


def test_a_configured_file_that_is_not_there_is_told_and_keeps_nobody_from_verifying(
    rollout: Program, log: Path, tmp_path: Path
) -> None:
    subprocess.run(["git", "config", "--global", "gpg.ssh.allowedSignersFile", tmp_path / "none"], check=True)
    problem = f"whose key is whose is not known: The signers file {tmp_path}/none can't be read"
    said = rollout("verify", str(log), code=1)
    assert said.startswith(f"{log}: open: ")
    assert problem in said
    assert problem in " ".join(rollout("report", log.stem, code=1).split())
    (log.parent / "signers").write_text(SIGNERS)
    (tmp_path / "home" / "rollout" / "config.toml").write_text(f'signers = "{log.parent}/signers"\n')
    assert "lies with the runs" in rollout("verify", str(log), code=1)
    signed_run.forge(log, b"all green", b"all amber")
    assert "not what was signed" in rollout("verify", str(log), code=6)


def test_what_nothing_here_can_verify_is_no_answer(
    rollout: Program, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(_checks: object) -> list[bool]:
        raise Unverifiable("ssh-keygen can't be asked: no such file")

    monkeypatch.setattr("rollout_tui.signing.verify._own_backend", lambda: unable)
    for command in ("verify", "report"):
        assert "not verified: ssh-keygen can't be asked" in rollout(command, log.stem, code=1)


@pytest.mark.parametrize("name", ["text", "md", "html", "json", "csv"])
def test_a_report_says_it_in_every_format(rollout: Program, log: Path, name: str) -> None:
    told = rollout("report", log.stem, "--format", name, "--signers", "signers")
    match name:
        case "json":
            report = json.loads(told)
            events = [event for segment in report["timeline"] for event in segment["events"]]
            assert [each["signature"]["kind"] for each in events] == [
                *("signed", "signed", "unsigned", "signed", "unsigned")
            ]
            assert report["verification"]["signatures"]["words"] == FIXED
        case "csv":
            rows = list(csv.DictReader(io.StringIO(told)))
            assert [each["signature"] for each in rows][:3] == [
                SIGNED,
                f"{SIGNED}, as performed",
                "unsigned (claims bob)",
            ]
        case _:
            flat = " ".join(told.replace("&#x27;", "'").replace("\\", "").replace("`", "").split())
            assert SIGNED in flat
            assert "unsigned (claims bob)" in flat
            assert FIXED in flat
            assert "whose key is whose: signers" in flat


def test_a_report_of_an_unsigned_run_has_no_column_for_it(rollout: Program) -> None:
    run = rollout.start()
    assert "signature" not in rollout("report", run, "--format", "md").lower().partition("## the plan")[0]
    assert rollout.json("verify", str(rollout.log(run)))[0]["signatures"] is None
    Path("signers").write_text(SIGNERS)
    assert "nobody signed it" in rollout("verify", run, "--signers", "signers", code=1)
    assert "nobody signed" not in rollout("verify", run)
    assert rollout.json("status", run)["signed"] is None


def test_status_counts_who_signed_and_gives_scripts_the_keys(rollout: Program, log: Path) -> None:
    assert f"Signed    3 of 5 entries, not verified here: rollout verify {log}" in rollout("status", str(log))
    found = rollout.json("status", log.stem)
    assert found["signed"] == {"entries": 3, "of": 5, "keys": [ALICE.fingerprint]}
    given = [each for item in found["stages"][0]["items"] for each in item["approvals"]["given"]]
    assert [each["key"] for each in given] == [ALICE.fingerprint] * 2
