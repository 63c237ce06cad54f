"""A window of looks that no entry holds yet, and how it becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import Conflict, RolloutError
from ..probes import Look, Outcome
from ..run import samples
from ..run.decide import refusal
from ..run.events import Entry
from ..run.intents import Observe
from ..run.observation import ERROR, JUDGED, UNKNOWN, Sight
from ..run.samples import Sample
from ..run.state import Run
from ..session import Session
from .question import Question


@dataclass
class Window:
    """The looks since an entry was recorded, the oldest first: all asked alike, as `sent`, and come to one outcome."""

    asked: Question
    outcome: Sight
    sent: str = ""
    looks: list[Sample] = field(default_factory=list)
    reason: str = ""

    @property
    def since(self) -> datetime:
        return self.looks[0].at

    @property
    def until(self) -> datetime:
        return self.looks[-1].at


def record(session: Session, window: Window, *, afterwards: bool = False) -> Iterator[Entry]:
    """Record a window with its looks as evidence; nothing where something newer is known, or another stage is open.

    Raises RolloutError where it can't be recorded.
    """
    subject, last = window.asked.subject, window.looks[-1]
    observe = Observe(
        subject,
        window.outcome,
        window.asked.stage,
        last.value,
        window.reason or last.reason,
        window.since.isoformat(),
        window.until.isoformat(),
        len(window.looks),
        afterwards,
    )
    if isinstance(refusal(session.run, observe, session.moment(), session.operator), Conflict):
        return
    kept = samples.write(samples.Window(subject, window.asked.stage, window.sent, tuple(window.looks)))
    try:
        with TemporaryDirectory(prefix="rollout-") as folder:
            path = Path(folder) / f"{subject.replace('/', '-')[-80:]}.jsonl"
            path.write_bytes(kept)
            entry = session.act(observe, evidence=str(path))
    except OSError as error:
        raise RolloutError(
            f"What was seen of {subject} can't be kept: {error.strerror}", "Free space where temporary files lie."
        ) from error
    yield entry


def look_of(future: Future[Look], now: datetime) -> Look:
    """Give what has come back; a look that could not even begin is an error."""
    if (error := future.exception()) is None:
        return future.result()
    return Look(Outcome.ERROR, None, f"it could not be looked at: {error}", "", "", "", None, now)


def sample_of(seen: Look) -> Sample:
    """Give a look as it is kept."""
    outcome: Sight = seen.outcome.value
    return Sample(
        seen.at, outcome, seen.value, seen.reason, seen.sampled, seen.samples, seen.answer, seen.sha256, seen.code
    )


def in_range(run: Run, subject: str, sample: Sample) -> Sample:
    """A metric's value that can't be, or that is not there, judges nothing."""
    metric = run.sequence.metrics.get(subject)
    if metric is None or sample.outcome not in JUDGED:
        return sample
    if sample.value is None:
        return replace(sample, outcome=ERROR, reason=sample.reason or "it gives no number")
    least, most = metric.threshold.range
    if least <= sample.value <= most:
        return sample
    reason = f"{sample.value:g} can't be a reading in {metric.threshold.unit or 'this unit'}"
    return replace(sample, outcome=UNKNOWN, value=None, reason=reason)
