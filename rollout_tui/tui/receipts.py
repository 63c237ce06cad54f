"""Receipts: whether the last action is on disk, said in one line; and notices of refusals and of others' entries."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from ..errors import RolloutError, Unsynced
from ..run.events import Entry
from ..run.state import Run
from ..run.wording import describe, short_head
from ..text import safe
from .keys.binding import press
from .run_worker import Changed, DoesNotFollow, Doubtful, Lost, RunWorker, Update
from .styled import EMPTY, MUTED, Part, styled
from .subscribers import Subscribers
from .textual_private import BaseApp

REFUSED = "Refused"

# A disk that takes longer than this is waited for knowingly.
SLOW_SECONDS = 0.1


class Receipts:
    """What the operator is told of what was recorded; `line` is published in `lines` when it changes."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self.line = EMPTY
        self.lines: Subscribers[Content] = Subscribers()

    def follow(self, worker: RunWorker) -> None:
        """Tell of a run from now on, first how it was found."""
        entry = worker.entries[-1]
        words = f" opened at {short_head(entry)} · last: {entry.stamp.at:%d %b %H:%M} UTC by {entry.stamp.by}"
        self.show((words, MUTED))
        if worker.warning:
            self._app.notify(safe(worker.warning), title="Warning", severity="warning", markup=False)
        worker.updates.subscribe(lambda update: self._take(worker.run, update))

    def show(self, *parts: Part | str) -> None:
        """Let the line say this, until the next action."""
        self.line = styled(*parts)
        self.lines.publish(self.line)

    def say_recording(self, worker: RunWorker) -> None:
        """Say so only where the disk keeps the operator waiting: each receipt would wait for a frame more."""

        def say_still_recording() -> None:
            if worker.recording:
                self.show((" recording…", "$warning"))

        self._app.set_timer(SLOW_SECONDS, say_still_recording)

    def say_not_recorded(self, error: RolloutError) -> None:
        """Say that nothing was recorded, and why."""
        self._say_trouble("do not go on: " if isinstance(error, Unsynced) else "not recorded: ", error)
        self.say_refused(error)

    def say_refused(self, error: RolloutError) -> None:
        """Give notice of a refusal in place of the one before: notices that pile up hide the screen. News stays."""
        lines = error.message.split("\n")
        shown = [*lines[:6], *([f"and {len(lines) - 6} more"] if len(lines) > 6 else [])]
        text = safe("\n".join([*shown, error.hint]).strip(), lines=True, limit=800)
        self._app.take_back(REFUSED)
        self._app.notify(text, title=REFUSED, severity="warning", markup=False)

    def _take(self, run: Run, update: Update) -> None:
        match update:
            case Changed(mine, others):
                if mine is not None:
                    self._app.take_back(REFUSED)
                self.say_news(run, others)
                if mine is not None:
                    self._say_recorded(run, mine)
            case Lost(error):
                self._say_trouble("the journal can't be read: ", error)
                self.say_refused(error)
            case Doubtful(error):
                self._say_trouble("do not go on: ", error)
            case DoesNotFollow(found):
                which = ", ".join(f"#{each.seq}" for each in found[:6]) + (" …" if len(found) > 6 else "")
                self.show(
                    (" ✘ does not follow from the run: ", "$error bold"), f"{which} · {press('run.log', 'L')} tells"
                )
                said = safe(f"#{found[0].seq} {found[0].recorded}: {found[0].allowed}", limit=400)
                title = "An entry does not follow from the run before it"
                self._app.notify(said, title=title, severity="error", markup=False)

    def _say_recorded(self, run: Run, entry: Entry) -> None:
        words = describe(entry, run.sequence_at(entry.seq))
        self.show((f" ✔ recorded {short_head(entry)}  ", "$success bold"), words)
        if run.breached and hasattr(entry.event, "metric"):
            titles = ", ".join(run.sequence.metrics[name].metric for name in sorted(run.breached))
            verb = "is" if len(run.breached) == 1 else "are"
            fire, back = press("run.trigger", "t"), press("run.roll-back", "R")
            said = f"{titles} {verb} in breach. Press {fire} to fire a trigger, {back} to roll back."
            self._app.notify(safe(said), severity="error", markup=False)

    def say_news(self, run: Run, others: Iterable[Entry]) -> None:
        """Tell what others recorded, with their names."""
        for entry in others:
            words = f"{entry.stamp.by}: {describe(entry, run.sequence_at(entry.seq))}"
            self._app.notify(safe(words), title=f"#{entry.seq}", markup=False)

    def _say_trouble(self, what: str, error: RolloutError) -> None:
        self.show((f" ✘ {what}", "$error bold"), (error.message, "$error"))
