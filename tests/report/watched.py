"""Soaks that probes watched: windows of looks recorded through a session, each with the file of its looks."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from rollout_tui.clock import SimulatedClock
from rollout_tui.run.intents import Observe
from rollout_tui.run.observation import ERROR, FAIL, PASS
from rollout_tui.run.samples import Sample, Window, write
from rollout_tui.session import Session
from tests.tui.stage import SHOP, Staged

MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE


# An hour and a half: a breach, nobody who looks, errors, and near to the threshold at the end.
VALUES = [*[0.25] * 30, 1.4, 2.0, *[0.5] * 13, *[None] * 15, *["timeout"] * 15, *[0.9] * 16]


def soaking(folder: Path, reason: str = "") -> Staged:
    """A run of the shop whose error rate a probe reads, when its first soak begins."""
    plan, action = folder / "shop.toml", 'action = "Roll back if it stays for 5 min"\n'
    text = SHOP.read_text().replace(action, f'{action}probe = {{ source = "prod", query = "errors", unit = "%" }}\n')
    text += '[sources.prod]\nprometheus = "https://prometheus.example.com"\n'
    # Two metrics without an id are told apart by their names.
    plan.write_text(text.replace('id = "error-rate"\n', "").replace('id = "latency"\n', ""))
    staged = Staged(folder, plan, reason=reason)
    return staged.until(lambda run: "canary" in run.phases and bool(run.phases["canary"].soak_from))


def watch(session: Session, clock: SimulatedClock, metric: str, values: Sequence[float | str | None]) -> None:
    """Look once a minute from now on: a value, the words of an error, or None where nobody looks.

    Each window ends after a quarter of an hour, where the outcome changes, and where nobody looks.
    """
    threshold = session.run.sequence.metrics[metric].threshold
    looks: list[Sample] = []
    for value in values:
        at = clock.now()
        if value is None or (looks and (at - looks[0].at >= QUARTER)):
            record(session, metric, looks)
            looks = []
        if isinstance(value, str):
            looks = _next(session, metric, looks, Sample(at, ERROR, reason=value))
        elif value is not None:
            looks = _next(session, metric, looks, Sample(at, FAIL if threshold.breached_by(value) else PASS, value))
        clock.advance(MINUTE)
    record(session, metric, looks)


def _next(session: Session, metric: str, looks: list[Sample], look: Sample) -> list[Sample]:
    if looks and looks[-1].outcome != look.outcome:
        record(session, metric, looks)
        return [look]
    return [*looks, look]


def record(session: Session, metric: str, looks: Sequence[Sample]) -> None:
    if not looks:
        return
    last = looks[-1]
    times = looks[0].at.isoformat(), last.at.isoformat()
    stage = session.run.reading_stage
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / f"{metric}.jsonl"
        kept.write_bytes(write(Window(metric, stage, "up", tuple(looks))))
        intent = Observe(metric, last.outcome, stage, last.value, last.reason, *times, samples=len(looks))
        session.act(intent, evidence=str(kept))
