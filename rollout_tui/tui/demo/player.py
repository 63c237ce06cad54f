"""The demo: a rehearsal that plays itself on the screen of its run, told line by line, until a key is pressed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from textual import events

from ...errors import RolloutError
from ...people import Actor
from ...rehearsal import Rehearsal
from ...run.next import next_step
from ...settings import Settings
from ..app import NO_SETTINGS, RolloutApp
from ..demo.captions import END, INSTEAD, YOURS, caption
from ..run_worker import Changed, Update
from ..screens.gate import GateScreen
from ..screens.run import RunScreen
from ..screens.run_view import RunView
from ..styled import styled
from ..widgets.lines import Lines

# How long one reads a line that is new, and looks at what a line before it announced; together about a minute.
READ_SECONDS, SEEN_SECONDS = 2.0, 0.42

_LEAVING = {"q", "ctrl+q", "ctrl+z"}


class DemoApp(RolloutApp):
    """Plays a rehearsal, with `pace` 1 in about a minute; any key hands it to the operator."""

    def __init__(
        self, rehearsal: Rehearsal, operator: Actor, *, pace: float = 1, settings: Settings = NO_SETTINGS
    ) -> None:
        super().__init__(RunScreen(), rehearsal.session, settings=settings)
        self._rehearsal, self._operator, self._pace = rehearsal, operator, pace
        self._instead = dict(INSTEAD)
        self._said: set[str] = set()
        self.saying = ""
        self.playing = True

    def on_ready(self) -> None:
        self.worker.updates.subscribe(self._drop_caption)
        self.set_interval(1, self.tick)
        self.run_worker(self.go_on())

    async def go_on(self) -> None:
        """Say what comes next, or do what was said; then once more, when there was time to see it."""
        if not self.playing:
            return
        run, now = self.worker.run, self.worker.moment()
        step = next_step(run, now)
        words = caption(run, step, now, instead=step.item in self._instead)
        if words != self.saying:
            seconds = SEEN_SECONDS if words in self._said else READ_SECONDS
            if step.action in {"go", "promote"}:
                self.open_gate()
            self._say(words)
        else:
            seconds = SEEN_SECONDS
            await self._do(step.item)
        if self.playing:
            self._after(seconds)

    async def on_event(self, event: events.Event) -> None:
        """Any key or click takes over, and does nothing else but leave."""
        if self.playing and isinstance(event, events.Key | events.MouseDown):
            self._take_over(YOURS)
            if not (isinstance(event, events.Key) and event.key in _LEAVING):
                return
        await super().on_event(event)

    def _drop_caption(self, update: Update) -> None:
        """Take the line away once the operator has recorded something: by then it has been read."""
        if isinstance(update, Changed) and update.mine is not None and not self.playing:
            for screen in self.screen_stack:
                screen.query("#caption").remove()

    def _after(self, seconds: float) -> None:
        self.set_timer(seconds * self._pace, lambda: self.run_worker(self.go_on()))

    async def _do(self, item: str) -> None:
        instead = self._instead.pop(item, None)
        try:
            await self.worker.record_by(partial(self._rehearsal.step, instead))
        except RolloutError as error:
            self.receipts.say_not_recorded(error)
            self._take_over(YOURS)
            return
        if self.worker.run.closed is not None:
            self._take_over(END)
        elif not self.playing:
            self._rehearsal.session.operator = self._operator

    def _take_over(self, words: str) -> None:
        """Stop; what is held down or typed ahead records nothing, as after every action."""
        self.playing = False
        self.quiet.begin()
        if not self.worker.recording:
            self._rehearsal.session.operator = self._operator
        self._say(words)
        # The top line names who acts.
        next(each for each in reversed(self.screen_stack) if isinstance(each, RunView)).repaint()

    def tick(self) -> None:
        """Let the rehearsal's clock go on as clocks do, but not while a step of it moves the clock."""
        if not self.worker.recording:
            self._rehearsal.clock.advance(timedelta(seconds=1))

    def _say(self, words: str) -> None:
        """Show the line above the screen at the run that is looked at."""
        self.saying = words
        self._said.add(words)
        mark = "DEMO (any key: yours) " if self.playing else ""
        for screen in self.screen_stack:
            if isinstance(screen, RunScreen | GateScreen):
                line = next(iter(screen.query("#caption").results(Lines)), None)
                if line is None:
                    line = Lines(id="caption")
                    # Before the screen has its parts, the line is the first of them.
                    screen.mount(line, before=0 if screen.children else None)
                line.show(styled((mark, ""), words))
