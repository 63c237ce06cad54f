"""A plan that changes under way, by commands: noticed, shown, recorded, told."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.people import Actor
from rollout_tui.plan import toml
from rollout_tui.run import intents
from rollout_tui.run.events import PlanRedlined, RunStarted, Stamp
from rollout_tui.run.subjects.start_acts import Start
from tests.cli.program import PLAN, START, Program
from tests.journal.chained import encode_event
from tests.runs import runs_folder

LONGER = ('duration = "2 h"', 'duration = "3 h"')
RETITLED = ("All tests passing", "All tests passing twice")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan of its own, to be changed."""
    path = tmp_path / "payments.toml"
    path.write_bytes(PLAN.read_bytes())
    return path


def change(plan: Path, *edits: tuple[str, str]) -> None:
    text = plan.read_text()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    plan.write_text(text)


def test_a_changed_plan_is_noticed_shown_and_followed(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    rollout("sign", run, "tests")
    rollout("waive", run, "docs", "--reason", "none this time")
    assert "Plan file" not in rollout("status", run)
    change(plan, LONGER, RETITLED)
    assert f"Plan file changed since: rollout redline {run} --dry-run shows how\n" in rollout("status", run)

    shown = (
        "2 changes of the plan\n"
        "  Pre-deployment, All tests passing: title All tests passing → All tests passing twice\n"
        "  Canary: soak 2 h → 3 h\n"
        "Voids 1 item\n"
        "  All tests passing  [tests]: signed by alice (#1)\n"
    )
    before = rollout.log(run).read_bytes()
    assert rollout("redline", run, "--dry-run") == shown
    assert rollout("redline", run, code=2) == shown
    assert "A redline needs a reason" in rollout.err
    assert rollout.log(run).read_bytes() == before

    said = rollout("redline", run, "--reason", "ops asked for it", "--as", "bob")
    assert said.startswith(f"{shown}recorded #3 ")
    assert "bob  redlined the plan: " in said
    assert said.endswith(
        "→ All tests passing twice; Canary: soak 2 h → 3 h — ops asked for it; voided: All tests passing\n"
    )
    status = rollout("status", run)
    assert "Plan      Payments on the new ledger, redlined by bob at 2026-03-04 09:00 UTC (#3)\n" in status
    assert "Plan file" not in status
    assert "Next      Sign: All tests passing twice  [tests]" in status
    assert "open: " in rollout("verify", run)
    assert "follows already" in rollout.refused("redline", run, "--reason", "again", code=8)


def test_every_report_tells_a_redline(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    rollout("sign", run, "tests")
    rollout("waive", run, "docs", "--reason", "none this time")
    item = '[[pre_deployment]]\nid = "docs"\ntitle = "Documentation updated"\n\n'
    change(plan, RETITLED, (item, ""))
    rollout("redline", run, "--reason", "ops asked for it")
    rollout("sign", run, "tests")

    findings = " ".join(rollout("report", run, "--section", "findings").split())
    told = (
        "alice redlined the plan: 2 changes [Pre-deployment, All tests passing: title All tests passing → All tests "
        "passing twice; Pre-deployment item removed: Documentation updated], which voided 2 items [All tests passing; "
        "Documentation updated]: ops asked for it"
    )
    assert f"warning #3 redline {told}" in findings
    assert "waived Documentation updated: none this time; in the end voided by a redline by alice (#3)" in findings
    timeline = rollout("report", run, "--section", "timeline")
    assert "signed: All tests passing\n" in timeline, "in the words of the plan that it was signed under"
    assert "signed: All tests passing twice\n" in timeline
    assert "waived: Documentation updated" in timeline, "though the item is gone"
    assert "redlined the plan" in rollout("report", run, "--section", "decisions")

    report = json.loads(rollout("report", run, "--format", "json"))
    assert report["plan"]["event"] == 3
    assert report["plan"]["toml"] == plan.read_text()
    assert report["plan"]["sha256"] == sha256(plan.read_bytes()).hexdigest()
    (fields,) = [each["fields"] for each in report["timeline"][0]["events"] if each["kind"] == "plan_redlined"]
    assert fields["voided"] == ["tests", "docs"]
    assert "plan" not in fields
    for form in ("md", "html", "csv"):
        assert "ops asked for it" in rollout("report", run, "--format", form)
    assert "All tests passing twice" in rollout("export", run)
    (told_run,) = json.loads(rollout("history", "--json"))["runs"]
    assert told_run["redlines"] == 1
    assert told_run["waived"] == []


def test_as_json(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    assert rollout.json("status", run)["plan_file"] == {"path": str(plan), "state": "same", "problem": None}
    rollout("sign", run, "tests")
    change(plan, ('id = "tests"', 'id = "tests"\napprovals = 2'))
    assert rollout.json("status", run)["plan_file"]["state"] == "changed"
    shown = rollout.json("redline", run, "--dry-run")
    assert shown["recorded"] is None
    (said,) = shown["changes"]
    assert (said["section"], said["what"], said["field"]) == (
        "Pre-Deployment Checklist",
        "All tests passing",
        "approvals",
    )
    assert (said["before"], said["after"]) == ("1", "2")
    assert shown["voided"] == [{"id": "tests", "title": "All tests passing", "had": "signed by alice (#1)"}]
    recorded = rollout.json("redline", run, "--reason", "x")
    assert recorded["recorded"]["event"] == 2
    assert rollout.json("status", run)["redlined"]["event"] == 2


def test_a_plan_from_elsewhere_is_the_run_s_file_from_then_on(rollout: Program, plan: Path, tmp_path: Path) -> None:
    run = rollout.start(plan=plan)
    other = tmp_path / "other.toml"
    other.write_bytes(plan.read_bytes())
    change(other, LONGER)
    rollout("redline", run, "other.toml", "--reason", "x")
    assert rollout.json("status", run)["plan_file"] == {"path": str(other), "state": "same", "problem": None}
    change(other, RETITLED)
    assert "Plan file changed" in rollout("status", run)


STATES = {
    "the same": (Path.exists, "same"),
    "other comments": (lambda plan: change(plan, ("format = 1", "# said otherwise\nformat = 1")), "same"),
    "a quantity in other words": (lambda plan: change(plan, ('"2 h"', '"120 min"')), "same"),
    "another soak": (lambda plan: change(plan, LONGER), "changed"),
    "gone": (lambda plan: plan.unlink(), "unreadable"),
    "no TOML": (lambda plan: plan.write_text("[plan\n"), "unreadable"),
    "no plan": (lambda plan: plan.write_text("a = 1\n"), "unreadable"),
    "a folder": (lambda plan: (plan.unlink(), plan.mkdir()), "unreadable"),
    "a bomb": (lambda plan: plan.write_text("a." * 39_000 + "a = 1\n"), "unreadable"),
}


@pytest.mark.parametrize("name", STATES)
def test_what_became_of_the_file_is_said_and_is_no_error(rollout: Program, plan: Path, name: str) -> None:
    alter, state = STATES[name]
    run = rollout.start(plan=plan)
    alter(plan)
    found = rollout.json("status", run)["plan_file"]
    assert found["state"] == state
    assert bool(found["problem"]) is (state == "unreadable")
    assert ("Plan file not to be compared: " in rollout("status", run)) is (state == "unreadable")


def test_a_run_that_names_no_file_asks_for_one(rollout: Program, plan: Path) -> None:
    loaded = toml.load(plan)
    clock, alice = SimulatedClock(START), Actor("alice", "alice", "here")
    run = runs_folder.begin(rollout.folder, loaded.plan, loaded.text, Start(), clock, alice).run.id
    assert rollout.json("status", run)["plan_file"] == {"path": None, "state": "unknown", "problem": None}
    assert "names no plan file" in rollout.refused("redline", run, "--reason", "x", code=2)
    change(plan, LONGER)
    rollout("redline", run, str(plan), "--reason", "x")
    assert rollout.json("status", run)["plan_file"]["path"] == str(plan)


def test_a_closed_run_follows_no_file(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    rollout("abort", run, "--reason", "no")
    change(plan, LONGER)
    assert rollout.json("status", run, code=4)["plan_file"] is None
    rollout("redline", run, "--reason", "x", code=3)
    assert "The run is closed" in rollout.err


def test_a_dry_run_says_what_would_be_refused(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    change(plan, ('release = "3.1.0"', 'release = "3.1.1"'))
    rollout("redline", run, "--dry-run", code=3)
    assert "the run deploys the release 3.1.0, the plan 3.1.1: that is another run" in rollout.err


def test_a_dry_run_of_a_damaged_log_is_none(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    rollout("sign", run, "tests")
    rollout.log(run).write_bytes(rollout.log(run).read_bytes().replace(b'item = "tests"', b'item = "texts"'))
    change(plan, LONGER)
    assert "damaged" in rollout.refused("redline", run, "--dry-run", code=6)


def test_a_plan_with_mistakes_is_told_with_their_lines(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    change(plan, ('duration = "2 h"', 'duration = "soon"'))
    assert "payments.toml:" in rollout.refused("redline", run, "--reason", "x", code=2)


def test_two_redlines_at_once(rollout: Program, plan: Path) -> None:
    """The second is decided anew, over what the first made of the run."""
    run = rollout.start(plan=plan)
    clock = SimulatedClock(START)
    first, second = (
        runs_folder.resume(rollout.log(run), clock, Actor(name, name, "here")) for name in ("alice", "bob")
    )
    first.act(intents.Sign("tests"))
    change(plan, RETITLED)
    loaded = toml.load(plan)
    asked = intents.Redline(loaded.plan, loaded.text, "x", loaded.file)
    event = second.act(asked).event
    assert isinstance(event, PlanRedlined)
    assert event.voided == ("tests",), "signed while the second looked at it"
    first.refresh()
    assert first.run == second.run


HOSTILE: dict[str, dict[str, Any]] = {
    "a plan that takes hours to parse": {"plan": ("a." * 29_000 + "a = 1",)},
    "a plan that is none": {"plan": ("a = 1",)},
    "other items than its plan has": {"items": ("tests",)},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_redline_that_was_made_up_is_damage(rollout: Program, plan: Path, name: str) -> None:
    run = rollout.start(plan=plan)
    started = runs_folder.read(rollout.log(run)).entries[0]
    assert isinstance(started.event, RunStarted)
    event = PlanRedlined(("x",), "x", started.event.items, started.event.plan, "")
    event = replace(event, **HOSTILE[name])
    event = replace(event, plan_sha256=sha256("\n".join(event.plan).encode()).hexdigest())
    data = encode_event(event, Stamp(START, "eve", "e@e"), sees=started.hash, seq=1, prev=started.hash)
    rollout.log(run).write_bytes(rollout.log(run).read_bytes() + data)
    rollout("status", run, code=6)
    assert "damaged: event 1" in rollout.err
    assert "event 1" in rollout("verify", run, code=6)
