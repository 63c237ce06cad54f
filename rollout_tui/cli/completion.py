"""`rollout completion`: the script by which a shell completes commands, options, plans and runs."""

from __future__ import annotations

import argparse
from importlib import import_module

from ..clock import Clock
from .commands import COMMANDS
from .output import say_document

SHELLS = ("bash", "zsh", "fish", "tcsh")

# The ids of the runs in their folder, as each shell lists them.
_RUNS = {
    "bash": "_rollout_runs",
    "zsh": "_rollout_runs",
    "fish": "(_rollout_runs)",
    "tcsh": "f:runs/*.toml",
}
_PREAMBLE = {
    "bash": """\
_rollout_runs() {
  local log
  for log in "${ROLLOUT_RUNS:-runs}/$1"*.toml; do
    if [ -e "$log" ]; then log="${log##*/}"; printf '%s\\n' "${log%.toml}"; fi
  done
}""",
    "zsh": """\
_rollout_runs() {
  local -a logs
  logs=("${ROLLOUT_RUNS:-runs}"/*.toml(N:t:r))
  compadd -a logs
}""",
    "fish": """\
function _rollout_runs
  set -q ROLLOUT_RUNS; and set -l folder $ROLLOUT_RUNS; or set -l folder runs
  for log in $folder/*.toml
    string replace -r '.*/(.*)\\.toml' '$1' $log
  end
end""",
}
_HOW = {
    "bash": "~/.local/share/bash-completion/completions/rollout",
    "zsh": "a file _rollout in a folder of your $fpath",
    "fish": "~/.config/fish/completions/rollout.fish",
    "tcsh": "a file that ~/.tcshrc sources",
}


def configure(parser: argparse.ArgumentParser) -> None:
    where = "; ".join(f"{shell}: {place}" for shell, place in _HOW.items())
    parser.description = f"Print the script by which a shell completes rollout's commands. Where it goes: {where}."
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    # Only here, and only to write the script: a press of tab runs no Python.
    import shtab

    say_document(shtab.complete(_everything(), arguments.shell, preamble=_PREAMBLE.get(arguments.shell, "")) + "\n")
    return 0


def _everything() -> argparse.ArgumentParser:
    """Every command with its arguments in one parser, as no single call needs it."""
    program = argparse.ArgumentParser("rollout")
    program.add_argument("--version", action="store_true", help="tell the version")
    import_module(".home", __package__).configure(program)
    commands = program.add_subparsers()
    for name, (file, line) in COMMANDS.items():
        parser = commands.add_parser(name, prog=f"rollout {name}", help=line)
        import_module(f".{file}", __package__).configure(parser)
        for argument in parser._actions:
            _complete(argument)
    for argument in program._actions:
        _complete(argument)
    return program


def _complete(argument: argparse.Action) -> None:
    """Say what stands for an argument: the ids of runs, folders, or files."""
    import shtab

    words = set(str(argument.metavar).split("|"))
    if "RUN" in words and "PLAN" not in words:
        argument.complete = _RUNS  # type: ignore[attr-defined]
    elif "DIR" in words:
        argument.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    elif words & {"PLAN", "PLAN.toml", "DOC.md", "FILE", "LOG", "RUN"}:
        argument.complete = shtab.FILE  # type: ignore[attr-defined]
