"""Sensing: a session that looks for itself. It reads, fires and holds; it signs nothing and opens no gate.

A look takes as long as its server does, so each has a thread of its own, and nobody waits for it. Who owns the session
calls `step` again and again: it takes what was seen since, records what is due, and begins the next looks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime, timedelta
from typing import Any

from ..errors import Refused, RolloutError, UsageError
from ..probes import Look, look, look_back
from ..run.events import Entry
from ..run.observation import FAIL, RECORD_EVERY, Sight
from ..run.probed import in_soak, is_change, newest_sight
from ..run.samples import Sample
from ..run.soak import soak_left, soak_left_with
from ..run.state import Run
from ..session import Session
from .filling import Begin, Filling
from .question import Question, question
from .recording import Window, in_range, look_of, record, sample_of
from .sustained import Sustained

# So many milliseconds apart the first looks begin, so that a server is not asked everything at once.
_STAGGER = 250
_MOMENT_SECONDS = 0.2

_NOTHING = timedelta(0)


def in_thread(work: Callable[[], Any]) -> Future[Any]:
    """Begin a look in a thread of its own, which keeps nobody from leaving."""
    future: Future[Any] = Future()

    def see() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 (told where the look is taken)
            future.set_exception(error)

    try:
        threading.Thread(target=see, name="probe", daemon=True).start()
    except RuntimeError as error:
        future.set_exception(error)
    return future


class Sensing:
    """What one session senses of its run; `environ` is where the plan's variables are taken from.

    Only what `is_trusted` says may run is looked at, now or in a source's history. The loop is done by who has the
    run's lease, which only who trusts it takes; `prober` names who else has it, and is None before anybody needs it.
    `why_not` says why nobody looks where somebody should.
    One that does not `loop` looks at what it is asked for alone.
    """

    def __init__(
        self,
        session: Session,
        is_trusted: Callable[[Run], bool],
        environ: Mapping[str, str],
        begin: Begin = in_thread,
        look: Callable[..., Look] = look,
        back: Callable[..., tuple[Look, ...] | None] = look_back,
        *,
        loops: bool = True,
    ) -> None:
        self._session, self._is_trusted, self._environ = session, is_trusted, environ
        self._begin, self._look, self._loops = begin, look, loops
        self._looking: dict[str, tuple[Question, Future[Look]]] = {}
        # By the clock that nobody sets, in milliseconds.
        self._next: dict[str, int] = {}
        self._asked: set[str] = set()
        self._windows: dict[str, Window] = {}
        self._sustained: dict[str, tuple[Question, Sustained]] = {}
        self._filling = Filling(session, environ, begin, back)
        self.prober: str | None = None
        self.why_not = ""

    @property
    def pending(self) -> int:
        """How many looks that somebody asked for are not recorded yet."""
        return len(self._asked)

    @property
    def is_busy(self) -> bool:
        """Whether a step has anything to do beside the soak."""
        return bool(self._asked or self._looking)

    def unrecorded(self, subject: str) -> tuple[Sample, ...]:
        """Give the looks at a subject that no entry holds yet, the oldest first."""
        window = self._windows.get(subject)
        return tuple(window.looks) if window is not None else ()

    def ask(self, subjects: Iterable[str]) -> None:
        """Look at these at once, and record what is seen, whatever it is."""
        self._asked.update(subjects)

    def wait(self) -> None:
        """Wait until a look that was begun has come back, or a moment: another thread may have taken a signal."""
        wait((future for _, future in self._looking.values()), _MOMENT_SECONDS, return_when=FIRST_COMPLETED)

    def step(self) -> Iterator[Entry]:
        """Begin the looks that are due, take those that have come back, and record what is due of them.

        Each entry is given when it is recorded. Raises RolloutError where something could not be: the next step tries
        it again; Refused once where nobody trusted what would run.
        """
        run = self._session.run
        if run.closed is not None or self._session.read_only:
            self._drop()
            self._session.end_lease()
            return
        if (self.is_busy or self._again(run)) and not self._is_trusted(run):
            # Nobody here trusted it, or something else would run by now: what was seen before that is kept.
            yield from self.end()
            self._tell_untrusted(run)
            return
        self.why_not = ""
        is_prober, no_lease = self._has_lease(run)
        self._begin_due(run, self._again(run) if is_prober else ())
        for subject in tuple(self._looking):
            yield from self._take(subject)
        if is_prober:
            yield from self._record_due()
            yield from self._filling.step(run, self._windows)
        if no_lease is not None:
            raise no_lease

    def end(self) -> Iterator[Entry]:
        """Record what was seen and look no more, so that somebody else can."""
        try:
            for subject in tuple(self._windows):
                yield from self._record(subject)
        finally:
            self._drop()
            self._session.end_lease()

    def _again(self, run: Run) -> tuple[str, ...]:
        return in_soak(run) if self._loops else ()

    def _tell_untrusted(self, run: Run) -> None:
        """Say once that nothing looks, and what would let it; not where somebody else does."""
        self.prober = self._session.take_lease() or None
        self._session.end_lease()
        before, self.why_not = self.why_not, ""
        if self.prober is None:
            self.why_not = "what the plan's probes would run is not trusted, or has changed since"
            if not before:
                raise Refused(f"Nothing looks: {self.why_not}.", f"See and trust it: m, or rollout trust {run.id}.")

    def _has_lease(self, run: Run) -> tuple[bool, RolloutError | None]:
        """Whether this is who looks again and again, and why that can't be known; what was asked for needs no lease."""
        if not self._again(run):
            return False, None
        try:
            self.prober = self._session.take_lease()
        except RolloutError as error:
            return False, error
        return not self.prober, None

    def _drop(self) -> None:
        for each in (self._looking, self._next, self._asked, self._windows, self._sustained):
            each.clear()

    # Looking

    def _begin_due(self, run: Run, again: tuple[str, ...]) -> None:
        now = self._session.moment()
        for place, subject in enumerate(again):
            self._next.setdefault(subject, now.up_ms + place * _STAGGER)
        due = {*self._asked, *(each for each in again if self._next[each] <= now.up_ms)} - self._looking.keys()
        for subject in due:
            if (asked := question(run, subject)) is None:
                self._asked.discard(subject)
            else:
                self._next[subject] = now.up_ms + int(asked.probe.every.value.total_seconds() * 1000)
                self._looking[subject] = (asked, self._begin(self._work(asked, now.at)))

    def _work(self, asked: Question, now: datetime) -> Callable[[], Look]:
        given = asked.asked_with(self._environ, now)
        return lambda: self._look(asked.probe, asked.sources, asked.threshold, **given)

    def _take(self, subject: str) -> Iterator[Entry]:
        """Put a look that has come back to its window, and record that where it changes what is known."""
        asked, future = self._looking[subject]
        if not future.done():
            return
        if question(self._session.run, subject) != asked:
            # The run asks something else by now: what was asked for is looked at anew.
            del self._looking[subject]
            return
        seen = look_of(future, self._session.moment().at)
        sample = in_range(self._session.run, subject, sample_of(seen))
        before = self._windows.get(subject)
        sustained = self._sustained_of(asked)
        outcome = sustained.would_be(sample) if sustained is not None else sample.outcome
        if before is not None and not _goes_on(before, asked, outcome, sample.at):
            yield from self._record(subject)
            before = None
        window = self._windows[subject] = before or Window(asked, outcome, seen.asked)
        del self._looking[subject]
        self._put(window, sample, outcome, sustained)
        if subject in self._asked or self._is_news(window):
            yield from self._record(subject)
            self._asked.discard(subject)

    def _put(self, window: Window, sample: Sample, outcome: Sight, sustained: Sustained | None) -> None:
        window.looks.append(sample)
        window.outcome = outcome
        if sustained is not None:
            sustained.add(sample)
            window.reason = sustained.words
            if outcome == FAIL and len(sustained.window) > len(window.looks):
                # It is taken by all of what it fires by.
                window.looks = list(sustained.window)

    def _sustained_of(self, asked: Question) -> Sustained | None:
        """Give what counts for a trigger that has to be in breach for long: anew where another is asked for."""
        if asked.trigger is None or not asked.trigger.for_.value:
            return None
        before, sustained = self._sustained.get(asked.subject, (None, None))
        if sustained is None or before != asked:
            sustained = Sustained(asked.trigger)
            self._sustained[asked.subject] = asked, sustained
        return sustained

    # Recording

    def _is_news(self, window: Window) -> bool:
        return is_change(newest_sight(self._session.run, window.asked.subject), window.outcome)

    def _record_due(self) -> Iterator[Entry]:
        """Record what nothing changed in for long, what could not be recorded before, and what ends the soak."""
        is_over = self._ends_soak()
        for subject, window in tuple(self._windows.items()):
            is_metric = subject in self._session.run.sequence.metrics
            is_long = window.until - window.since >= RECORD_EVERY
            if is_long or (is_over and is_metric) or self._is_news(window):
                yield from self._record(subject)

    def _ends_soak(self) -> bool:
        """Whether the soak would be over if all looks were recorded."""
        run, now = self._session.run, self._session.moment()
        metrics = {name: window for name, window in self._windows.items() if name in run.sequence.metrics}
        if not metrics or run.stage.phase is None or not run.is_started(run.stage):
            return False
        # Looks add no more than the time since the first of them, with the gap before it that they close.
        most = now.at - min(each.since - each.asked.reach for each in metrics.values())
        if not _NOTHING < soak_left(run, run.stage, now) <= most:
            return False
        looks = {name: [(window.since, window.until, window.outcome)] for name, window in metrics.items()}
        return not soak_left_with(run, run.stage, now, looks)

    def _record(self, subject: str) -> Iterator[Entry]:
        """Record a window; one that the run does not take can never be, and goes too."""
        try:
            yield from record(self._session, self._windows[subject])
        except (Refused, UsageError):
            del self._windows[subject]
            raise
        del self._windows[subject]


def _goes_on(window: Window, asked: Question, outcome: Sight, at: datetime) -> bool:
    """Whether a look belongs to the looks before it: a window has no gap in it, such as a computer that slept."""
    is_near = _NOTHING <= at - window.until <= asked.reach
    return is_near and window.asked == asked and not is_change(window.outcome, outcome)
