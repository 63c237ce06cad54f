"""How the tests look: a plan's folder, an environment and a time that are given, and what came of it in brief."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rollout_tui.plan.probe import Probe, Source
from rollout_tui.plan.quantities import Comparison, Duration
from rollout_tui.probes import Look, look

# What a look may take beyond its deadline; on an idle machine it is a few milliseconds.
SLACK = 0.5


def probe(**fields: Any) -> Probe:
    """A probe as a plan has it, `expect`, `deadline` and `every` as texts."""
    reads = {"expect": Comparison.parse, "deadline": Duration.parse, "every": Duration.parse}
    return Probe(**fields | {name: read(fields[name]) for name, read in reads.items() if name in fields})


def looked(
    probe: Probe,
    *,
    sources: Mapping[str, Source] | None = None,
    threshold: str = "",
    folder: Path = Path(),
    environ: Mapping[str, str] | None = None,
    max_age: timedelta | None = None,
    now: datetime | None = None,
) -> Look:
    return look(
        probe,
        sources or {},
        Comparison.parse(threshold) if threshold else None,
        folder=folder,
        environ={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | dict(environ or {}),
        now=now or datetime.now(UTC),
        max_age=max_age,
    )
