"""From an action on a screen to the journal: at once, or through a form; never twice by a key that is held down."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import Screen

from ...errors import RolloutError
from ...run.events import Entry
from ...run.gates import Blocker, blockers, start_blockers
from ...run.intents import BY_NAME, Intent
from ...run.read_back import read_back
from ...run.stages import Item
from ...session import read_only_refusal
from ..acting import given, needs_name, would_refuse

if TYPE_CHECKING:
    from ..app import RolloutApp

# A key that is held down, or typed ahead of the repaint, never records again: this many seconds of quiet come first.
QUIET = 0.25


class Recording(Screen[None]):
    """A screen whose keys record something about the item that is `selected`."""

    last_recording: ClassVar[float] = 0.0

    @property
    def rollout(self) -> RolloutApp:
        from ..app import RolloutApp

        return cast(RolloutApp, self.app)

    @property
    def selected(self) -> Item | None:
        """The item that an action here is about."""
        raise NotImplementedError

    def keep_quiet(self) -> None:
        """Let no key record for a while: what is on the screen has just changed, and was not seen yet."""
        Recording.last_recording = time.monotonic()

    def overridable(self, name: str) -> tuple[Blocker, ...]:
        """The blockers that the action would have to go past."""
        run, now = self.rollout.worker.run, self.rollout.worker.moment()
        if name == "start-phase":
            return start_blockers(run, now)
        return blockers(run, now) if name in {"go", "promote"} else ()

    def open_form(self, name: str, item: Item | None, past: tuple[Blocker, ...] = ()) -> None:
        """Ask for what the action on the item still needs, and record it."""
        from ..dialogs.form import IntentForm, Subject

        run = self.rollout.worker.run
        fields = given(name, run, item)
        if past:
            fields["override"] = tuple(each.id for each in past)
        about = item if "item" in fields or name in {"fire", "clear"} else None
        words = about.title if about else f"{run.stage.title}: each of these is named in the record" if past else ""
        told = read_back(run, self.rollout.worker.moment()) if name in {"hand-over", "take-over"} else ()
        subject = Subject(BY_NAME[name], fields, about, words, past, run.stage.title, told)
        self.app.push_screen(IntentForm(self.rollout.worker, subject), self._recorded)

    def record(self, intent: Intent) -> None:
        """Record what needs no more words; a key that records is refused while an append is pending."""
        quiet = time.monotonic() - Recording.last_recording
        self.keep_quiet()
        if self.rollout.worker.recording or quiet < self.rollout.quiet:
            return
        self.rollout.say_recording()
        self.run_worker(self._record(intent))

    async def _record(self, intent: Intent) -> None:
        try:
            entry = await self.rollout.worker.record(intent)
        except RolloutError as error:
            self.rollout.say_not_recorded(error)
        else:
            self._recorded(entry)

    def _recorded(self, entry: Entry | None) -> None:
        """Say what was recorded; the key that closed a form, held down, does not act on the screen below."""
        self.keep_quiet()
        if entry is not None:
            self.rollout.say_recorded(entry)

    def _act_at_once(self, name: str) -> None:
        """Do what needs no words; ask where a name has to be typed or blockers have to be overridden."""
        run, item = self.rollout.worker.run, self.selected
        if (refused := self._refused(name)) is not None:
            self.rollout.say_refused(refused)
            return
        past = self.overridable(name)
        if past or needs_name(name, run, item):
            self.open_form(name, item, past)
        else:
            self.record(BY_NAME[name].intent(**given(name, run, item)))

    def _refused(self, name: str) -> RolloutError | None:
        worker = self.rollout.worker
        if worker.read_only:
            return read_only_refusal(worker.read_only)
        return would_refuse(name, worker.run, self.selected, worker.moment(), worker.operator)
