"""The recorder: from an action on a screen at a run to the journal, at once or through a form."""

from __future__ import annotations

from ..errors import RolloutError
from ..people import Actor, same_person
from ..run.events import Entry
from ..run.gates import Blocker
from ..run.intents import BY_NAME, Action, FieldKind, Intent
from ..run.stages import Item, ItemKind
from ..run.state import ItemState, Run, Status
from ..session import read_only_refusal
from .host import AtRun, host_of


class Recorder:
    """Does for a screen what the table of intents lists, about the item that the screen has selected."""

    def __init__(self, screen: AtRun) -> None:
        self._screen = screen

    def why_not(self, name: str) -> RolloutError | None:
        """Give why an action can't be done here and now; None where it can."""
        return self._why_not_about(name, self._screen.selected)

    def overridable(self, name: str) -> tuple[Blocker, ...]:
        """The blockers that the action would have to go past."""
        worker = host_of(self._screen).worker
        return BY_NAME[name].overridable(worker.run, worker.moment())

    def undoable(self) -> Item | RolloutError:
        """The item that this operator resolved last, or why it can't be taken back."""
        worker = host_of(self._screen).worker
        item = _last_resolved(worker.run, worker.operator)
        if item is None:
            hint = "What others recorded is taken back at its item: u."
            return RolloutError("Nothing that you resolved stands.", hint)
        return self._why_not_about("revoke", item) or item

    def do(self, name: str) -> None:
        """Do at once what needs no words; ask where a name has to be typed or blockers have to be overridden."""
        if self.refuses(name):
            return
        run, item, action = host_of(self._screen).worker.run, self._screen.selected, BY_NAME[name]
        subject, intent = action.subject(run, item), action.intent
        past = self.overridable(name)
        if past or action.typed_name(run, subject):
            self.ask(name, item, past)
        elif said := action.confirms(run, subject):
            self._confirm(said, action, intent(**action.given(run, item)))
        else:
            self.press(_kind(name, item), intent(**action.given(run, item)))

    def refuses(self, name: str) -> bool:
        """Say why an action can't be done, if it can't."""
        refused = self.why_not(name)
        if refused is not None:
            host_of(self._screen).receipts.say_refused(refused)
        return refused is not None

    def ask(self, name: str, item: Item | None, past: tuple[Blocker, ...] = ()) -> None:
        """Ask for what the action on the item still needs, and record it."""
        from .dialogs.form import IntentForm, Subject

        worker, action = host_of(self._screen).worker, BY_NAME[name]
        run = worker.run
        given = action.given(run, item)
        if given.keys() == {each.name for each in action.fields}:
            if not self._is_of_burst():
                self.record(action.intent(**given))
            return
        if past:
            given["override"] = tuple(each.id for each in past)
        is_trigger = item is not None and item.kind is ItemKind.TRIGGER
        about = item if action.about is FieldKind.ITEM or (action.about is FieldKind.TRIGGER and is_trigger) else None
        words = about.title if about else f"{run.stage.title}: each of these is named in the record" if past else ""
        to_read = action.reads_out(run, worker.moment())
        subject = Subject(action, given, about, words, past, run.stage.title, to_read)
        self._screen.app.push_screen(IntentForm(worker, subject), self.form_closed)

    def measure(self, names: tuple[str, ...] = ()) -> None:
        """Ask for readings: of these metrics, or of all."""
        from .dialogs.measure import MeasureForm

        item = self._screen.selected
        first = item.metric_id if item is not None else ""
        if not self.refuses("measure"):
            self._screen.app.push_screen(MeasureForm(host_of(self._screen).worker, first, names), self.form_closed)

    def form_closed(self, _: Entry | None) -> None:
        """Let the key that closed a form, held down, not act on the screen below."""
        host_of(self._screen).quiet.begin()

    def _confirm(self, said: str, action: Action, intent: Intent) -> None:
        """Ask for one more key, which is none that led here."""
        from .dialogs.confirmation import Confirmation

        def go_on(confirmed: bool | None) -> None:
            host_of(self._screen).quiet.begin()
            if confirmed:
                self.record(intent)

        self._screen.app.push_screen(Confirmation(said, action.title), go_on)

    def press(self, kind: str, intent: Intent) -> None:
        """Record what a key asks for at once, unless the key is held down, or typed ahead of what is drawn."""
        host = host_of(self._screen)
        if not self._is_of_burst() and not host.quiet.press(kind, lambda: self.record(intent)):
            host.receipts.show((" not recorded: this is of another kind than the last. Press once more.", "$warning"))

    def _is_of_burst(self) -> bool:
        """Say that a key which came in one go with others records nothing, if it did: nobody saw what it acts on."""
        host = host_of(self._screen)
        if host.type_ahead.is_burst:
            host.quiet.begin()
            host.receipts.show((" not recorded: it came in one go with other keys. Press once more.", "$warning"))
        return host.type_ahead.is_burst

    def record(self, intent: Intent) -> None:
        """Record what needs no more words; a key that records is refused while an append is pending."""
        host = host_of(self._screen)
        if why := host.worker.acts.why_not_yet():
            host.receipts.say_refused(why)
        elif not host.worker.recording:
            host.receipts.say_recording(host.worker)
            self._screen.run_worker(self._append(intent))

    async def _append(self, intent: Intent) -> None:
        host = host_of(self._screen)
        try:
            await host.worker.record(intent)
        except RolloutError as error:
            host.receipts.say_not_recorded(error)
        else:
            host.quiet.recorded()

    def _why_not_about(self, name: str, item: Item | None) -> RolloutError | None:
        worker, action = host_of(self._screen).worker, BY_NAME[name]
        if worker.read_only:
            return read_only_refusal(worker.read_only)
        return action.why_not(worker.run, action.subject(worker.run, item), worker.moment(), worker.operator)


def _kind(name: str, item: Item | None) -> str:
    """Give what a key that is pressed again goes on with: the same action, on the same kind of row."""
    return f"{name} {item.kind}" if item is not None else name


def _last_resolved(run: Run, actor: Actor) -> Item | None:
    """Give the item that the operator signed, waived, deferred or started last, if that still stands."""
    newest = max(
        (
            (state.mark.seq, name)
            for name, state in run.items.items()
            if state.mark is not None and _is_by(run, state, actor)
        ),
        default=None,
    )
    return run.sequence.items[newest[1]] if newest is not None else None


def _is_by(run: Run, state: ItemState, actor: Actor) -> bool:
    if state.mark is None or state.status in {Status.OPEN, Status.SENSED, Status.FAILED}:
        return False
    return same_person(state.mark.actor, actor, run.identity)
