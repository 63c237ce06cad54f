"""The app: it opens screens, looks for what others recorded, and leaves the terminal as it found it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen

from ..errors import RolloutError
from ..people import same_person
from ..run.intents import ACTIONS
from ..run.news import news_for
from ..session import Session
from ..settings import Settings
from . import terminal_title
from .alarm import Alarms
from .configuring import configure, has_few_colours
from .keyed_app import LEFT_WAITING, KeyedApp
from .keys.binding import ROLL_BACK, key
from .notices import REFUSED, SETTINGS, SOAK_OVER, Notices
from .quiet_time import QuietTime
from .receipts import Receipts
from .rescue import offer_copy
from .run_worker import RunWorker
from .screens.run_view import RunView
from .signing import Signing
from .terminal import Terminal

if TYPE_CHECKING:
    from ..signing.signer import Signs

LOOK_SECONDS = 0.5
NO_SETTINGS = Settings()


class RolloutApp(KeyedApp):
    """One operator's screens, beginning with `first`; `quiet` is how long no key may have recorded before one does."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "rollout"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-normal"), (100, "-wide"), (150, "-huge")]  # noqa: RUF012 (Textual declares it for instances)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-normal-height"), (34, "-tall")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        key("question_mark", "help", "app.help", "Show every key that acts here", "Help"),
        key("colon", "command_palette", "app.palette", "Search for a command"),
        key("exclamation_mark", "notices", "app.notices", "Show every notice whole"),
        key("ctrl+z", "suspend_process", "app.suspend", "Back to the shell; fg returns"),
        key("q", "leave", "app.quit", "Leave; the run stays as it is and can be resumed", "Quit"),
        key("ctrl+q", "leave", "app.quit-too", "Leave"),
        key("R", "roll_back", ROLL_BACK, "Roll back: choose a scenario, walk its steps"),
    ]

    def __init__(
        self,
        first: Screen[None],
        session: Session | None = None,
        *,
        quiet: float | None = None,
        settings: Settings = NO_SETTINGS,
        operator: str = "",
        signer: Signs | None = None,
        asks_to_sign: bool = False,
    ) -> None:
        super().__init__()
        # Before anything is drawn: a theme that is set later reads every style sheet again.
        self.mistakes = configure(self, settings)
        self.quiet = QuietTime(quiet, self.set_timer)
        self.notices = Notices()
        self.receipts = Receipts(self, self.notices)
        who = session.operator.name if session else operator
        self.signing = Signing(self, settings, who, signer, asks=asks_to_sign)
        self._first = first
        self._worker = RunWorker(session) if session is not None else None
        self._terminal = Terminal(self, self.close_run)
        self._soak_bell, self._alarms = terminal_title.SoakBell(), Alarms()

    def get_default_screen(self) -> Screen[None]:
        """Begin with the first screen, instead of an empty one below it."""
        return self._first

    @property
    def worker(self) -> RunWorker:
        """The run that is open."""
        assert self._worker is not None
        return self._worker

    def on_mount(self) -> None:
        self.set_class(has_few_colours(self), "-few-colours")
        self._terminal.begin()
        if self._worker is not None:
            self._begin_run(self._worker)
        self.set_interval(LOOK_SECONDS, self.look)
        if self.mistakes:
            self.notices.say(SETTINGS, "\n".join(self.mistakes))

    def open_run(self, session: Session) -> None:
        """Show a run over the home screen."""
        from .screens.run import RunScreen

        self.close_run()
        self._worker = RunWorker(session)
        self.push_screen(RunScreen())
        self._begin_run(self._worker)

    def _begin_run(self, worker: RunWorker) -> None:
        """Tell over the run's screen what is known of it; a rollback under way opens at once."""
        self.receipts.follow(worker)
        self.signing.follow(worker)
        self._alarms = Alarms()
        worker.updates.subscribe(partial(offer_copy, self, worker))
        # What follows is asked when the screen is there: nobody waits for it.
        self.call_after_refresh(lambda: self.run_worker(worker.judge(), group="judge"))
        if not worker.read_only and worker.signer is None:
            self.signing.choose(worker.sign_by)
        if worker.run.rolling_back:
            self.open_rollback()
        elif self._has_news():
            self.open_catch_up()

    def _has_news(self) -> bool:
        """Whether others recorded something since this operator last did."""
        newest = self.worker.entries[-1:]
        return self.worker.run.closed is None and any(
            not same_person(each.actor, self.worker.operator, self.worker.run.identity) for each in newest
        )

    def open_catch_up(self) -> None:
        from .screens.catch_up import CatchUpScreen

        if not isinstance(self.screen, CatchUpScreen):
            entries, unseen, who = self.worker.entries, self.notices.news, self.worker.operator
            # What came before this operator's own last entry may be news all the same.
            news = news_for(entries[: unseen[0].seq] if unseen else entries, who, self.worker.run.identity)
            self.push_screen(CatchUpScreen(news))
        self.notices.take_news_back()

    def open_gate(self) -> None:
        from .screens.gate import GateScreen

        if not isinstance(self.screen, GateScreen):
            self.push_screen(GateScreen(self.worker.run.stage.id))

    def open_rollback(self) -> None:
        from .screens.rollback import RollbackScreen

        run = self.worker.run
        if self.worker.is_appending:
            self.receipts.say_refused(RolloutError("An entry is being written.", "Press the key again in a moment."))
        elif self.worker.read_only and not run.rolling_back:
            self.receipts.say_refused(RolloutError(f"The log is read-only: {self.worker.read_only}."))
        elif not run.deployed or run.closed is not None:
            why = "The run is closed." if run.closed else "Nothing is deployed yet: the go was not given."
            self.receipts.say_refused(RolloutError(why, "" if run.closed else "Before the go a run is aborted: A."))
        elif isinstance(self.screen, RollbackScreen):
            return
        else:
            # It wins over everything else.
            self.signing.give_up()
            self.signing.go_on_unsigned()
            self.back_to_run()
            self.push_screen(RollbackScreen())

    def back_to_run(self) -> None:
        """Leave whatever lies over the run screen."""
        from .screens.run import RunScreen

        while len(self.screen_stack) > 1 and not isinstance(self.screen, RunScreen):
            self.pop_screen()

    def show_item(self, name: str) -> None:
        from .screens.run import RunScreen

        self.back_to_run()
        if isinstance(self.screen, RunScreen):
            self.screen.show_item(name)

    # Keys

    @on(Driver.SignalResume)
    def _draw_anew(self) -> None:
        """Back from the shell, nothing of the screen is left."""
        self.refresh(layout=True)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every action of the table of intents, then what Textual offers."""
        if isinstance(screen, RunView):
            for action in ACTIONS:
                yield SystemCommand(action.title, action.help, partial(screen.act, action.name))
            if not self.worker.recording:
                said = "Sign what you record from now on, or no more"
                yield SystemCommand("Sign by your key", said, partial(self.signing.change, self.worker))
        yield from super().get_system_commands(screen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Over a run that is open every screen rolls back: its log, its plan and its dialogs too."""
        return self._worker is not None if action == "roll_back" else super().check_action(action, parameters)

    def action_roll_back(self) -> None:
        self.open_rollback()

    def action_suspend_process(self) -> None:
        """Stop for the shell, but not in the middle of an append: others would wait for its lock."""
        if self._worker is not None and self._worker.is_appending:
            self.receipts.say_refused(RolloutError("An entry is being written.", "Press ctrl+z again in a moment."))
        else:
            with self._worker.resting() if self._worker is not None else nullcontext():
                super().action_suspend_process()

    def action_help(self) -> None:
        from .dialogs.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.screen.active_bindings.values()))

    def action_notices(self) -> None:
        from .dialogs.notices import NoticesDialog

        if any(self.notices.whole()) and not isinstance(self.screen, NoticesDialog):
            self.push_screen(NoticesDialog())

    def action_leave(self) -> None:
        from .dialogs.question import Question
        from .screens.home import HomeScreen

        if self._worker is not None and self._worker.run.rolling_back:
            asked = "A rollback is under way, and its clock goes on."
            question = Question(asked, "The run stays on disk: rollout resume.", "quit")
            self.push_screen(question, lambda yes: self.exit(self._exit_code()) if yes else None)
            return
        under_run = [screen for screen in self.screen_stack if isinstance(screen, HomeScreen)]
        if under_run and self.screen is not under_run[0]:
            while self.screen is not under_run[0]:
                self.pop_screen()
            self.close_run()
            return
        self.exit(self._exit_code())

    # Others, signals, crashes

    async def look(self) -> None:
        """Look once whether the terminal has gone, a soak has ended, or others recorded something."""
        self._terminal.leave_if_gone()
        worker = self._worker
        if worker is not None and not worker.is_appending:
            await worker.look()
            await worker.sense()
            if worker is self._worker:
                self._call_back(worker)

    def _call_back(self, worker: RunWorker) -> None:
        """Keep the terminal's title true, and ring once for an alarm and when a soak ends, for who looks elsewhere."""
        run, now, found = worker.run, worker.moment(), worker.condition()
        self._terminal.set_title(terminal_title.title(run, now, found))
        if self._alarms.rings(found):
            self.bell()
        if self._soak_bell.rings(run, now):
            self.bell()
            self.notices.say(SOAK_OVER, terminal_title.soak_over_words(run))

    def _exit_code(self) -> int:
        if self._worker is None:
            return 0
        closed = self._worker.run.closed
        if closed is None:
            return 3
        return 0 if closed.outcome == "completed" else 4

    def close_run(self) -> None:
        is_given_up = self.signing.give_up()
        if self._worker is not None:
            self._worker.close()
            self._worker = None
            self.notices.leave_run()
            if is_given_up:
                self.notices.say(REFUSED, LEFT_WAITING)

    async def on_unmount(self) -> None:
        """Wait for an append under way away from the screen's thread: its outcome is known when the app has gone."""
        self._terminal.end()
        self.signing.give_up()
        if self._worker is not None:
            await asyncio.to_thread(self._worker.close)
