"""The demo: a rehearsal that plays itself in about a minute."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from ...errors import RolloutError
from ...people import Actor
from ...rehearsal import Rehearsal
from ...run.next import next_step
from ...settings import Settings
from ..app import NO_SETTINGS
from .captions import END, INSTEAD, YOURS, caption
from .playing import SEEN_SECONDS, PlayingApp


class DemoApp(PlayingApp):
    """Plays a rehearsal, with `pace` 1 in about a minute, whose clock jumps over what is waited for."""

    yours = YOURS

    def __init__(
        self, rehearsal: Rehearsal, operator: Actor, *, pace: float = 1, settings: Settings = NO_SETTINGS
    ) -> None:
        super().__init__(rehearsal.session, operator, pace=pace, settings=settings)
        self._rehearsal = rehearsal
        self._instead = dict(INSTEAD)

    def on_ready(self) -> None:
        # Textual calls that of each class.
        self.set_interval(1, self.tick)

    async def go_on(self) -> None:
        if not self.playing:
            return
        run, now = self.worker.run, self.worker.moment()
        step = next_step(run, now)
        words = caption(run, step, now, instead=step.item in self._instead)
        if words != self.saying:
            seconds = self.reading(words)
            if step.action in {"go", "promote"}:
                self.open_gate()
            self.say(words)
        else:
            seconds = SEEN_SECONDS
            await self._do(step.item)
        self.after(seconds)

    async def _do(self, item: str) -> None:
        instead = self._instead.pop(item, None)
        try:
            await self.worker.record_by(partial(self._rehearsal.step, instead))
        except RolloutError as error:
            self.receipts.say_not_recorded(error)
            self.take_over(YOURS)
            return
        if self.worker.run.closed is not None:
            self.take_over(END)
        self.hand_over()

    def tick(self) -> None:
        """Let the rehearsal's clock go on as clocks do, but not while a step of it moves the clock."""
        if not self.worker.recording:
            self._rehearsal.clock.advance(timedelta(seconds=1))
