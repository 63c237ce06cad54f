"""The commands that read: status, list, verify, check, rehearse."""

import re
from pathlib import Path

import pytest

from rollout_tui.run import evolve
from tests.cli.program import PLAN, Program

TEMPLATE = PLAN.parents[2] / "plans" / "template.toml"


def test_status_as_json_has_what_a_script_asks_for(rollout: Program) -> None:
    run = rollout.start()
    rollout("sign", run, "tests", "--as", "bob")
    rollout("measure", run, "error-rate", "0.1")
    status = rollout.json("status", run)
    assert (status["run"], status["stage"], status["outcome"], status["seq"]) == (run, "pre-deployment", None, 2)
    assert status["next"] == {"text": "Sign: Documentation updated", "item": "docs", "action": "sign"}
    item = status["stages"][0]["items"][0]
    assert (item["id"], item["state"], item["by"], item["event"]) == ("tests", "signed", "bob", 1)
    assert item["at"] == "2026-03-04T09:00:00.000+00:00"
    assert {each["id"] for each in status["blockers"]} == {
        "open:docs",
        "open:training",
        "open:alerts",
        "open:rollback-tried",
    }
    assert all(each["overridable"] and each["remedy"] for each in status["blockers"])
    canary = status["stages"][2]
    assert (canary["soak_left"], canary["started"], canary["readings"][0]["value"]) == (7200, None, None)
    assert re.fullmatch("[0-9a-f]{64}", status["head"])


def test_status_of_the_run_that_is_meant(rollout: Program) -> None:
    run = rollout.start()
    rollout("rehearse", str(PLAN), "--keep")
    assert f"Run       {run}\n" in rollout("status"), "a kept rehearsal's clock is ahead, and it is closed"
    for name in (run[:-1] + "1", str(rollout.log(run))):
        assert f"Run       {run}\n" in rollout("status", name)


def test_the_gate_of_each_kind_of_stage(rollout: Program) -> None:
    run = rollout.start()
    rollout("status", run, "--gate", code=3)
    for item in ("tests", "docs", "training", "alerts", "rollback-tried"):
        rollout("sign", run, item)
    rollout("status", run, "--gate")
    rollout("hold", run, "--reason", "wait")
    rollout("status", run, "--gate", code=3)
    rollout("release", run, "--reason", "go on")
    rollout("go", run)
    for step in ("add-table", "install", "copy"):
        rollout("status", run, "--gate", code=3)
        rollout("sign", run, step)
    rollout("status", run, "--gate", code=3)


def test_every_log_is_listed_with_what_is_wrong(rollout: Program) -> None:
    first = rollout.start()
    torn, altered = rollout.start("--reason", "2"), rollout.start("--reason", "3")
    for run in (torn, altered):
        rollout("sign", run, "tests")
    data = rollout.log(torn).read_bytes()
    rollout.log(torn).write_bytes(data[:-30])
    data = rollout.log(altered).read_bytes()
    rollout.log(altered).write_bytes(data.replace(b'item = "tests"', b'item = "docs1"'))
    (rollout.folder / "notes.toml").write_text("a = 1\n")

    listed = {each["run"]: each for each in rollout.json("list")}
    assert listed[first]["problem"] is None
    assert "incomplete entry" in listed[torn]["problem"]
    assert "damaged: event 1" in listed[altered]["problem"]
    assert listed["notes"]["condition"] == "broken"
    assert len(rollout("list", "--unfinished").splitlines()) == 4
    rollout("status", altered, code=6)
    assert "before the damage" in rollout.err
    rollout("status", "notes", code=6)
    rollout("status", torn)
    assert "Torn      the log ends in an incomplete entry" in rollout.out
    assert "nothing" not in rollout.refused("sign", torn, "docs", code=6)

    rollout("verify", str(rollout.folder), code=6)
    words = {line.partition(": ")[0].rpartition("/")[2]: line.partition(": ")[2] for line in rollout.out.splitlines()}
    assert words[f"{first}.toml"].startswith("open: ")
    assert words[f"{torn}.toml"].startswith("torn: ")
    assert words[f"{altered}.toml"].startswith("damaged: event 1, at byte")
    assert "does not begin as a journal does" in words["notes.toml"]
    assert "The chain shows accidents" in rollout.err


def test_verify_against_a_receipt(rollout: Program) -> None:
    run = rollout.start()
    receipt = re.fullmatch(r"recorded #(\d+) (\w+)  .*\n", rollout("sign", run, "tests"))
    assert receipt
    number, digest = receipt.groups()
    for head in (f"{number}:{digest}", f"#{number} {digest}"):
        rollout("verify", run, "--expect-head", head)
    rollout("verify", run, "--expect-head", f"{number}:0000", code=6)
    assert rollout.json("verify", run, "--expect-head", "9:0000", code=6)[0]["expected_head"] is False
    assert "is not the head of a log" in rollout.refused("verify", run, "--expect-head", "last", code=2)
    rollout("verify", str(rollout.folder / "nowhere.toml"), code=1)
    assert rollout.out == ""


def test_verify_tells_altered_evidence(rollout: Program, tmp_path: Path) -> None:
    run = rollout.start()
    (tmp_path / "build.log").write_text("812 tests passed\n")
    assert "[evidence: build.log]" in rollout("sign", run, "tests", "--evidence", "build.log")
    rollout("verify", run)
    kept = next((rollout.folder / f"{run}.evidence").iterdir())
    kept.chmod(0o600)
    kept.write_text("811 tests passed\n")
    assert "evidence altered: build.log of event 1" in rollout("verify", run, code=6)


