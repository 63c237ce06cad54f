"""Filling: what a source's own history says of the time in which nobody looked, recorded as read afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..probes import Look, Outcome
from ..run.events import Entry
from ..run.observation import JUDGED
from ..run.probed import APART, max_age_of, newest_sight, probe_of, threshold_of
from ..run.samples import Sample
from ..run.soak import gaps
from ..run.state import Run
from ..session import Session
from .recording import Window, record, sample_of

Begin = Callable[[Callable[[], Any]], "Future[Any]"]
Back = Callable[..., "tuple[Look, ...] | None"]
Gap = tuple[str, datetime, datetime]

_NEVER = datetime.max.replace(tzinfo=UTC)


class Filling:
    """Asks for each gap of the open phase's soak once its source answers again."""

    def __init__(self, session: Session, environ: Mapping[str, str], begin: Begin, back: Back) -> None:
        self._session, self._environ, self._begin, self._back = session, environ, begin, back
        # Until when a gap is not asked for again: one that its source knows nothing of stays one.
        self._asked: dict[tuple[str, datetime], datetime] = {}
        self._asking: dict[Gap, Future[tuple[Look, ...] | None]] = {}

    def step(self, windows: Mapping[str, Window]) -> Iterator[Entry]:
        """Ask for what is missing before the looks of `windows`, and record what has come back."""
        for gap in tuple(self._asking):
            if self._asking[gap].done():
                yield from self._take(gap, self._asking.pop(gap).result() or ())
        run = self._session.run
        if run.stage.phase is not None and run.is_started(run.stage):
            for gap in self._found(run, windows):
                self._asked[gap[:2]] = _NEVER
                self._asking[gap] = self._begin(self._work(run, gap))

    def _found(self, run: Run, windows: Mapping[str, Window]) -> Iterator[Gap]:
        now = self._session.moment()
        for subject, stretches in gaps(run, run.stage, now).items():
            probe, window = probe_of(run, subject), windows.get(subject)
            sight = window.outcome if window is not None else newest_sight(run, subject)
            if probe is None or sight not in JUDGED:
                continue
            for since, until in stretches:
                end = min(until, window.since) if window is not None else until
                is_due = self._asked.get((subject, since), now.at) <= now.at
                if is_due and end - since > APART * probe.every.value:
                    yield subject, since, end

    def _work(self, run: Run, gap: Gap) -> Callable[[], tuple[Look, ...] | None]:
        subject, since, until = gap
        probe, now = probe_of(run, subject), self._session.moment().at
        assert probe is not None, subject
        sources, threshold, max_age = run.plan.sources, threshold_of(run, subject), max_age_of(run, subject)
        folder = Path(run.plan_file).parent
        return lambda: self._back(
            probe, sources, threshold, since, until, folder=folder, environ=self._environ, now=now, max_age=max_age
        )

    def _take(self, gap: Gap, looks: tuple[Look, ...]) -> Iterator[Entry]:
        subject, since, _ = gap
        probe = probe_of(self._session.run, subject)
        if probe is None or not looks:
            return
        if all(look.outcome is Outcome.ERROR for look in looks):
            # It could not be asked, which says nothing of what it knows.
            self._asked[subject, since] = self._session.moment().at + APART * probe.every.value
        stage, found = self._session.run.reading_stage, tuple(map(sample_of, looks))
        for stretch in _stretches(found, APART * probe.every.value):
            window = Window(subject, stage, looks[0].asked, stretch[-1].outcome, list(stretch))
            yield from record(self._session, window, afterwards=True)


def _stretches(looks: tuple[Sample, ...], gap: timedelta) -> Iterator[tuple[Sample, ...]]:
    """Give stretches of looks that could judge, of one outcome each and without a gap, as they are recorded."""
    stretch: list[Sample] = []
    for look in looks:
        if stretch and (look.outcome != stretch[-1].outcome or look.at - stretch[-1].at > gap):
            yield tuple(stretch)
            stretch = []
        if look.outcome in JUDGED:
            stretch.append(look)
    if stretch:
        yield tuple(stretch)
