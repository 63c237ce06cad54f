"""The rollback cockpit: choose a way back, walk its steps against the stopwatch, say how it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Digits

from ...errors import RolloutError
from ...plan.quantities import format_clock
from ...run.deployed import left_in_place
from ...run.intents import BY_NAME, RollBack
from ...run.moment import Moment
from ...run.next import next_step
from ...run.reasons import answering, may_follow, reason_at_hand, reason_due
from ...run.restored import how_shown, is_restored
from ...run.rollback_clock import elapsed, newest_target, struck_out
from ...run.stages import RollbackPath
from ...run.state import Run
from ..keys.binding import key, out_of_footer, press, press_next
from ..rows.rollback import rollback_steps, scenario_row, why_rows
from ..styled import MUTED, styled
from ..times import clock_time
from ..widgets.edges import ReceiptLine, TopLine
from ..widgets.key_line import KeyLine
from ..widgets.lines import Lines, SplitLine
from ..widgets.notice_line import NoticeLine
from ..widgets.row_list import RowList
from .run_view import RunView

# Cells of the bar that fills up towards the target.
_BAR = 30


class RollbackScreen(RunView):
    """Scenarios before a rollback begins, its steps and a large stopwatch while it is under way."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "enter",
            "choose",
            "rollback.choose",
            "Begin the rollback by the scenario under the cursor",
            "Begin",
        ),
        *(key(n, f"number({n})", f"rollback.{n}", f"Begin the rollback by scenario {n}") for n in "123456789"),
        key("e", "act('give-reason')", "run.reason", "Explain: what happened, and when it began", "Explain"),
        key("f", "act('finish-rollback')", "rollback.finish", "Finish: restored, failed, or called off", "Finish"),
        key("c", "act('close')", "run.close", "Close the run with a note", "Close"),
        key("plus", "other", "rollback.other", "Begin another scenario as well", "Another"),
        key("full_stop", "go_to_next", "run.to-next", "Put the cursor on what comes next"),
        key("escape", "back", "rollback.back", "Back to the run", "Back"),
        *out_of_footer(
            RunView.BINDINGS,
            {"run.fail", "run.waive", "run.defer", "run.gate", "run.hold", "run.start-phase", "run.roll-back"},
        ),
    ]

    _choosing = False
    _was_begun = False

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield SplitLine(id="next")
        with Vertical(id="frame", classes="-rollback"):
            yield SplitLine(id="stage-title")
            with Horizontal(id="watch"):
                yield Digits("", id="stopwatch")
                yield Lines(id="target")
            yield RowList(id="items")
            yield Lines(id="steps")
        yield NoticeLine()
        yield ReceiptLine(id="receipt")
        yield KeyLine()

    @property
    def choosing(self) -> bool:
        rollback = self.worker.run.rollback
        return self._choosing or rollback is None or rollback.outcome == "failed"

    def repaint(self) -> None:
        run, now = self.worker.run, self.worker.moment()
        called_off = self._was_begun and run.rollback is None
        if run.closed is not None or called_off:
            if self.is_on_top:
                self.host.back_to_run()
            return
        self._was_begun = run.rollback is not None
        self.query_one(TopLine).repaint(run, now, self.worker.operator)
        rollback = run.rollback
        self.query_one("#watch").display = rollback is not None
        if self.choosing:
            self._repaint_choice(run, now)
        else:
            assert rollback is not None
            self._say_due(run)
            self.query_one("#items", RowList).show(rollback_steps(run, now))
            step = next_step(run, now)
            finish = press("rollback.finish", "f")
            key = finish if step.action == "finish-rollback" else press_next(step.action)
            is_there = step.item not in rollback.items or step.item == self.query_one("#items", RowList).key
            there = "" if is_there else f"{press('run.to-next', '.')} then "
            self._say_next(step.text, f"press {there}{key}" if key else "")
            names = " + ".join(run.sequence.rollback_path(each.scenario).scenario.scenario for each in rollback.chosen)
            began = styled((f"began {clock_time(rollback.started, now.at)} UTC ", MUTED))
            self.query_one("#stage-title", SplitLine).show(styled((f" ROLLBACK: {names}", "$error bold")), began)
        if rollback is not None:
            self._repaint_watch(run, elapsed(rollback, now.at), newest_target(run))
        self.refresh_keys()

    def go_to_next(self) -> None:
        """Put the cursor on the next step."""
        self._choosing = False
        self.repaint()
        if self.choosing:
            self._preselect()
            return
        self.query_one("#items", RowList).select(next_step(self.worker.run, self.worker.moment()).item)
        self.refresh_keys()

    def action_go_to_next(self) -> None:
        self.go_to_next()
        self.host.quiet.begin()

    def action_choose(self) -> None:
        """Begin by the scenario under the cursor."""
        if not self.choosing:
            return
        if (way := self._way()) is not None:
            self._begin(way)
        else:
            hint = "Press the number of a scenario, or go down to it and press enter."
            self.say_refused(RolloutError("Nothing began: no scenario is chosen.", hint))

    def action_number(self, number: int) -> None:
        way = self.worker.run.sequence.rollback_paths[number - 1]
        self.query_one("#items", RowList).select(way.id)
        self._begin(way)

    def _preselect(self) -> None:
        """Put the cursor on the one scenario that the plan has for what is wrong, if it is one; else on none."""
        chosen = {each.scenario for each in self.worker.run.rollback.chosen} if self.worker.run.rollback else set()
        found = sorted(answering(self.worker.run) - chosen)
        self.query_one("#items", RowList).select(found[0] if len(found) == 1 else "")

    def _begin(self, way: RollbackPath) -> None:
        """Begin at once where something is wrong, or one is under way; what happened is said beside the steps.

        A scenario past its use asks for words, and calm for one more key.
        """
        run, action, name = self.worker.run, BY_NAME["roll-back"], way.scenario.scenario
        if struck_out(run, way) or not may_follow(run):
            from ..dialogs.form import IntentForm, Subject

            subject = Subject(action, {"scenario": way.id}, about=name)
            self.app.push_screen(IntentForm(self.worker, subject), self.recorder.form_closed)
        elif run.rollback is None and not reason_at_hand(run):
            from ..dialogs.question import Question

            # No enter: one that is held down would answer it.
            asked = Question(f"Roll back by {name}?", "No trigger is fired, no metric in breach.", "roll back")
            self.app.push_screen(asked, lambda yes: self.recorder.record(RollBack(way.id)) if yes else None)
        else:
            self.recorder.press("roll-back", RollBack(way.id))

    def action_other(self) -> None:
        self._choosing = True
        self.repaint()
        self._preselect()
        self.refresh_bindings()

    def action_back(self) -> None:
        if self._choosing:
            self.go_to_next()
        else:
            self.dismiss()

    @on(RowList.Moved, "#items")
    def _describe(self) -> None:
        """Show the steps of the scenario under the cursor before it is chosen."""
        if not self.choosing:
            return
        way = self._way()
        steps = self.query_one("#steps", Lines)
        steps.display = way is not None
        if way is not None:
            lines = [f"{number}. {item.title}" for number, item in enumerate(way.items, start=1)]
            steps.show(styled((way.scenario.owner, "bold")), *(styled((line, MUTED)) for line in lines[:6]))

    @on(RowList.Chosen, "#items")
    def _clicked_again(self) -> None:
        if self.choosing:
            self.action_choose()
        else:
            self.action_sign()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "choose":
                return self.choosing
            case "sign" | "measure" if self.choosing:
                return False
            case "act" if self.choosing and parameters[0] in {"finish-rollback", "give-reason"}:
                return False
            case "act" if parameters[0] == "close" and self.worker.run.rolling_back:
                return False
            case "number":
                ways = self.worker.run.sequence.rollback_paths
                return self.choosing and str(parameters[0]) in map(str, range(1, len(ways) + 1))
            case "other":
                return True if self.worker.run.rolling_back and not self._choosing else None
            case _:
                return super().check_action(action, parameters)

    def _say_due(self, run: Run) -> None:
        """Ask beside the steps what happened, which is due before the end; a trigger's text may want more words."""
        steps, key = self.query_one("#steps", Lines), press_next("give-reason")
        left = left_in_place(run) if not run.rolling_back else ()
        steps.display = may_follow(run) if run.rolling_back else bool(left)
        if left:
            steps.show(*(styled((f" left in place: {each}", "$warning")) for each in left[:6]))
        elif reason_due(run):
            steps.show(styled((f" {key}: what happened, and since when?", "$warning bold"), " due before it ends"))
        else:
            steps.show(styled((f" {key}: more of what happened, or since when", MUTED)))

    def _say_next(self, text: str, press: str) -> None:
        self.query_one("#next", SplitLine).show(
            styled((" ▶ ", "$accent bold"), (text, "bold")), styled((f"{press} ", "$accent bold"))
        )

    def _repaint_watch(self, run: Run, took: timedelta, target: timedelta) -> None:
        """The stopwatch against the target of the newest scenario, and what no longer helps."""
        assert run.rollback is not None
        is_over = took > target
        watch = self.query_one("#stopwatch", Digits)
        watch.update(format_clock(took))
        watch.set_class(is_over, "-over")
        style = "$error bold" if is_over else "$success bold"
        word = f"over target by {format_clock(took - target)} · " if is_over else "within target · "
        ended = f"finished: {run.rollback.outcome}" if run.rollback.outcome else "under way"
        if run.rollback.outcome is not None:
            ended += f", {words}" if (words := how_shown(run.rollback.shown)) else ""
            if not is_restored(run.rollback.outcome, run.rollback.shown):
                style, word = "$error bold", word if is_over else ""
        passed = sorted({words for way in run.sequence.rollback_paths if (words := struck_out(run, way))})
        no_return = f"⚑ past {', '.join(passed)}: struck out what no longer helps" if passed else ""
        left = f" · {format_clock(target - took)} left" if not is_over and run.rollback.under_way else ""
        self.query_one("#target", Lines).show(
            styled((f"target {format_clock(target)}", "bold"), (f"  {word}{ended}", style)),
            styled((_bar(took / target if target else 1.0) + left, style)),
            styled((no_return, "$error")),
        )

    def _way(self) -> RollbackPath | None:
        key = self.query_one("#items", RowList).key
        return next((way for way in self.worker.run.sequence.rollback_paths if way.id == key), None)

    def _repaint_choice(self, run: Run, now: Moment) -> None:
        keys = f"1–{min(9, len(run.sequence.rollback_paths))}"
        keys = f"enter or {keys}" if self._way() is not None else keys
        self._say_next("Choose the way back.", f"{keys} begins it · esc: not now")
        self.query_one("#stage-title", SplitLine).show(
            styled((" ROLL BACK by which scenario?", "$error bold")), styled("")
        )
        ways = enumerate(run.sequence.rollback_paths, start=1)
        self.query_one("#items", RowList).show([*why_rows(run, now), *(scenario_row(run, way, n) for n, way in ways)])
        self._describe()


def _bar(share: float) -> str:
    """A bar of how much of the target is used up; more than all of it fills it."""
    full = round(min(1.0, max(0.0, share)) * _BAR)
    return f"{'━' * full}{'─' * (_BAR - full)} {share:.0%}"
