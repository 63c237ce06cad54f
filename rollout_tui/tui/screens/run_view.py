"""The screens at a run, and what they share: what each key does, and why one can't now."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.reactive import Reactive
from textual.widget import Widget

from ...errors import RolloutError
from ...run.briefing import receipt, status_paragraph
from ...run.events import NoteAdded
from ...run.gates import Blocker, BlockerKind, blockers, start_blockers
from ...run.intents import Hold
from ...run.reasons import may_follow
from ...run.stages import Item, ItemKind
from ...text import safe
from ..clipboard import copy
from ..host import Host, host_of
from ..keys.binding import press, press_next
from ..keys.meaning import meant
from ..keys.run import RUN_KEYS
from ..recorder import Recorder
from ..run_worker import RunWorker
from ..sensor import Sensor
from ..textual_private import BaseScreen
from ..updates import Changed, Update
from ..widgets.row_list import RowList

# What comes and goes with the time alone.
_PASSING = frozenset({BlockerKind.SOAK, BlockerKind.STALE, BlockerKind.CLOCK, BlockerKind.WINDOW, BlockerKind.APPROVAL})


class RunView(BaseScreen):
    """A screen at a run, with its rows in `#items`; it draws the worker's run and holds no truth of its own."""

    BINDINGS: ClassVar[list[BindingType]] = RUN_KEYS

    AUTO_FOCUS = "#items"

    # Textual draws the whole screen again for each change of focus.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    _keys_depend_on: object = None

    def __init__(self) -> None:
        super().__init__()
        self.recorder = Recorder(self)
        self.sensor = Sensor(self, self.recorder)

    @property
    def host(self) -> Host:
        return host_of(self)

    @property
    def worker(self) -> RunWorker:
        """The run that is shown."""
        return self.host.worker

    def on_mount(self) -> None:
        self._unsubscribe = self.worker.updates.subscribe(self._follow)
        self.go_to_next()
        self.set_interval(1, self._each_second)

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _follow(self, update: Update) -> None:
        """Go on after an entry of the operator's own; draw what else happened, where this is what shows the run.

        A note leaves the cursor where it was: nothing is done by it, and the next key is meant for that row.
        """
        mine = update.mine if isinstance(update, Changed) else None
        if mine is not None and not isinstance(mine.event, NoteAdded):
            self.go_to_next()
        elif self._is_shown:
            self.repaint()

    def on_screen_resume(self) -> None:
        """Draw what happened while other screens lay above; the first time comes before there is anything to draw."""
        if self.is_mounted and self._is_shown:
            self.repaint()

    @property
    def _is_shown(self) -> bool:
        """Whether this is the screen that shows the run, also from behind a dialog."""
        return next((each for each in reversed(self.app.screen_stack) if isinstance(each, RunView)), None) is self

    @property
    def is_on_top(self) -> bool:
        """Whether no dialog lies above this; Textual's `is_current` takes what shines through below one as well."""
        return self.app.screen_stack[-1:] == [self]

    def on_resize(self) -> None:
        self.repaint()

    def _each_second(self) -> None:
        """Go on with the time, below a dialog too: who fills in a form has to see how long a soak still takes."""
        if self._is_shown:
            self.tick()

    def tick(self) -> None:
        """Draw what a second changed."""
        self.repaint()

    @property
    def selected(self) -> Item | None:
        """The item that an action here is about: the one under the cursor."""
        return self.worker.run.sequence.items.get(self.query_one("#items", RowList).key)

    def repaint(self) -> None:
        """Draw the run as it stands now."""

    def go_to_next(self) -> None:
        """Put the cursor on what comes next, after something was recorded."""
        self.repaint()

    def refresh_keys(self) -> None:
        """Grey the keys anew where what they depend on has changed: drawing them each second would not be idle."""
        worker, item = self.worker, self.selected
        # Whatever else blocks changes with the head.
        depends_on = (worker.run.head, [each.id for each in self.passing_blockers()], item and item.id)
        if depends_on != self._keys_depend_on:
            self._keys_depend_on = depends_on
            self.refresh_bindings()

    def act(self, name: str) -> None:
        """Do an action by its name for the palette; the enter that chose it, held down, passes no gate opened here."""
        self.host.quiet.begin()
        match name:
            case "go" | "promote":
                self.action_gate()
            case "roll-back":
                self.action_roll_back()
            case "measure":
                self.recorder.measure()
            case "start-phase":
                self.recorder.do(name)
            case _:
                self.action_act(name)

    # Keys

    def action_sign(self) -> None:
        item = self.selected
        if item is None:
            self.say_refused(RolloutError("Nothing is under the cursor.", "Move to an item first."))
        elif item.metric is not None:
            self.recorder.measure()
        elif item.kind is ItemKind.START and self.recorder.why_not("sign"):
            if not self.recorder.refuses("start-phase"):
                hint = f"Press {press_next('start-phase')}: it names whom that exposes, and asks once."
                self.say_refused(RolloutError(f"{item.title}: a phase has a key of its own.", hint))
        else:
            self.recorder.do("sign")

    def action_start_phase(self) -> None:
        """Start the phase under the cursor; from elsewhere go to its first row, to see what it is."""
        start, item = self.worker.run.stage.start_id, self.selected
        if item is not None and item.id == start:
            self.recorder.do("start-phase")
        elif not self.recorder.refuses("start-phase"):
            self.host.show_item(start)

    def action_act(self, name: str) -> None:
        """Open the form of an action, about the item under the cursor."""
        if not self.recorder.refuses(name):
            self.recorder.ask(name, self.selected)

    def action_measure(self) -> None:
        """Look at what has a probe, and ask for a number where nothing else reads it."""
        if self.sensor.can_sense:
            self.sensor.sense()
        else:
            self.recorder.measure()

    def action_note_run(self) -> None:
        if not self.worker.read_only:
            self.recorder.ask("note", None)
        else:
            self.say_refused(RolloutError(f"The log is read-only: {self.worker.read_only}."))

    def action_trigger(self) -> None:
        self.action_act(self._meant("trigger"))

    def action_hold(self) -> None:
        """Hold at once, without a word: what happened is said later."""
        name = self._meant("hold")
        if name == "release" or not may_follow(self.worker.run):
            self.action_act(name)
        elif not self.recorder.refuses(name):
            self.recorder.record(Hold())

    def action_lead(self) -> None:
        self.action_act(self._meant("lead"))

    @work(exclusive=True, group="redline")
    async def action_redline(self) -> None:
        """Read the plan's file away from the screen's thread, and show what would change."""
        from ..dialogs.redline import RedlineForm, proposed

        try:
            form = RedlineForm(self.worker, await asyncio.to_thread(proposed, self.worker.run, self.worker.moment().at))
        except RolloutError as error:
            self.say_refused(error)
        else:
            self.app.push_screen(form, self.recorder.form_closed)

    def action_gate(self) -> None:
        run = self.worker.run
        if run.closed is not None or run.rolling_back:
            why = "The run is closed." if run.closed else "A rollback is under way."
            self.say_refused(RolloutError(why, "There is no gate to pass."))
            return
        if not run.stage.has_gate:
            close = f"Close the run: press {press('run.close', 'c')}."
            hint = "It ends when everything in it is done." if run.stage.items else close
            self.say_refused(RolloutError(f"{run.stage.title} has no gate.", hint))
            return
        self.host.open_gate()

    def action_roll_back(self) -> None:
        self.host.open_rollback()

    def action_plan(self) -> None:
        from .plan import PlanScreen

        self.app.push_screen(PlanScreen.of_run(self.worker.run, is_live=True))

    def action_log(self) -> None:
        from .audit import AuditScreen, live_log

        self.app.push_screen(AuditScreen(live_log(self.worker)))

    def action_catch_up(self) -> None:
        self.host.open_catch_up()

    def action_undo(self) -> None:
        """Take back what this operator resolved last: the form shows which item that is, and asks why."""
        found = self.recorder.undoable()
        if isinstance(found, Item):
            self.recorder.ask("revoke", found)
        else:
            self.say_refused(found)

    def action_copy(self) -> None:
        self._copy(safe(status_paragraph(self.worker.run, self.worker.moment()), limit=2_000))

    def action_copy_receipt(self) -> None:
        self._copy(safe(receipt(self.worker.run)))

    def _copy(self, text: str) -> None:
        self.run_worker(copy(self.app, self.host.notices, text))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what the run would refuse now, by the same decision that refuses it."""
        run = self.worker.run
        match action:
            case "sign" if self.selected is None:
                can = False
            case "act" | "sign" | "hold" | "lead" | "trigger" | "measure":
                senses = action == "measure" and self.sensor.can_sense
                can = senses or self.recorder.why_not(self._meant(action, parameters)) is None
            case "start_phase":
                can = self.recorder.why_not("start-phase") is None
            case "undo":
                can = isinstance(self.recorder.undoable(), Item)
            case "gate":
                can = run.stage.has_gate and run.closed is None and not run.rolling_back
            case "roll_back":
                can = run.rolling_back or self.recorder.why_not("roll-back") is None
            case _:
                can = True
        return can or None

    def say_why_grey(self, key: str) -> bool:
        """Say why a grey key can't act, if it is one."""
        bound = self.active_bindings.get(key)
        if bound is None or bound.enabled or bound.node is not self:
            return False
        name, _, argument = bound.binding.action.partition("(")
        getattr(self, f"action_{name}")(*([argument.strip("')")] if argument else []))
        return True

    def say_refused(self, error: RolloutError) -> None:
        self.host.receipts.say_refused(error)

    def passing_blockers(self) -> list[Blocker]:
        """The blockers that come and go with the time alone."""
        worker = self.worker
        found = (*blockers(worker.run, worker.moment()), *start_blockers(worker.run, worker.moment()))
        return [each for each in found if each.kind in _PASSING]

    def _meant(self, action: str, parameters: tuple[object, ...] = ()) -> str:
        return meant(action, self.worker.run, self.selected, self.worker.operator, *parameters)
