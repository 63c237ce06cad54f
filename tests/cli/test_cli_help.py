"""The table of commands against the table of intents, and what each command's help tells."""

from pathlib import Path

import pytest

from rollout_tui import __version__
from rollout_tui.cli import commands
from rollout_tui.cli.commands import ACT, COMMANDS
from rollout_tui.run.intents import ACTIONS, Action
from tests.cli.program import Program
from tests.tables import with_actions


def test_the_actions_are_those_of_the_table_of_intents() -> None:
    actions = [(name, line) for name, (file, line) in COMMANDS.items() if file == ACT]
    assert actions == [(action.name, action.help) for action in ACTIONS]
    told = Path(commands.__file__).read_text()
    assert with_actions(told) == told


def test_help_names_every_command(rollout: Program) -> None:
    for option in ("--help", "-h", "help"):
        told = rollout(option)
        assert all(f"\n  {name} " in told for name in COMMANDS)
    assert rollout("--version") == f"rollout {__version__}, journal format rollout-journal/1\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(rollout: Program, name: str) -> None:
    told = rollout(name, "--help")
    assert told.startswith(f"usage: rollout {name}")
    assert rollout.err == ""


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_field_of_an_action_can_be_given(rollout: Program, action: Action) -> None:
    told = rollout(action.name, "--help")
    for asked in action.fields:
        assert asked.label in " ".join(told.split())
