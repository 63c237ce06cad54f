"""What is pure, and what each command loads; who may import whom is held by `make check`."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rollout_tui"

# No clock, file, environment, terminal, logging or chance; tomllib, re and the like only compute.
PURE = (
    "people",
    "plan.diff",
    "plan.finding",
    "plan.model",
    "plan.placeholders",
    "plan.probe",
    "plan.probes_of",
    "plan.rules",
    "plan.quantities",
    "plan.ids",
    "plan.sections",
    "run",
)
IMPURE_MODULES = {
    "asyncio", "getpass", "glob", "io", "logging", "multiprocessing", "os", "pathlib", "platform", "random",
    "secrets", "shutil", "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "termios", "textual",
    "threading", "time", "urllib", "uuid",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "now", "utcnow", "today", "getenv"}


def _modules() -> dict[str, Path]:
    """Every module by its name without the package's: `run.subjects.items`; a package is its `__init__`."""
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}


MODULES = _modules()


def _tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text())


def _is_under(name: str, rooms: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("name", sorted(each for each in MODULES if _is_under(each, set(PURE))))
def test_the_domain_only_computes(name: str) -> None:
    tree = _tree(name)
    imported = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 0
    }
    assert imported & IMPURE_MODULES == set()
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert called & IMPURE_CALLS == set()


_LOADED = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from rollout_tui.cli import entry
entry()
"""


def _loaded_by(folder: Path, *arguments: str) -> set[str]:
    """The modules that a fresh process has loaded when it has done a command."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "ROLLOUT_OPERATOR": "alice", "XDG_CONFIG_HOME": str(folder / "config")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def folder_with_a_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loads")
    loaded = _loaded_by(folder, "run", str(ROOT / "plans" / "hotfix.toml"), "--detach")
    assert "textual" not in loaded
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "--json"),
        ("status", "--line"),
        ("history",),
        ("history", "--json"),
        ("diff", "{run}", "{run}"),
        ("list",),
        ("verify", "runs"),
        ("sign", "{run}", "all-tests-passing"),
        ("hold", "{run}", "--reason", "wait"),
    ],
)
def test_what_scripts_call_loads_neither_screens_nor_validation(
    folder_with_a_run: Path, arguments: tuple[str, ...]
) -> None:
    (log,) = (folder_with_a_run / "runs").glob("*.toml")
    loaded = _loaded_by(folder_with_a_run, *(each.format(run=log.stem) for each in arguments))
    assert loaded & {"textual", "rich", "pydantic", "tree_sitter", "tomli_w", "rollout_tui.tui"} == set()
    if arguments[0] == "verify":
        assert loaded & {"rollout_tui.runs.file_store", "rollout_tui.session", "rollout_tui.identity"} == set()
        # Nobody signed that log.
        assert loaded & {"rollout_tui.signing", "cryptography", "subprocess"} == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "{run}", "--json"),
        ("status", "--line"),
        ("list",),
        ("history",),
        ("diff", "{run}", "{run}"),
        ("verify", "runs"),
    ],
)
def test_what_only_reads_loads_nothing_that_records(folder_with_a_run: Path, arguments: tuple[str, ...]) -> None:
    (log,) = (folder_with_a_run / "runs").glob("*.toml")
    loaded = _loaded_by(folder_with_a_run, *(each.format(run=log.stem) for each in arguments))
    # What verifies decides every entry again.
    deciding = {"run.decide", "run.intents", "run.action", "plan.rules"}
    recording = {"session", "runs.file_store", "runs.starting", "identity"}
    if arguments[0] != "verify":
        recording |= deciding
    rare = {"journal.torn", "plan.diff"}
    assert loaded & {"difflib", *(f"rollout_tui.{each}" for each in recording | rare)} == set()


def test_a_sign_off_loads_what_is_rare_only_when_it_happens(folder_with_a_run: Path) -> None:
    (log,) = (folder_with_a_run / "runs").glob("*.toml")
    loaded = _loaded_by(folder_with_a_run, "note", log.stem, "all is well")
    rare = {
        "journal.torn",
        "journal.evidence",
        "journal.verification",
        "run.plan_change",
        "run.subjects.start_acts",
        "plan.diff",
        "plan.rules",
    }
    assert loaded & {"difflib", *(f"rollout_tui.{each}" for each in rare)} == set()


@pytest.mark.parametrize("command", ["check", "rehearse"])
def test_what_reads_a_plan_loads_no_screens(tmp_path: Path, command: str) -> None:
    loaded = _loaded_by(tmp_path, command, str(ROOT / "plans" / "hotfix.toml"))
    assert loaded & {"textual", "rich", "tree_sitter", "markdown_it", "rollout_tui.tui"} == set()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_next_to_nothing(tmp_path: Path, option: str) -> None:
    loaded = _loaded_by(tmp_path, option)
    assert loaded & {"argparse", "dataclasses", "datetime", "typing", "rollout_tui.clock"} == set()
    ours = {each for each in loaded if each.startswith("rollout_tui.")}
    assert ours == {f"rollout_tui.{each}" for each in ("cli", "cli.commands", "cli.output", "errors", "text")}
