"""A window of looks that no entry holds yet, and how it becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import Conflict, Refused, UsageError
from ..probes import Look
from ..run import samples
from ..run.events import Entry
from ..run.intents import Observe
from ..run.observation import ERROR, JUDGED, UNKNOWN, Sight
from ..run.samples import Sample
from ..run.state import Run
from ..session import Session


@dataclass
class Window:
    """The looks at one subject in one stage since an entry was recorded, which come to one outcome."""

    subject: str
    stage: str
    asked: str
    outcome: Sight
    looks: list[Sample] = field(default_factory=list)
    reason: str = ""

    @property
    def since(self) -> datetime:
        return self.looks[0].at

    @property
    def until(self) -> datetime:
        return self.looks[-1].at


def record(session: Session, window: Window, *, afterwards: bool = False) -> Iterator[Entry]:
    """Record a window with its looks as evidence; nothing where the run has gone on since they were made."""
    last = window.looks[-1]
    observe = Observe(
        window.subject,
        window.outcome,
        window.stage,
        last.value,
        last.reason or window.reason,
        window.since.isoformat(),
        window.until.isoformat(),
        len(window.looks),
        afterwards,
    )
    kept = samples.Window(window.subject, window.stage, window.asked, tuple(window.looks))
    with TemporaryDirectory(prefix="rollout-") as folder:
        path = Path(folder) / f"{window.subject.replace('/', '-')[-80:]}.jsonl"
        path.write_bytes(samples.write(kept))
        try:
            yield session.act(observe, evidence=str(path))
        except (Conflict, Refused, UsageError):
            return


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
