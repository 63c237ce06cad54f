"""The demo with probes: a run against a shop of its own, in real time, that is seen to go wrong and is rolled back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ...demo.exporter import FLAG
from ...errors import RolloutError
from ...people import Actor
from ...run.intents import Go, Promote, RollBack
from ...session import Session
from ...settings import Settings
from ..app import NO_SETTINGS
from .playing import PlayingApp
from .story import END, YOURS, Move, percent, told

# Nobody can read on while this goes on by itself, so each line has time.
_SLOWER = 2.2
_WAIT_SECONDS = 0.5
_LOOK_AGAIN = timedelta(seconds=3)


class CanaryApp(PlayingApp):
    """Plays a run whose probes read a shop, and tells the shop by `expose` how many of its users get the new version.

    `trusts` is the digest of what the plan's probes ask, which the demo has written itself.
    """

    yours = YOURS

    def __init__(
        self,
        session: Session,
        operator: Actor,
        expose: Callable[[float], None],
        *,
        trusts: str = "",
        pace: float = 1,
        settings: Settings = NO_SETTINGS,
    ) -> None:
        super().__init__(session, operator, pace=pace, settings=settings)
        self.worker.trusts = trusts
        self._expose, self._percent = expose, 0.0
        self._looked: datetime | None = None

    def on_ready(self) -> None:
        # Whoever plays, the shop follows what is recorded.
        self.worker.updates.subscribe(lambda _: self._follow())

    def _follow(self) -> None:
        now = percent(self.worker.run, FLAG)
        if now != self._percent:
            self._percent = now
            self._expose(now)

    async def go_on(self) -> None:
        if not self.playing:
            return
        words, move = told(self.worker.run, self.worker.moment())
        if words != self.saying:
            if isinstance(move, Go | Promote):
                self.open_gate()
            seconds = _SLOWER * self.reading(words)
            self.say(words)
        else:
            seconds = _WAIT_SECONDS
            await self._do(move)
        self.after(seconds)

    async def _do(self, move: Move) -> None:
        if isinstance(move, tuple):
            self._look(move)
        elif not self.worker.sensing.pending:
            try:
                await self.worker.record(move)
            except RolloutError as error:
                self.receipts.say_not_recorded(error)
                self.take_over(YOURS)
                return
            if isinstance(move, RollBack):
                self.open_rollback()
            if self.worker.run.closed is not None:
                self.take_over(END)
            self.hand_over()

    def _look(self, subjects: tuple[str, ...]) -> None:
        """Look at these, and give them some time before the next look."""
        now = self.worker.moment().at
        if subjects and (self._looked is None or now - self._looked >= _LOOK_AGAIN):
            self._looked = now
            self.worker.sensing.ask(subjects)
