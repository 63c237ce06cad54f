"""The sensor: from a key on a screen at a run to what its probes see, once somebody has trusted what they run."""

from __future__ import annotations

from ..errors import RolloutError
from ..run.probed import at_gate
from .host import AtRun, host_of
from .recorder import Recorder
from .run_worker import RunWorker


class Sensor:
    """Lets the probes of what is open look, for the screen that asks; its recorder takes what only a person reads."""

    def __init__(self, screen: AtRun, recorder: Recorder) -> None:
        self._screen, self._recorder = screen, recorder

    @property
    def can_sense(self) -> bool:
        """Whether anything that the open gate asks for has a probe."""
        worker = host_of(self._screen).worker
        return not worker.trouble and bool(at_gate(worker.run))

    @property
    def looking(self) -> int:
        """How many looks that were asked for have not come back."""
        worker = host_of(self._screen).worker
        return worker.sensing.pending if at_gate(worker.run) else 0

    def sense(self) -> None:
        """Look at all that the gate asks for; the first time, and where that has changed, ask whether it may run."""
        worker = host_of(self._screen).worker
        if worker.is_trusted(worker.run):
            self._sense(worker)
        else:
            self._ask_for_trust(worker)

    def sense_again(self) -> None:
        """Look again for a decision, if that was agreed to: nobody is asked while they decide."""
        if self.can_sense:
            worker = host_of(self._screen).worker
            if worker.is_trusted(worker.run):
                self._begin(worker)

    def _sense(self, worker: RunWorker) -> None:
        self._begin(worker)
        metrics = worker.run.sequence.metrics
        if unprobed := tuple(name for name, metric in metrics.items() if metric.probe is None):
            self._recorder.measure(unprobed)

    def _begin(self, worker: RunWorker) -> None:
        subjects = at_gate(worker.run)
        worker.sensing.ask(subjects)
        host_of(self._screen).receipts.say_looking(len(subjects))

    def _ask_for_trust(self, worker: RunWorker) -> None:
        from .. import trust
        from ..sensing.trusted import asks_of
        from .dialogs.trust import TrustForm

        asks, mine = asks_of(worker.run), trust.own()
        difference = mine.difference(worker.run.plan_file, asks)

        def decided(agreed: bool | None) -> None:
            host_of(self._screen).quiet.begin()
            if not agreed:
                return
            try:
                mine.trust(asks, worker.run.plan_file)
            except RolloutError as error:
                host_of(self._screen).receipts.say_refused(error)
            else:
                self._sense(worker)

        self._screen.app.push_screen(TrustForm(asks, difference, mine.problem), decided)
