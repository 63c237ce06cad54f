"""Plan drift: whether the file of the plan that a run follows says something else by now. It is read, never checked."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Literal

from ..errors import UsageError
from ..frozen import dataclass
from ..plan.model import Plan, build
from ..plan.source import read_text
from ..plan.toml_text import Unreadable, read
from ..run.state import Run

State = Literal["unknown", "same", "changed", "unreadable"]


@dataclass(frozen=True)
class PlanDrift:
    """How a run's plan file is now.

    `unknown` is a run that names no file, `unreadable` a file that is gone or is no plan at the moment: `problem` says
    why. What changed in words alone, in comments or in how a quantity is written, is the same plan.
    """

    path: str
    state: State
    problem: str = ""


def plan_drift(run: Run) -> PlanDrift:
    """Look whether the run's plan file changed since the run follows it."""
    path = run.plan_file
    if not path:
        return PlanDrift(path, "unknown")
    try:
        text = read_text(Path(path))
    except UsageError as error:
        return PlanDrift(path, "unreadable", error.message)
    if sha256(text.encode()).hexdigest() == run.follows.plan_sha256:
        return PlanDrift(path, "same")
    plan = _built(text)
    if plan is None:
        return PlanDrift(path, "unreadable", "it changed, and has mistakes")
    # Only what changed is worth comparing, and few files did.
    from ..plan.diff import difference

    return PlanDrift(path, "changed" if difference(run.plan, plan) else "same")


def _built(text: str) -> Plan | None:
    try:
        return build(read(text))
    except (Unreadable, ValueError, KeyError, TypeError, AttributeError):
        return None


def marks(path: Path) -> tuple[int, int] | None:
    """What tells that a file was written again, without reading it; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
