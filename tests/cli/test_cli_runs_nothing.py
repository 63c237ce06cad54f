"""No command runs what a plan's probes name before the user has trusted it, and those that only read never do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

from rollout_tui.cli import main, options, resume
from rollout_tui.cli.commands import ACT, COMMANDS
from rollout_tui.plan.probes_of import probes_of
from rollout_tui.plan.toml import load
from rollout_tui.probes import look
from tests.cli.probed import Probed
from tests.cli.program import Program
from tests.probes.server import Server, reply

# It ends with the run that it follows.
_NEVER_ENDS = {"--watch"}


@pytest.fixture
def probed(tmp_path: Path) -> Iterator[Probed]:
    with Server(reply("ok")) as server:
        yield Probed(tmp_path / "probed", server)


@pytest.fixture
def _with_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a terminal, whose screens are played by a stand-in, and nobody says yes."""
    for show in ("show_run", "show_home", "show_audit", "show_demo", "show_canary"):
        monkeypatch.setattr(f"rollout_tui.tui.{show}", lambda *_, **__: 0)
    for file in (options, resume):
        monkeypatch.setattr(file, "has_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "n")


def _calls(command: str, values: Mapping[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Every way to call a command as far as its arguments tell: what it is about, with each of its switches."""
    file = COMMANDS[command][0]
    parser = argparse.ArgumentParser(f"rollout {command}")
    import_module(f"rollout_tui.cli.{file}").configure(parser)
    named: list[tuple[str, ...]] = []
    needed: list[str] = []
    switches: list[list[str]] = [[]]
    for each in parser._actions:
        words = str(each.metavar).split("|")
        found = tuple(each.choices) if each.choices else sum((values.get(word, ()) for word in words), ()) or ("1",)
        if not each.option_strings:
            named.append(found)
        elif each.required:
            needed += [each.option_strings[0], found[0]]
        elif each.nargs == 0 and each.dest != "help" and file != ACT:
            switches += [[option] for option in each.option_strings[:1] if option not in _NEVER_ENDS]
    for about in product(*named):
        yield from ([command, *about, *needed, *switch] for switch in switches)


@pytest.mark.usefixtures("_with_a_terminal")
def test_no_command_runs_what_is_not_trusted(
    rollout: Program,
    probed: Probed,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Without one nothing is anchored; at no address nobody is.
    (tmp_path / "rollout").mkdir()
    (tmp_path / "rollout" / "config.toml").write_text('authority = "nowhere"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    run = rollout.start(plan=probed.file)
    document = tmp_path / "plan.md"
    rollout("export", str(probed.file), "-o", str(document))
    values = {
        "RUN": (run,),
        "LOG": (str(rollout.log(run)),),
        "PLAN": (str(probed.file),),
        "DOC.md": (str(document),),
        "FILE": (str(probed.file),),
        "ITEM": ("tests",),
        "METRIC": ("error-rate",),
        "NAME": ("Another",),
        "STAGE": ("canary",),
    }
    for command in COMMANDS:
        codes = {main(call, rollout.clock) for call in _calls(command, values)}
        capsys.readouterr()
        assert probed.marks == (0, 0), command
        if COMMANDS[command][0] != ACT:
            # It got as far as what it does.
            assert codes - {2}, command
    assert main([], rollout.clock) == 0


def test_nothing_runs_in_a_walk_that_nobody_trusted(rollout: Program, probed: Probed) -> None:
    run = rollout.start(plan=probed.file)
    rollout.deploy(run)
    rollout("start-phase", run, "canary")
    rollout.wait(hours=2)
    rollout("measure", run, "error-rate", "0.2")
    rollout("promote", run, "canary", code=3)
    rollout("roll-back", run, "code-bug", "--reason", "trial")
    for command in ("status", "report", "verify", "export"):
        rollout(command, run)
    assert probed.marks == (0, 0)


def test_each_of_them_leaves_a_mark_where_it_is_looked_at(probed: Probed) -> None:
    plan = load(probed.file).plan
    places = {path[0] if path[0] != "phases" else path[2] for path, _ in probes_of(plan)}
    assert places == {
        "pre_deployment",
        "success_criteria",
        "rollback_triggers",
        "feature_flags",
        "monitoring",
        "post_deployment",
    }
    environ = {"PATH": "/usr/bin:/bin", "PROM_TOKEN": "token"}
    for path, probe in probes_of(plan):
        before = sum(probed.marks)
        threshold = plan.monitoring[0].threshold if path[0] == "monitoring" else None
        folder = probed.file.parent
        look(probe, plan.sources, threshold, folder=folder, environ=environ, now=datetime.now(UTC))
        assert sum(probed.marks) == before + 1
