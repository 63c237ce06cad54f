"""`rollout completion` prints what a shell completes commands, options, plans and runs by."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from rollout_tui.cli.commands import COMMANDS
from rollout_tui.cli.completion import SHELLS
from tests.cli.program import Program


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_is_in_the_script_of_every_shell(shell: str, rollout: Program) -> None:
    script = rollout("completion", shell)
    assert [name for name in COMMANDS if name not in script] == []
    assert rollout.err == ""


def test_another_shell_is_a_mistake(rollout: Program) -> None:
    assert "invalid choice: 'cmd'" in rollout.refused("completion", "cmd", code=2)


# What bash does when tab is pressed behind these words.
_TAB = """
source ./script
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
$(complete -p rollout | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""

CASES = {
    "a command": (("rehea",), ["rehearse"]),
    "an action": (("finish",), ["finish-rollback"]),
    "an option": (("status", "--js"), ["--json"]),
    "a plan's file": (("check", "pl"), ["plan.toml"]),
    "a run": (("sign", "2026-03"), ["2026-03-04-payments-5.0-1", "2026-03-05-payments-5.1-1"]),
    "the only run that begins so": (("status", "2026-03-05"), ["2026-03-05-payments-5.1-1"]),
    "an outcome": (("finish-rollback", "2026-03-04", "call"), ["called-off"]),
    "nothing": (("status", "2027"), [""]),
}


@pytest.mark.parametrize("name", CASES)
def test_bash_completes(name: str, rollout: Program, tmp_path: Path) -> None:
    words, found = CASES[name]
    (tmp_path / "script").write_text(rollout("completion", "bash"))
    (tmp_path / "plan.toml").touch()
    rollout.folder.mkdir()
    for run in ("2026-03-04-payments-5.0-1", "2026-03-05-payments-5.1-1"):
        rollout.log(run).touch()
    done = subprocess.run(
        ["bash", "-c", _TAB, "bash", "rollout", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert sorted(done.stdout.splitlines()) == found, done.stderr
