"""What a probe of a plan comes to, now or by its source's history: outcome, value, evidence. It knows no run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from ..plan.probe import Probe, Source
from ..plan.quantities import Comparison
from . import command, http_, prometheus
from .deadline import Deadline
from .history import look_back
from .judge import judge_of
from .outcome import Evidence, Look, Outcome, Unseen
from .running import end_all
from .secret import Missing, Secrets

__all__ = ["Look", "Outcome", "end_all", "look", "look_back"]


def look(
    probe: Probe,
    sources: Mapping[str, Source],
    threshold: Comparison | None = None,
    *,
    folder: Path,
    environ: Mapping[str, str],
    now: datetime,
    max_age: timedelta | None = None,
) -> Look:
    """Look once, within the probe's deadline; whatever the world does is an outcome, never an exception.

    A metric gives its `threshold`, which the value must not breach; everywhere else the probe's own `expect` must hold.
    `folder` is the plan's: commands run there, and `ca_file` is found from there. `environ` is where the variables are
    taken from that the plan names. A sample that is older than `max_age` is unknown.
    """
    evidence = Evidence(_asked(probe), Secrets(environ))
    deadline = Deadline(probe.deadline.value.total_seconds())
    try:
        judge = judge_of(probe, threshold)
        match probe.kind:
            case "command":
                value = command.ask(probe, judge, folder, evidence, deadline)
            case "http":
                value = http_.ask(probe, judge, evidence, deadline, now)
            case _:
                value = prometheus.ask(probe, sources, folder, evidence, deadline, now, max_age)
        if judge and value is not None and not judge.takes(value):
            return evidence.look(Outcome.FAIL, judge.words(value), now, value)
    except Missing as missing:
        return evidence.look(Outcome.ERROR, str(missing), now)
    except Unseen as unseen:
        return evidence.look(unseen.outcome, unseen.reason, now)
    return evidence.look(Outcome.PASS, "", now, value)


def _asked(probe: Probe) -> str:
    match probe.kind:
        case "command":
            return shlex.join(probe.command)
        case "http":
            return f"GET {probe.http}"
        case _:
            return probe.query
