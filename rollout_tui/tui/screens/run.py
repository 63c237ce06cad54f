"""The run screen: where we are, what is next, what blocks, and what is on disk."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from ...run.clock_steps import clock_jump
from ...run.condition import Condition, Rank
from ...run.moment import Moment
from ...run.next import next_step
from ...run.reasons import why_held
from ...run.stages import ItemKind, Stage
from ...run.state import Run
from ..alarm import Alarms, mark_frame
from ..keys.binding import key, press, press_next
from ..notices import PASSING
from ..rows.gate import gate_lines
from ..rows.items import item_rows, soak_words, stage_rows
from ..rows.row import ListRow, matching, section
from ..styled import EMPTY, MUTED, styled
from ..widgets.condition_line import ConditionLine
from ..widgets.detail import Detail
from ..widgets.edges import ReceiptLine, TopLine
from ..widgets.filter import Filter
from ..widgets.key_line import KeyLine
from ..widgets.latest import Latest
from ..widgets.ledger import Ledger
from ..widgets.lines import Lines, SplitLine
from ..widgets.notice_line import NoticeLine
from ..widgets.row_list import RowList
from .run_view import RunView

# What acts on the item under the cursor; all else acts from anywhere.
_AT_CURSOR = frozenset({"sign", "start-phase", "waive"})


class RunScreen(RunView):
    """The stages at the left, the items of the chosen stage with their gate at the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("tab,shift+tab", "switch_pane", "run.pane", "Go between stages and items"),
        key("left", "stage(-1)", "run.stage-before", "Look at the stage before"),
        key("right", "stage(1)", "run.next-stage", "Look at the next stage"),
        key("full_stop", "go_to_next", "run.to-next", "Put the cursor on what comes next"),
        key("slash", "filter", "run.filter", "Show only what holds a word, in every stage"),
        key("escape", "unfilter", "run.unfilter", "Show everything again"),
    ]

    _viewed = ""
    _word = ""
    _pulse: object = None
    _frame_title = EMPTY

    def __init__(self) -> None:
        super().__init__()
        self._alarms = Alarms()

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield ConditionLine(id="next")
        with Horizontal(id="frame"):
            with Vertical(id="left"):
                yield RowList(id="rail", follow=self._look)
                yield Ledger(id="ledger")
            with Vertical(id="main"):
                yield SplitLine(id="stage-title")
                yield RowList(id="items")
                yield Detail(id="detail")
                yield Lines(id="gate")
            with Vertical(id="side"):
                yield Latest(id="latest")
        yield NoticeLine()
        yield ReceiptLine(id="receipt")
        yield Filter(id="filter", placeholder="a word: flag, open, erik, deferred … enter: to the rows, esc: all")
        yield KeyLine()

    @property
    def stage(self) -> Stage:
        """The stage that is looked at."""
        run = self.worker.run
        # A redline may have taken away what was looked at.
        return run.sequence.stage(self._viewed) if self._viewed in run.sequence.index else run.stage

    def tick(self) -> None:
        """Draw the clock each second, and all the rest when the time has changed something that stands in words."""
        worker, now = self.worker, self.worker.moment()
        told = [each.text for each in self.passing_blockers()]
        pulse = (worker.run.head, worker.trouble, worker.plan_file, f"{now.at:%H:%M}", told)
        if pulse != self._pulse:
            self._pulse = pulse
            self.repaint()
        else:
            self.query_one(TopLine).repaint(worker.run, now, worker.operator)
            if worker.run.rolling_back:
                self._say_next(self.worker.condition())

    def repaint(self) -> None:
        self._draw()
        self.refresh_keys()

    def _draw(self, to_item: str = "") -> None:
        """Draw the run, with the cursor where it stands or on the item it is to go to."""
        run, now, stage, found = self.worker.run, self.worker.moment(), self.stage, self.worker.condition()
        self.query_one(TopLine).repaint(run, now, self.worker.operator)
        rail = self.query_one("#rail", RowList)
        self._viewed = stage.id
        rail.show(stage_rows(run, now))
        rail.select(stage.id)
        self.query_one(Ledger).repaint(run, now)
        self._repaint_items(run, stage, now)
        if to_item:
            self.query_one("#items", RowList).select(to_item)
        self._say_next(found)
        self.query_one("#gate", Lines).show(*gate_lines(run, now))
        self.query_one(Latest).repaint(run, self.worker.entries, now)
        self._repaint_detail(found)
        self._repaint_frame(found)
        if self._alarms.begins(found):
            self.call_after_refresh(self._show_wrong, found.subject)

    def go_to_next(self) -> None:
        """Look at the stage that is open now, with the cursor on the next thing to do; a filter stays as it is."""
        if self._word:
            self.repaint()
        else:
            self._go_to(next_step(self.worker.run, self.worker.moment(), self.worker.operator).item)

    def _go_to(self, name: str) -> None:
        """Put the cursor on an item, in the stage where it is to be done; without one, look at the stage open now."""
        run = self.worker.run
        item = run.sequence.items.get(name)
        is_here = item is None or item.stage not in run.sequence.index or item.id in run.due.get(run.stage.id, ())
        self._viewed = run.stage.id if item is None or is_here else item.stage
        self._draw(name)
        self.refresh_keys()

    def _show_wrong(self, name: str) -> None:
        """Bring what is wrong into sight, and the cursor with it: no key may act on a row that nobody sees."""
        if self.awaits_layout:
            self.call_after_refresh(self._show_wrong, name)
        elif name in self.worker.run.sequence.items and not self.query_one("#items", RowList).is_in_sight(name):
            self.show_item(name)

    def show_item(self, name: str) -> None:
        """Put the cursor on an item, whatever is shown: what is typed ahead of seeing it records nothing."""
        self.action_unfilter()
        self._go_to(name)
        self.host.quiet.begin()

    def action_go_to_next(self) -> None:
        """Go there by the operator's wish, to what is wrong first: what is typed ahead of seeing it records nothing."""
        self.action_unfilter()
        wrong, selected = self.worker.condition().subject, self.selected
        if wrong in self.worker.run.sequence.items and (selected is None or selected.id != wrong):
            self._go_to(wrong)
        else:
            self.go_to_next()
        self.host.quiet.begin()

    def action_filter(self) -> None:
        self.query_one(Filter).open()

    def action_unfilter(self) -> None:
        """Show everything again, with the cursor on the item that was found."""
        found = self.selected
        if self.query_one(Filter).close():
            self._word = ""
            if found is not None and found.stage in self.worker.run.sequence.index:
                self._viewed = found.stage
            self.query_one("#items").focus()
            self.repaint()
            self._point()
        else:
            self.host.notices.take_back(*PASSING)

    @on(Filter.Changed)
    def _narrow(self, event: Filter.Changed) -> None:
        self._word = event.value.strip()
        self.repaint()
        self._point()

    @on(Filter.Submitted)
    def _to_the_rows(self) -> None:
        self.query_one("#items").focus()

    def action_switch_pane(self) -> None:
        rail = self.query_one("#rail")
        (self.query_one("#items") if self.focused is rail or not self._has_rail else rail).focus()

    def action_stage(self, by: int) -> None:
        self.query_one("#rail", RowList).action_move(by)

    def _look(self, stage: str) -> None:
        """Look at the stage under the rail's cursor."""
        if stage and stage != self._viewed:
            self._viewed = stage
            self.query_one("#items", RowList).action_end(-1)
            self.repaint()

    @on(RowList.Moved, "#items")
    def _point(self) -> None:
        """Follow the cursor: what it stands on, and what the keys would do to it."""
        found = self.worker.condition()
        self._say_next(found)
        self._repaint_detail(found)
        self.refresh_keys()

    @on(RowList.Chosen, "#items")
    def _clicked_again(self) -> None:
        self.action_sign()

    @property
    def _has_rail(self) -> bool:
        return bool(self.query_one("#left").display)

    def _say_next(self, found: Condition) -> None:
        """Say what is the matter or else what is next, with the keys for it: the cursor may stand elsewhere."""
        worker, line = self.worker, self.query_one("#next", ConditionLine)
        step = next_step(worker.run, worker.moment(), worker.operator)
        if found.rank is not Rank.CALM:
            line.warn(found, elsewhere=self._elsewhere(found), next_step=step.text)
            return
        key = press_next(step.action)
        is_there = step.action not in _AT_CURSOR or step.item == self.query_one("#items", RowList).key
        there = "" if is_there else f"{press('run.to-next', '.')} then "
        line.calm(
            styled((" ▶ ", "$accent bold"), (step.text, "bold")),
            styled((f"press {there}{key} " if key else "", "$accent bold")),
        )

    def _elsewhere(self, found: Condition) -> set[str]:
        """The actions that would do something else where the cursor stands: `t` fires the trigger under it."""
        item = self.selected
        if not found.subject or (item is not None and item.id == found.subject):
            return set()
        return {*_AT_CURSOR, "clear"} if item is not None and item.kind is ItemKind.TRIGGER else {*_AT_CURSOR}

    def _repaint_items(self, run: Run, stage: Stage, now: Moment) -> None:
        rows = self.query_one("#items", RowList)
        title = self.query_one("#stage-title", SplitLine)
        if self._word:
            found = [row for each in run.sequence.stages for row in section(each.title, item_rows(run, each, now))]
            found = matching(found, self._word)
            rows.show(found or [ListRow("", styled((" Nothing in this run holds that word.", MUTED)))])
            title.show(styled((f" Every stage: {self._word}", "bold")), styled(("esc: show all ", MUTED)))
            return
        draw = self.worker.courses.drawing(run, now, rows.size.width)
        rows.show(item_rows(run, stage, now, draw))
        audience = f" · {stage.phase.audience}" if stage.phase is not None else ""
        place = "" if self._has_rail else f"{run.sequence.index[stage.id] + 1}/{len(run.sequence.stages)} "
        left = styled((f" {place}", MUTED), (f"{stage.title}{audience}", "bold"))
        title.show(left, styled((f"{soak_words(run, stage, now)} ", "$accent")))

    def _repaint_detail(self, found: Condition) -> None:
        worker, item, now = self.worker, self.selected, self.worker.moment()
        history = worker.history(item) if item is not None else ()
        wrong = worker.run.sequence.items.get(found.subject)
        if wrong is not None and wrong is not item:
            # What is wrong is told in full wherever the cursor stands.
            history = (*history, *worker.history(wrong)[-1:])
        draw = worker.courses.drawing(worker.run, now)
        self.query_one(Detail).repaint(worker.run, history, item, now, draw, worker.examiner.signed)

    def _repaint_frame(self, found: Condition) -> None:
        """The condition and a rehearsal change the whole frame, so that none can be mistaken."""
        run = self.worker.run
        frame = self.query_one("#frame")
        titles = [found.word] if found.rank in {Rank.ATTENTION, Rank.ALARM} else []
        if found.rank is Rank.ALARM and run.exposed is not None and run.exposed.phase is not None:
            titles.append(f"exposed: {run.exposed.phase.audience}")
        if read_only := self.worker.read_only:
            titles.append(f"READ-ONLY: {read_only}")
        if run.started.rehearsal:
            titles.append("REHEARSAL: nothing here is real")
        if run.emergency:
            titles.append("EMERGENCY: second approvals are due before the close")
        if run.held is not None:
            titles.append(f"HELD by {run.held.by}: {why_held(run.held)}")
        if run.rollback is not None and run.closed is None:
            under_way = f"UNDER WAY: press {press('run.roll-back', 'R')}"
            titles.append(f"ROLLBACK {under_way if run.rolling_back else run.rollback.outcome}")
        if run.closed is not None:
            titles.append(f"CLOSED: {run.closed.outcome}")
        if run.offer is not None and run.is_offered_to(self.worker.operator) and run.closed is None:
            titles.append(f"{run.offer.mark.by} offers the lead: press {press('run.lead', 'T')}")
        if self.worker.plan_file.state == "changed" and run.closed is None:
            titles.append(f"THE PLAN FILE CHANGED: press {press('run.redline', 'E')}")
        if clock_jump(run, self.worker.moment()):
            titles.append(f"THE CLOCK JUMPED: press {press('run.confirm-clock', 'K')}")
        frame.set_class(run.started.rehearsal, "-rehearsal")
        mark_frame(frame, found)
        title = styled(f" {' · '.join(titles)} " if titles else "")
        if not title.is_same(self._frame_title):
            # Setting it draws the whole frame again, whether it changed or not.
            self._frame_title, frame.border_title = title, title if titles else None