def test_check_exits_by_what_it_finds(rollout: Program, tmp_path: Path) -> None:
    assert "all eight rules are kept" in rollout("check", str(PLAN), "--strict")
    assert "placeholder: [X] is still to be filled in" in rollout("check", str(TEMPLATE), code=3)
    unmonitored = tmp_path / "plan.toml"
    unmonitored.write_text(PLAN.read_text().replace('channel = "PagerDuty: payments"\n', ""))
    found = rollout.json("check", str(unmonitored), code=3)[0]["findings"]
    assert [(each["rule"], each["key"]) for each in found] == [("R4", "monitoring[0].channel")]
    line = PLAN.read_text().splitlines().index("[[monitoring]]") + 1
    assert rollout("check", str(unmonitored), code=3).startswith(f"{unmonitored}:{line}:1: R4: Nobody hears")


def test_a_rehearsal_prints_the_timeline_and_keeps_nothing(rollout: Program) -> None:
    lines = rollout("rehearse", str(PLAN)).splitlines()
    assert lines[0].startswith("2026-03-04 09:00Z  +0 s ")
    assert lines[0].endswith("rehearsal      started payments 3.1.0 (rehearsal)")
    assert any(line.endswith("second person  signed: Promotion of Everyone approved") for line in lines) or any(
        "second person  promoted Everyone" in line for line in lines
    )
    assert re.fullmatch(r"Rehearsed payments 3.1.0: completed after 3 h \d+ min, in \d+ entries.", lines[-1])
    assert not rollout.folder.exists()


def test_a_rehearsal_that_is_kept_is_verified(rollout: Program) -> None:
    last = rollout("rehearse", str(PLAN), "--keep").splitlines()[-1]
    (path,) = rollout.folder.glob("*.toml")
    assert last.startswith(f"{path}: whole: closed")
    assert "completed" in rollout("list")
    assert "payments 3.1.0 (rehearsal)" in rollout("list")


@pytest.mark.parametrize(("closes", "fits"), [("09:00", "Does not fit"), ("23:00", "Fits")])
def test_a_rehearsal_says_whether_the_window_holds(rollout: Program, tmp_path: Path, closes: str, fits: str) -> None:
    windowed = tmp_path / "plan.toml"
    window = f"""downtime = "maintenance-window"
window = {{ start = 2026-03-08T08:00:00Z, end = 2026-03-08T{closes}:00Z, reason = "the ledger is locked" }}
"""
    windowed.write_text(PLAN.read_text().replace('kind = "canary"\n', f'kind = "canary"\n{window}'))
    assert rollout("rehearse", str(windowed)).splitlines()[-1].startswith(f"{fits} ")


def test_what_is_over_is_listed_by_its_ends_and_damage_in_between_all_the_same(
    rollout: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, altered, torn = (rollout.start("--rehearsal") for _ in range(3))
    for run in (over, altered, torn):
        rollout("sign", run, "tests")
        rollout("abort", run, "--reason", "not today")
    open_run = rollout.start()
    data = rollout.log(altered).read_bytes()
    rollout.log(altered).write_bytes(data.replace(b'item = "tests"', b'item = "docs1"'))
    with rollout.log(torn).open("ab") as file:
        file.write(b"\n[[event]]\nkind")
    told = {each["run"]: each for each in rollout.json("list")}

    folded: list[str] = []
    begin = evolve.begin
    monkeypatch.setattr(
        "rollout_tui.runs.replay.begin", lambda header: (folded.append(header.event.run), begin(header))[1]
    )
    lines = {line.split()[0]: line for line in rollout("list").splitlines()}
    assert lines[over].split()[1:] == ["aborted", "2026-03-04", "09:00Z", "payments", "3.1.0", "(rehearsal)"]
    assert "damaged: event 1" in lines[altered]
    assert "incomplete entry" in lines[torn]
    assert f"in {told[open_run]['stage'].capitalize()}" in lines[open_run]
    assert {run: line.split()[1] for run, line in lines.items()} == {
        run: each["condition"] for run, each in told.items()
    }
    assert set(folded) == {altered, open_run}
    assert told[over]["plan"] == told[open_run]["plan"]
    assert told[over]["stage"] == "pre-deployment"


def test_what_lies_beside_a_log_is_verified_with_it(rollout: Program, tmp_path: Path) -> None:
    run = rollout.start()
    proof = tmp_path / "build.log"
    proof.write_text("812 tests passed\n")
    rollout("sign", run, "tests", "--evidence", str(proof))
    torn = rollout.folder / f"{run}.toml.torn-2026-03-04T090000.000Z"
    torn.write_bytes(b"[[ev")
    everything = [str(each) for each in sorted(rollout.folder.iterdir())]
    assert len(everything) == 3
    assert len(rollout.json("verify", *everything)) == 1
    assert "Name the log" in rollout.refused("verify", str(rollout.folder / f"{run}.evidence"), code=2)


def test_a_run_that_cannot_be_read_still_counts(rollout: Program) -> None:
    run = rollout.start()
    log = rollout.log(run)
    log.write_bytes(log.read_bytes().replace(b'service = "payments"', b'service = "payment5"'))
    assert f"1 that can't: {run}." in rollout.refused("status", code=2)
    log.write_bytes(
        log.read_bytes().replace(b'service = "payment5"', b'service = "payments"').replace(b"prev", b"pref")
    )
    said = rollout.refused("run", str(PLAN), "--detach")
    assert f"A log that can't be read may be an unfinished run of payments: {run}." in said
    rollout("run", str(PLAN), "--detach", "--reason", "its disk is gone")
