"""The sensor: from a key on a screen at a run to what its probes see, once somebody has trusted what they run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..errors import RolloutError
from ..run.probed import at_gate
from .host import AtRun, host_of
from .recorder import Recorder

if TYPE_CHECKING:
    from ..sensing.trusted import Untrusted
    from ..trust import Asks


class Sensor:
    """Lets the probes of what is open look, for the screen that asks; its recorder takes what only a person reads."""

    def __init__(self, screen: AtRun, recorder: Recorder) -> None:
        self._screen, self._recorder = screen, recorder
        # Whether what would run is being read from disk.
        self._is_asking = False

    @property
    def can_sense(self) -> bool:
        """Whether anything that the open gate asks for has a probe."""
        worker = host_of(self._screen).worker
        return not worker.trouble and bool(at_gate(worker.run))

    @property
    def looking(self) -> int:
        """How many looks that were asked for have not come back."""
        worker = host_of(self._screen).worker
        subjects = at_gate(worker.run)
        return worker.sensing.pending or len(subjects) * self._is_asking if subjects else 0

    def sense(self) -> None:
        """Look at all that the gate asks for; the first time, and where that has changed, ask whether it may run."""
        if not self._is_asking:
            self._is_asking = True
            self._screen.run_worker(self._sense_or_ask())

    def sense_again(self) -> None:
        """Look again for a decision, if that was agreed to: nobody is asked while they decide."""
        if self.can_sense and not self._is_asking:
            self._is_asking = True
            self._screen.run_worker(self._sense_if_trusted())

    async def _sense_or_ask(self) -> None:
        found = await self._untrusted()
        if found is None:
            self._sense()
        elif self._screen.is_on_top:
            self._ask_for_trust(found)

    async def _sense_if_trusted(self) -> None:
        if await self._untrusted() is None:
            self._begin()

    async def _untrusted(self) -> Untrusted | None:
        """Ask beside the screen, which waits for no disk."""
        from ..sensing.trusted import untrusted

        worker = host_of(self._screen).worker
        try:
            return await asyncio.to_thread(untrusted, worker.run, worker.entries, worker.trusts, worker.vouch)
        finally:
            self._is_asking = False

    def _sense(self) -> None:
        self._begin()
        metrics = host_of(self._screen).worker.run.sequence.metrics
        unprobed = tuple(name for name, metric in metrics.items() if metric.probe is None)
        if unprobed and self._screen.is_on_top:
            self._recorder.measure(unprobed)

    def _begin(self) -> None:
        worker = host_of(self._screen).worker
        subjects = at_gate(worker.run)
        worker.sensing.ask(subjects)
        host_of(self._screen).receipts.say_looking(len(subjects))

    def _ask_for_trust(self, found: Untrusted) -> None:
        from .dialogs.trust import TrustForm

        plan_file = host_of(self._screen).worker.run.plan_file

        def decided(agreed: bool | None) -> None:
            host_of(self._screen).quiet.begin()
            if agreed:
                self._screen.run_worker(self._trust(found.asks, plan_file))

        self._screen.app.push_screen(TrustForm(found.asks, found.difference, found.problem, found.unvouched), decided)

    async def _trust(self, asks: Asks, plan_file: str) -> None:
        from .. import trust

        try:
            await asyncio.to_thread(trust.own().trust, asks, plan_file)
        except RolloutError as error:
            host_of(self._screen).receipts.say_refused(error)
        else:
            self._sense()
