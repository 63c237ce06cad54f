"""From an action on a screen at a run to the journal: at once, or through a form."""

from __future__ import annotations

from ..errors import RolloutError
from ..run.events import Entry
from ..run.gates import Blocker, blockers, start_blockers
from ..run.intents import BY_NAME, Intent
from ..run.read_back import read_back
from ..run.stages import Item
from ..session import read_only_refusal
from .acting import given, needs_name, would_refuse
from .host import AtRun, host_of


class Recorder:
    """Does for a screen what the table of intents lists, about the item that the screen has selected."""

    def __init__(self, screen: AtRun) -> None:
        self._screen = screen

    def why_not(self, name: str) -> RolloutError | None:
        """Give why an action can't be done here and now; None where it can."""
        return self.why_not_about(name, self._screen.selected)

    def why_not_about(self, name: str, item: Item | None) -> RolloutError | None:
        worker = host_of(self._screen).worker
        if worker.read_only:
            return read_only_refusal(worker.read_only)
        return would_refuse(name, worker.run, item, worker.moment(), worker.operator)

    def overridable(self, name: str) -> tuple[Blocker, ...]:
        """The blockers that the action would have to go past."""
        worker = host_of(self._screen).worker
        if name == "start-phase":
            return start_blockers(worker.run, worker.moment())
        return blockers(worker.run, worker.moment()) if name in {"go", "promote"} else ()

    def do(self, name: str) -> None:
        """Do at once what needs no words; ask where a name has to be typed or blockers have to be overridden."""
        run, item = host_of(self._screen).worker.run, self._screen.selected
        if self.refuses(name):
            return
        past = self.overridable(name)
        if past or needs_name(name, run, item):
            self.ask(name, item, past)
        else:
            self._record(BY_NAME[name].intent(**given(name, run, item)))

    def refuses(self, name: str) -> bool:
        """Say why an action can't be done, if it can't."""
        refused = self.why_not(name)
        if refused is not None:
            host_of(self._screen).receipts.say_refused(refused)
        return refused is not None

    def ask(self, name: str, item: Item | None, past: tuple[Blocker, ...] = ()) -> None:
        """Ask for what the action on the item still needs, and record it."""
        from .dialogs.form import IntentForm, Subject

        worker = host_of(self._screen).worker
        run = worker.run
        fields = given(name, run, item)
        if past:
            fields["override"] = tuple(each.id for each in past)
        about = item if "item" in fields or name in {"fire", "clear"} else None
        words = about.title if about else f"{run.stage.title}: each of these is named in the record" if past else ""
        open_things = read_back(run, worker.moment()) if name in {"hand-over", "take-over"} else ()
        subject = Subject(BY_NAME[name], fields, about, words, past, run.stage.title, open_things)
        self._screen.app.push_screen(IntentForm(worker, subject), self.form_closed)

    def form_closed(self, _: Entry | None) -> None:
        """Let the key that closed a form, held down, not act on the screen below."""
        host_of(self._screen).quiet.begin()

    def _record(self, intent: Intent) -> None:
        """Record what needs no more words; a key that records is refused while an append is pending."""
        host = host_of(self._screen)
        if host.quiet.begin() and not host.worker.recording:
            host.receipts.say_recording(host.worker)
            self._screen.run_worker(self._append(intent))

    async def _append(self, intent: Intent) -> None:
        host = host_of(self._screen)
        try:
            await host.worker.record(intent)
        except RolloutError as error:
            host.receipts.say_not_recorded(error)
        else:
            host.quiet.begin()
