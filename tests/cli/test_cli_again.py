"""Done again: a script that is run twice changes nothing the second time; what somebody else did is a conflict."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import PLAN, Program

SCRIPT = """\
set -euo pipefail
[ -s run.id ] || rollout run "$PLAN" --detach > run.id
RUN=$(cat run.id)
past="--override soak --reason trial"
for item in tests docs training alerts rollback-tried; do
  rollout sign "$RUN" $item --note "build 4711"
done
rollout measure "$RUN" error-rate 0.1
rollout go "$RUN" --note "from the pipeline"
for step in add-table install copy; do rollout sign "$RUN" migration/$step; done
for phase in canary everyone; do
  rollout start-phase "$RUN" $phase
  rollout sign "$RUN" $phase/flag/new-ledger
  rollout sign "$RUN" "$phase/criterion/$([ $phase = canary ] && echo ledger-balances || echo refunds-arrive)"
  rollout measure "$RUN" error-rate 0.2
  [ $phase = canary ] || rollout sign "$RUN" $phase/approval --as lead
  rollout promote "$RUN" $phase $past
done
for item in health smoke; do rollout sign "$RUN" $item; done
rollout sign "$RUN" migration/drop-old --confirm drop-old
rollout close "$RUN" --note "walked by the pipeline"
"""


def test_what_was_signed_in_the_same_words_is_done(rollout: Program) -> None:
    run = rollout.start()
    rollout("sign", run, "tests", "--note", "build 4711")
    before = rollout.log(run).read_bytes()
    assert rollout("sign", run, "tests", "--note", "build 4711").startswith("already recorded #1 ")
    assert rollout.json("sign", run, "tests", "--note", "build 4711")["again"] is True
    assert rollout.log(run).read_bytes() == before


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(("--as", "bob", "--note", "build 4711"), id="somebody-else"),
        pytest.param(("--note", "build 4712"), id="other-words"),
        pytest.param((), id="no-words"),
    ],
)
def test_what_was_signed_otherwise_is_a_conflict(rollout: Program, again: tuple[str, ...]) -> None:
    run = rollout.start()
    rollout("sign", run, "tests", "--note", "build 4711")
    assert "already signed, by alice" in rollout.refused("sign", run, "tests", *again, code=8)


def test_with_another_file_it_is_a_conflict(rollout: Program, tmp_path: Path) -> None:
    run = rollout.start()
    one, other = tmp_path / "one.xml", tmp_path / "other.xml"
    one.write_text("<ok/>")
    other.write_text("<failed/>")
    rollout("sign", run, "tests", "--evidence", str(one))
    assert "already recorded" in rollout("sign", run, "tests", "--evidence", str(one))
    rollout.refused("sign", run, "tests", "--evidence", str(other), code=8)


def test_what_was_taken_back_does_not_stand(rollout: Program) -> None:
    run = rollout.start()
    rollout("waive", run, "docs", "--reason", "none needed")
    rollout("revoke", run, "docs", "--reason", "they are")
    rollout("sign", run, "docs")
    rollout.refused("waive", run, "docs", "--reason", "none needed", code=8)


def test_a_hold_a_start_and_a_trigger_again(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout("start-phase", run, "canary")
    rollout("hold", run, "--reason", "a look")
    assert "already recorded" in rollout("start-phase", run, "can")
    assert "already recorded" in rollout("hold", run, "--reason", "a look")
    rollout.refused("hold", run, "--reason", "another look", code=8)


@pytest.mark.parametrize("arguments", [
    pytest.param(("abort", "", "--reason", "x"), id="run"),
    pytest.param(("status", " "), id="blank"),
    pytest.param(("sign", "{run}", ""), id="item"),
    pytest.param(("sign", "{run}", "tests", "--as", ""), id="operator"),
    pytest.param(("sign", "{run}", "tests", "--as="), id="operator-joined"),
    pytest.param(("run", str(PLAN), "--detach", "--after", ""), id="after"),
    pytest.param(("verify", ""), id="log"),
    pytest.param(("report", ""), id="report"),
    pytest.param(("check", ""), id="plan"),
    pytest.param(("",), id="command"),
])  # fmt: skip
def test_an_empty_argument_is_never_the_only_one_there_is(rollout: Program, arguments: tuple[str, ...]) -> None:
    run = rollout.start()
    said = rollout.refused(*(each.format(run=run) for each in arguments), code=2)
    assert "An argument is empty" in said


def test_a_script_run_twice(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "rollout"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m rollout_tui "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{program.parent}:{os.environ['PATH']}", "PLAN": str(PLAN), "ROLLOUT_OPERATOR": "ci",
    }  # fmt: skip

    def walk() -> str:
        done = subprocess.run(
            ["bash", "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    walk()
    (log,) = (tmp_path / "runs").glob("*.toml")
    before = log.read_bytes()
    second = walk()
    assert log.read_bytes() == before
    assert all(line.startswith("already recorded") for line in second.splitlines())
