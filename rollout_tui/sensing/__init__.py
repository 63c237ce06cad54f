"""Sensing: a session that looks for itself. It reads, fires and holds; it signs nothing and opens no gate.

A look takes as long as its server does, so each has a thread of its own, and nobody waits for it. Who owns the session
calls `step` again and again: it takes what was seen since, records what is due, and begins the next looks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ..errors import Refused
from ..probes import Look, look, look_back
from ..run.events import Entry
from ..run.observation import FAIL, RECORD_EVERY, Sight
from ..run.probed import APART, in_soak, is_change, max_age_of, newest_sight, probe_of, threshold_of
from ..run.samples import Sample
from ..run.soak import soak_left, soak_left_with
from ..run.state import Run
from ..session import Session
from .filling import Begin, Filling
from .recording import Window, in_range, record, sample_of
from .sustained import Sustained

# So much apart the first looks begin, so that a server is not asked everything at once.
_APART = timedelta(seconds=0.25)


def in_thread(work: Callable[[], Any]) -> Future[Any]:
    """Begin a look in a thread of its own, which keeps nobody from leaving."""
    future: Future[Any] = Future()

    def see() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 (raised again where the look is taken)
            future.set_exception(error)

    threading.Thread(target=see, name="probe", daemon=True).start()
    return future


class Sensing:
    """What one session senses of its run; `environ` is where the plan's variables are taken from.

    Only what `is_trusted` says may run is looked at, now or in a source's history. The loop is done by who has the
    run's lease, which only who trusts it takes; `prober` names who else has it, and is None before anybody needs it.
    """

    def __init__(
        self,
        session: Session,
        is_trusted: Callable[[Run], bool],
        environ: Mapping[str, str],
        begin: Begin = in_thread,
        look: Callable[..., Look] = look,
        back: Callable[..., tuple[Look, ...] | None] = look_back,
    ) -> None:
        self._session, self._is_trusted, self._environ = session, is_trusted, environ
        self._begin, self._look = begin, look
        self._looking: dict[str, tuple[str, Future[Look]]] = {}
        self._next: dict[str, datetime] = {}
        self._asked: set[str] = set()
        self._windows: dict[str, Window] = {}
        self._sustained: dict[str, Sustained] = {}
        self._filling = Filling(session, environ, begin, back)
        self.prober: str | None = None
        self._is_told = False

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
        """Wait until a look that was begun has come back; each ends with its deadline."""
        wait((future for _, future in self._looking.values()), return_when=FIRST_COMPLETED)

    def step(self) -> Iterator[Entry]:
        """Begin the looks that are due, take those that have come back, and record what is due of them.

        Each entry is given when it is recorded. Raises RolloutError where something could not be: the next step tries
        it again; Refused once where nobody trusted what would run.
        """
        run = self._session.run
        if run.closed is not None or self._session.read_only:
            self._drop()
            return
        if (self.is_busy or in_soak(run)) and not self._is_trusted(run):
            # Nobody here trusted it, or something else would run by now: what was seen before that is kept.
            yield from self._record_all()
            self._drop()
            self.prober = self._session.take_lease() or None
            self._session.end_lease()
            if self.prober is None:
                self._tell_untrusted(run)
            return
        self._is_told = False
        is_prober = self._has_lease()
        self._begin_due(in_soak(self._session.run) if is_prober else ())
        for subject in tuple(self._looking):
            yield from self._take(subject)
        if is_prober:
            yield from self._record_due()
            yield from self._filling.step(self._windows)

    def _tell_untrusted(self, run: Run) -> None:
        """Say once that nothing looks, and what would let it."""
        if not self._is_told:
            self._is_told = True
            said = "Nothing looks: what the plan's probes would run is not trusted, or has changed since."
            raise Refused(said, f"See and trust it: m, or rollout trust {run.id}.")

    def _has_lease(self) -> bool:
        """Whether this is who looks again and again; nobody has to before there is something to look at."""
        if not in_soak(self._session.run):
            return False
        self.prober = self._session.take_lease()
        return not self.prober

    def _drop(self) -> None:
        for each in (self._looking, self._next, self._asked, self._windows):
            each.clear()

    # Looking

    def _begin_due(self, again: tuple[str, ...]) -> None:
        now, run = self._session.moment().at, self._session.run
        for place, subject in enumerate(again):
            self._next.setdefault(subject, now + place * _APART)
        due = {*self._asked, *(each for each in again if self._next[each] <= now)} - self._looking.keys()
        for subject in due:
            if (probe := probe_of(run, subject)) is None:
                self._asked.discard(subject)
            else:
                self._next[subject] = now + probe.every.value
                self._looking[subject] = (run.reading_stage, self._begin(self._work(run, subject, now)))

    def _work(self, run: Run, subject: str, now: datetime) -> Callable[[], Look]:
        probe = probe_of(run, subject)
        assert probe is not None, subject
        sources, threshold, max_age = run.plan.sources, threshold_of(run, subject), max_age_of(run, subject)
        folder = Path(run.plan_file).parent
        return lambda: self._look(
            probe, sources, threshold, folder=folder, environ=self._environ, now=now, max_age=max_age
        )

    def _take(self, subject: str) -> Iterator[Entry]:
        """Put a look that has come back to its window, and record that where it changes what is known."""
        stage, future = self._looking[subject]
        if not future.done():
            return
        del self._looking[subject]
        run, seen = self._session.run, future.result()
        is_asked = subject in self._asked
        self._asked.discard(subject)
        if stage != run.reading_stage or probe_of(run, subject) is None:
            return
        sample = in_range(run, subject, sample_of(seen))
        outcome, sustained = self._outcome(run, subject, sample)
        before = self._windows.get(subject)
        if before is not None and not _goes_on(run, before, stage, outcome, sample.at):
            yield from self._record(subject)
            before = None
        window = before or Window(subject, stage, seen.asked, outcome)
        self._windows[subject] = window
        window.looks.append(sample)
        window.outcome, window.reason = outcome, sustained.words if sustained is not None else ""
        is_new = is_change(newest_sight(self._session.run, subject), outcome)
        if is_new and outcome == FAIL and sustained is not None:
            window.looks = list(sustained.window)
        if is_new or is_asked:
            yield from self._record(subject)

    def _outcome(self, run: Run, subject: str, sample: Sample) -> tuple[Sight, Sustained | None]:
        item = run.sequence.items.get(subject)
        trigger = item.trigger if item is not None else None
        if trigger is None or not trigger.for_.value:
            return sample.outcome, None
        sustained = self._sustained.setdefault(subject, Sustained(trigger))
        return sustained.outcome(sample), sustained

    # Recording

    def _record_due(self) -> Iterator[Entry]:
        """Record what nothing changed in for long, and the metrics where that ends the soak."""
        is_over = self._ends_soak()
        for subject, window in tuple(self._windows.items()):
            is_metric = subject in self._session.run.sequence.metrics
            if window.until - window.since >= RECORD_EVERY or (is_over and is_metric):
                yield from self._record(subject)

    def _record_all(self) -> Iterator[Entry]:
        for subject in tuple(self._windows):
            yield from self._record(subject)

    def _ends_soak(self) -> bool:
        """Whether the soak would be over if all looks were recorded."""
        run, now = self._session.run, self._session.moment()
        if run.stage.phase is None or not run.is_started(run.stage) or not soak_left(run, run.stage, now):
            return False
        metrics = {name: window for name, window in self._windows.items() if name in run.sequence.metrics}
        looks = {name: [(window.since, window.until, window.outcome)] for name, window in metrics.items()}
        return bool(looks) and not soak_left_with(run, run.stage, now, looks)

    def _record(self, subject: str) -> Iterator[Entry]:
        yield from record(self._session, self._windows[subject])
        del self._windows[subject]


def _goes_on(run: Run, window: Window, stage: str, outcome: Sight, at: datetime) -> bool:
    """Whether a look belongs to the looks before it: a window has no gap in it, such as a computer that slept."""
    probe = probe_of(run, window.subject)
    is_near = probe is not None and at - window.until <= APART * probe.every.value
    return is_near and window.stage == stage and not is_change(window.outcome, outcome)
