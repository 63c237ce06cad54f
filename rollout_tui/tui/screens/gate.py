"""The gate: criteria, readings with their age, triggers and the soak, what blocks, and the decision."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Digits

from ...errors import RolloutError
from ...plan.quantities import format_clock
from ...run.condition import Rank
from ...run.gates import blockers
from ...run.soak import soak_expected
from ...run.stages import Stage, StageKind
from ..alarm import mark_frame
from ..keys.binding import key, out_of_footer, press
from ..rows.gate import how_many
from ..rows.gate_items import Seen, gate_rows
from ..rows.items import soak_words
from ..styled import styled
from ..widgets.condition_line import ConditionLine
from ..widgets.edges import ReceiptLine, TopLine
from ..widgets.key_line import KeyLine
from ..widgets.lines import SplitLine
from ..widgets.notice_line import NoticeLine
from ..widgets.row_list import RowList
from .run_view import RunView


class GateScreen(RunView):
    """The gate of the stage with this id; it answers whether the run can be promoted, and takes the decision."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "pass_gate", "gate.pass", "Go, or promote the phase: nothing blocks", "Go / promote"),
        key("o", "override", "gate.override", "Go past the blockers, with a reason and the stage's name", "Override"),
        key("escape,p", "back", "gate.back", "Back to the run", "Back"),
        *out_of_footer(RunView.BINDINGS, {"run.fail", "run.waive", "run.defer"}),
    ]

    def __init__(self, gate: str) -> None:
        super().__init__()
        self._gate = gate

    def on_mount(self) -> None:
        """Look again, and compare with what stood here when its operator left it last, or else with what stands now."""
        worker = self.worker
        self._seen: Seen = worker.gates_seen.get(self._gate, (worker.run, worker.moment().at))
        self.sensor.sense_again()

    def on_unmount(self) -> None:
        worker = self.worker
        worker.gates_seen[self._gate] = worker.run, worker.moment().at

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield ConditionLine(id="next")
        with Vertical(id="frame"):
            yield SplitLine(id="stage-title")
            yield Digits("", id="soak")
            yield RowList(id="items")
        yield NoticeLine()
        yield ReceiptLine(id="receipt")
        yield KeyLine()

    @property
    def stage(self) -> Stage:
        run = self.worker.run
        # Whatever is asked while this screen is being left is asked of the stage that is open.
        return run.sequence.stage(self._gate) if self._gate in run.sequence.index else run.stage

    def repaint(self) -> None:
        run, now, stage = self.worker.run, self.worker.moment(), self.stage
        if run.stage.id != self._gate or run.rollback is not None or run.closed is not None:
            if self.is_on_top:
                self.host.back_to_run()
            return
        found = blockers(run, now)
        self.query_one(TopLine).repaint(run, now, self.worker.operator)
        go = stage.kind is StageKind.PRE_DEPLOYMENT
        what = "GO" if go else f"PROMOTE {stage.title}"
        how = self.worker.condition()
        line, key = self.query_one("#next", ConditionLine), press("gate.pass", "enter")
        if how.rank is Rank.ALARM:
            line.warn(how)
        elif found:
            line.calm(styled((f" ■ NOT YET: {how_many(found)} it", "$error bold")))
        else:
            line.calm(styled((f" ● {what}: nothing blocks. Press {key}.", "$success bold")))
        title = "Go gate: go, or no-go (A aborts)" if go else f"Gate of {stage.title}: promote, hold, or roll back"
        self.query_one("#stage-title", SplitLine).show(
            styled((f" {title}", "bold")), styled((f"{soak_words(run, stage, now)} ", "$accent"))
        )
        soak = self.query_one("#soak", Digits)
        left = soak_expected(run, stage, now) if stage.phase is not None and run.is_started(stage) else None
        soak.display = bool(left)
        if left:
            soak.update(format_clock(left))
        items = self.query_one("#items", RowList)
        draw = self.worker.courses.drawing(run, now, items.size.width)
        items.show(gate_rows(run, stage, now, found, self._seen, draw))
        self.query_one("#frame").set_class(run.started.rehearsal, "-rehearsal")
        mark_frame(self.query_one("#frame"), how)
        self.refresh_keys()

    def action_pass_gate(self) -> None:
        name = self._action_name()
        if looking := self.sensor.looking:
            hint = "A decision rests on what is so now; each look ends with its deadline."
            self.say_refused(RolloutError(f"Still looking at {looking}.", hint))
        elif self.recorder.overridable(name):
            hint = f"Resolve them, or press {press('gate.override', 'o')} to go past them with a reason."
            self.say_refused(RolloutError("The gate is shut: see what blocks.", hint))
        else:
            self.recorder.do(name)

    def action_override(self) -> None:
        name = self._action_name()
        if (refused := self.recorder.why_not(name)) is not None:
            self.say_refused(refused)
            return
        past = self.recorder.overridable(name)
        if not past:
            hint = f"Press {press('gate.pass', 'enter')}."
            self.say_refused(RolloutError("Nothing blocks: there is nothing to go past.", hint))
            return
        self.recorder.ask(name, None, past)

    def action_back(self) -> None:
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"pass_gate", "override"}:
            name = self._action_name()
            is_blocked = bool(self.recorder.overridable(name))
            if is_blocked is (action == "pass_gate") or self.recorder.why_not(name):
                return None
            return True
        return super().check_action(action, parameters)

    def _action_name(self) -> str:
        return "go" if self.stage.kind is StageKind.PRE_DEPLOYMENT else "promote"
