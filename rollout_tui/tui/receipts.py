"""What the app tells: receipts, refusals, what others recorded. Whether something is on disk is said in one place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.content import Content
from textual.notifications import Notification
from textual.widgets._toast import Toast

from ..errors import RolloutError, Unsynced
from ..run.events import Entry
from ..run.wording import describe, short_head
from ..text import safe
from .keys.binding import press
from .run_worker import RunWorker
from .screens.run_view import RunView
from .styled import EMPTY, styled
from .terminal import Guest

REFUSED = "Refused"

# A disk that takes longer than this is waited for knowingly.
SLOW_SECONDS = 0.1

# By then a notice that was taken back has left the screen.
GONE_SECONDS = 0.2


class Announcing(Guest):
    """An app at a desk; `standing` is the line that says whether the last action is on disk."""

    standing: tuple[Content, Content] = (EMPTY, EMPTY)

    @property
    def worker(self) -> RunWorker:
        """The run that is open."""
        raise NotImplementedError

    def say_recording(self) -> None:
        """Say so only where the disk keeps the operator waiting: each receipt would wait for a frame more."""
        self.set_timer(SLOW_SECONDS, partial(self._say_still_recording, self.worker))

    def _say_still_recording(self, worker: RunWorker) -> None:
        if worker.recording:
            self.standing = (styled((" recording…", "$warning")), EMPTY)
            self.repaint_all()

    def say_recorded(self, entry: Entry) -> None:
        """Show the receipt of what was just recorded, and go to what comes next."""
        run = self.worker.run
        self._clear_refusals()
        self.say_news(self.worker.news())
        words = f" ✔ recorded {short_head(entry)}  "
        self.standing = (styled((words, "$success bold"), describe(entry, run.sequence_at(entry.seq))), EMPTY)
        if run.breached and hasattr(entry.event, "metric"):
            titles = ", ".join(run.sequence.metrics[name].metric for name in sorted(run.breached))
            verb = "is" if len(run.breached) == 1 else "are"
            fire, back = press("run.trigger", "t"), press("run.roll-back", "R")
            said = f"{titles} {verb} in breach. Press {fire} to fire a trigger, {back} to roll back."
            self.notify(safe(said), severity="error", markup=False)
        self._go_on()

    def say_not_recorded(self, error: RolloutError) -> None:
        """Say that nothing was recorded, and why, until the next action."""
        self.say_news(self.worker.news())
        said = "do not go on: " if isinstance(error, Unsynced) else "not recorded: "
        self.standing = (styled((f" ✘ {said}", "$error bold"), (error.message, "$error")), EMPTY)
        self.repaint_all()
        self.say_refused(error)

    def say_lost(self, error: RolloutError) -> None:
        """Say that the journal can't be read any more: what others record is not seen, and nothing may be recorded."""
        self.standing = (styled((" ✘ the journal can't be read: ", "$error bold"), (error.message, "$error")), EMPTY)
        self.repaint_all()
        self.say_refused(error)

    def say_refused(self, error: RolloutError) -> None:
        lines = error.message.split("\n")
        shown = [*lines[:6], *([f"and {len(lines) - 6} more"] if len(lines) > 6 else [])]
        text = safe("\n".join([*shown, error.hint]).strip(), lines=True, limit=800)
        self._clear_refusals()
        self.notify(text, title=REFUSED, severity="warning", markup=False)

    def _clear_refusals(self) -> None:
        """Take back what was refused before: it is over, and notices that pile up hide the screen. News stays."""
        for notice in [each for each in self._notifications if each.title == REFUSED]:
            self._unnotify(notice)

    def _unnotify(self, notification: Notification, refresh: bool = True) -> None:
        """Draw the screen once they have gone: Textual forgets where they were when its map was out of date.

        The whole of it: to be asked for a part, a screen forgets what else was to be drawn.
        """
        was_shown = bool(self.screen.query(Toast))
        super()._unnotify(notification, refresh)
        if was_shown:
            self.set_timer(GONE_SECONDS, self._draw_whole)

    def _draw_whole(self) -> None:
        self.screen.refresh()

    def say_news(self, news: Iterable[Entry]) -> None:
        """Tell what others recorded, with their names."""
        for entry in news:
            words = f"{entry.stamp.by}: {describe(entry, self.worker.run.sequence_at(entry.seq))}"
            self.notify(safe(words), title=f"#{entry.seq}", markup=False)

    def _go_on(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, RunView):
                screen.go_to_next()

    def repaint_all(self) -> None:
        """Draw the run anew where it shows; a screen that lies below is drawn when it comes up again."""
        if self.showing is not None:
            self.showing.repaint()

    @property
    def showing(self) -> RunView | None:
        """The screen that shows the run, also from behind a dialog."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, RunView)), None)
