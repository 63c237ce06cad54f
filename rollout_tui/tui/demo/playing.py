"""What plays itself on the screen of its run, told line by line, until a key is pressed."""

from __future__ import annotations

from abc import abstractmethod

from textual import events

from ...people import Actor
from ...session import Session
from ...settings import Settings
from ..app import NO_SETTINGS, RolloutApp
from ..screens.gate import GateScreen
from ..screens.rollback import RollbackScreen
from ..screens.run import RunScreen
from ..screens.run_view import RunView
from ..styled import styled
from ..updates import Changed, Update
from ..widgets.lines import Lines

# How long one reads a line that is new, and looks at what a line before it announced.
READ_SECONDS, SEEN_SECONDS = 2.0, 0.42

_LEAVING = {"q", "ctrl+q", "ctrl+z"}


class PlayingApp(RolloutApp):
    """Plays a run, with `pace` 1 as fast as one reads; any key hands it to the operator, which `yours` then says."""

    yours = ""

    def __init__(self, session: Session, operator: Actor, *, pace: float = 1, settings: Settings = NO_SETTINGS) -> None:
        super().__init__(RunScreen(), session, settings=settings)
        self._session, self._operator, self._pace = session, operator, pace
        self._said: set[str] = set()
        self.saying = ""
        self.playing = True

    def on_ready(self) -> None:
        self.worker.updates.subscribe(self._drop_caption)
        self.run_worker(self.go_on())

    @abstractmethod
    async def go_on(self) -> None:
        """Say what comes next, or do what was said; then once more, when there was time to see it."""

    async def on_event(self, event: events.Event) -> None:
        """Any key or click takes over, and does nothing else but leave."""
        if self.playing and isinstance(event, events.Key | events.MouseDown):
            self.take_over(self.yours)
            if not (isinstance(event, events.Key) and event.key in _LEAVING):
                return
        await super().on_event(event)

    def take_over(self, words: str) -> None:
        """Stop; what is held down or typed ahead records nothing, as after every action."""
        self.playing = False
        self.quiet.begin()
        self.hand_over()
        self.say(words)
        # The top line names who acts.
        next(each for each in reversed(self.screen_stack) if isinstance(each, RunView)).repaint()

    def hand_over(self) -> None:
        """Let the operator act from here on, once what is being recorded is."""
        if not self.playing and not self.worker.recording:
            self._session.operator = self._operator

    def reading(self, words: str) -> float:
        """Give the seconds that one reads a line for: it is new once."""
        return SEEN_SECONDS if words in self._said else READ_SECONDS

    def after(self, seconds: float) -> None:
        """Go on after so long, if nobody has taken over."""
        if self.playing:
            self.set_timer(seconds * self._pace, lambda: self.run_worker(self.go_on()))

    def say(self, words: str) -> None:
        """Show the line above the screen at the run that is looked at."""
        self.saying = words
        self._said.add(words)
        mark = "DEMO (any key: yours) " if self.playing else ""
        for screen in self.screen_stack:
            if isinstance(screen, RunScreen | GateScreen | RollbackScreen):
                line = next(iter(screen.query("#caption").results(Lines)), None)
                if line is None:
                    line = Lines(id="caption")
                    # Before the screen has its parts, the line is the first of them.
                    screen.mount(line, before=0 if screen.children else None)
                line.show(styled((mark, ""), words))

    def _drop_caption(self, update: Update) -> None:
        """Take the line away once the operator has recorded something: by then it has been read."""
        if isinstance(update, Changed) and update.mine is not None and not self.playing:
            for screen in self.screen_stack:
                screen.query("#caption").remove()
