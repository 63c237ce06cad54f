"""What a script is told of a run by the exit code of `rollout status`."""

from __future__ import annotations

from ..errors import Refused
from ..run.gates import blockers
from ..run.moment import Moment
from ..run.state import Run
from ..run.two_people import counted_on
from ..runs.replay import ReplayedLog

ROLLED_BACK_OR_ABORTED = 4


def exit_code(log: ReplayedLog, run: Run, now: Moment, *, gate: bool) -> int:
    """Give the exit code; a gate that counts on signatures refuses as the promotion would where they are not good."""
    if run.closed is not None and run.closed.outcome != "completed":
        return ROLLED_BACK_OR_ABORTED
    if gate and (run.closed is not None or not run.stage.has_gate or blockers(run, now)):
        return Refused.exit_code
    if gate and (counted := counted_on(run)):
        from ..signing.at_gate import need_good

        need_good(log.entries, counted)
    return 0
