"""A folder, or a journal, that this user may not read or write: said so, and nothing done."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.faults import fault_runs
from tests.faults.fault import Fault, Scale

_CHILD = Path(__file__).with_name("fault_other_user.py")
_READS = {"status", "verify"}

# Modes of the folder and of the journal (its owner is denied too, so that this can be tried as anyone), and what works.
_RIGHTS = (
    (0o755, 0o000, frozenset[str](), "an unreadable journal"),
    (0o000, 0o600, frozenset[str](), "an unreadable folder"),
    (0o555, 0o444, frozenset(_READS), "a journal to read"),
)


def _denied(_scale: Scale, _folder: Path) -> Iterator[str]:
    for of_folder, of_file, works, what in _RIGHTS:
        # pytest's own folders are closed to others.
        with tempfile.TemporaryDirectory(prefix="rollout-faults-") as name:
            place = Path(name)
            place.chmod(0o755)
            run = fault_runs.begin(place).run.id
            folder = place / "runs"
            path = folder / f"{run}.toml"
            before = path.read_bytes()
            path.chmod(of_file)
            folder.chmod(of_folder)
            try:
                command = [sys.executable, str(_CHILD), str(folder), run, str(place / "plan.toml")]
                done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=place)
            finally:
                folder.chmod(0o700)
                path.chmod(0o600)
            for line in done.stdout.splitlines():
                yield _judge(what, works, json.loads(line))
            if done.returncode or path.read_bytes() != before:
                yield f"{what}: ended with {done.returncode}, or changed the journal: {done.stderr}"


def _judge(what: str, works: frozenset[str], said: dict[str, object]) -> str:
    arguments, code, told = said["arguments"], said["code"], str(said["told"])
    assert isinstance(arguments, list)
    if arguments[0] in works:
        return "" if code == 0 else f"{what}: {arguments[0]} gave {code}: {told}"
    if arguments[0] == "run" and code == 0:
        # Where the folder can be written to by its owner, a run can be started beside the unreadable one.
        return ""
    if code == 0 or "ermission denied" not in told or "Traceback" in told:
        return f"{what}: {arguments[0]} gave {code}: {told}"
    return ""


FAULTS = (Fault("another user's folder and journal", "a clear message, nothing written", _denied),)
