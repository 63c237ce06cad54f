"""Commands as another user gives them: `fault_other_user.py FOLDER RUN PLAN`, one JSON object for each on stdout."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pkgutil
import sys

import rollout_tui
from rollout_tui.cli import main
from rollout_tui.clock import SystemClock

_NOBODY = 65534


def run_command(folder: str, arguments: list[str]) -> dict[str, object]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments if arguments[0] == "check" else [*arguments, "--runs", folder], SystemClock())
    return {"arguments": arguments, "code": code, "told": out.getvalue() + err.getvalue()}


def commands(run: str, plan: str) -> list[list[str]]:
    return [
        ["status", run],
        ["sign", run, "pre-deployment/all-tests-passing", "--as", "nobody"],
        ["note", run, "hello", "--as", "nobody"],
        ["verify", run],
        ["resume", run, "--recover", "--as", "nobody"],
        ["run", plan, "--detach", "--as", "nobody", "--reason", "a second one"],
    ]


if __name__ == "__main__":
    folder, run, plan = sys.argv[1:]
    for module in pkgutil.walk_packages(rollout_tui.__path__, "rollout_tui."):
        if "__main__" not in module.name:
            importlib.import_module(module.name)
    # What is loaded late may lie where the other user can't read.
    for arguments in (["check", plan], *commands("none", "none.toml")):
        run_command(os.devnull, arguments)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    for arguments in commands(run, plan):
        print(json.dumps(run_command(folder, arguments)), flush=True)
