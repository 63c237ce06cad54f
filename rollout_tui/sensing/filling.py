"""Filling: what a source's own history says of the time in which nobody looked, recorded as read afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

from ..probes import Look, Outcome
from ..run.events import Entry
from ..run.observation import JUDGED
from ..run.probed import newest_sight
from ..run.samples import Sample
from ..run.soak import gaps
from ..run.state import Run
from ..session import Session
from .question import Question, question
from .recording import Window, in_range, record, sample_of

Begin = Callable[[Callable[[], Any]], "Future[Any]"]
Back = Callable[..., "tuple[Look, ...] | None"]
Gap = tuple[Question, datetime, datetime]

_NEVER = datetime.max.replace(tzinfo=UTC)


class Filling:
    """Asks for each gap of the open phase's soak once its source answers again."""

    def __init__(self, session: Session, environ: Mapping[str, str], begin: Begin, back: Back) -> None:
        self._session, self._environ, self._begin, self._back = session, environ, begin, back
        # Until when a gap is not asked for again: one that its source knows nothing of stays one.
        self._asked: dict[tuple[Question, datetime], datetime] = {}
        self._asking: dict[Gap, Future[tuple[Look, ...] | None]] = {}

    def step(self, trusted: Run, windows: Mapping[str, Window]) -> Iterator[Entry]:
        """Ask for what is missing before the looks of `windows`, and record what has come back.

        Nothing is asked by another plan than that of the run that was `trusted`.
        """
        run = self._session.run
        if run.follows is trusted.follows and run.stage.phase is not None and run.is_started(run.stage):
            for gap in self._found(run, windows):
                self._asked[gap[:2]] = _NEVER
                self._asking[gap] = self._begin(self._work(gap))
        for gap in tuple(self._asking):
            if self._asking[gap].done():
                yield from self._take(gap, self._asking.pop(gap))

    def _found(self, run: Run, windows: Mapping[str, Window]) -> Iterator[Gap]:
        now = self._session.moment()
        for subject, stretches in gaps(run, run.stage, now).items():
            asked, window = question(run, subject), windows.get(subject)
            sight = window.outcome if window is not None else newest_sight(run, subject)
            if asked is None or sight not in JUDGED:
                continue
            for since, until in stretches:
                end = min(until, window.since) if window is not None else until
                is_due = self._asked.get((asked, since), now.at) <= now.at
                if is_due and end - since > asked.reach:
                    yield asked, since, end

    def _work(self, gap: Gap) -> Callable[[], tuple[Look, ...] | None]:
        asked, since, until = gap
        given = asked.asked_with(self._environ, self._session.moment().at)
        return lambda: self._back(asked.probe, asked.sources, asked.threshold, since, until, **given)

    def _take(self, gap: Gap, future: Future[tuple[Look, ...] | None]) -> Iterator[Entry]:
        asked, since, _ = gap
        looks = () if future.exception() is not None else future.result() or ()
        if future.exception() is not None or (looks and all(look.outcome is Outcome.ERROR for look in looks)):
            # It could not be asked, which says nothing of what it knows.
            self._asked[asked, since] = self._session.moment().at + asked.reach
        found = tuple(in_range(self._session.run, asked.subject, sample_of(look)) for look in looks)
        for stretch in _stretches(found, asked.reach):
            if question(self._session.run, asked.subject) == asked:
                window = Window(asked, stretch[-1].outcome, looks[0].asked, list(stretch))
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
