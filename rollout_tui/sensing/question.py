"""A question: what is asked about one subject now; what comes back counts only as long as the run asks just that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..plan.model import Trigger
from ..plan.probe import Probe, Source
from ..plan.quantities import Comparison
from ..run.probed import max_age_of, probe_of, threshold_of
from ..run.stages import INTERVALS
from ..run.state import Run


@dataclass(frozen=True)
class Question:
    """What a probe looks at, in which stage, and how the plan judges it; `cleared` counts a trigger's clearings."""

    subject: str
    stage: str
    probe: Probe
    source: Source | None
    threshold: Comparison | None
    trigger: Trigger | None
    max_age: timedelta
    folder: Path
    cleared: int

    def asked_with(self, environ: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """Give what a look needs besides."""
        return {"folder": self.folder, "environ": environ, "now": now, "max_age": self.max_age}

    @property
    def reach(self) -> timedelta:
        """How far apart looks may lie between which nothing is missing."""
        return INTERVALS * self.probe.every.value

    @property
    def sources(self) -> Mapping[str, Source]:
        return {} if self.source is None else {self.probe.source: self.source}


def question(run: Run, subject: str) -> Question | None:
    """Ask about a subject what the plan does that the run follows; None where it has no probe there."""
    probe, item = probe_of(run, subject), run.sequence.items.get(subject)
    if probe is None:
        return None
    cleared = run.cleared.get(subject)
    return Question(
        subject,
        run.reading_stage,
        probe,
        run.plan.sources.get(probe.source),
        threshold_of(run, subject),
        item.trigger if item is not None else None,
        max_age_of(run, subject),
        Path(run.plan_file).parent,
        cleared.seq if cleared is not None else 0,
    )
