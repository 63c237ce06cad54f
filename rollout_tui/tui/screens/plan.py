"""A plan: the eight rules and what is to be mended, and the eight sections; of a run, or before one starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from ...errors import Refused, RolloutError
from ...plan.finding import Finding
from ...plan.mistakes import KeyPath
from ...plan.model import Plan
from ...plan.placeholders import placeholders
from ...plan.rules import check
from ...run.state import Run
from ..host import host_of
from ..keys.binding import key, press
from ..plan_rows import TITLES, Line, Shown, of_mistakes, of_plan, states_of
from ..styled import EMPTY, MUTED, Part, styled
from ..widgets.condition_line import RunCondition
from ..widgets.key_line import KeyLine
from ..widgets.lines import Lines, SplitLine
from ..widgets.notice_line import NoticeLine
from ..widgets.row_list import RowList

if TYPE_CHECKING:
    from ...plan.toml import LoadedPlan


class PlanScreen(Screen[None]):
    """The plan that a run follows: the parts at the left, the rows of one at the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("tab,shift+tab", "switch_pane", "plan.pane", "Go between parts and rows"),
        key("left", "part(-1)", "plan.part-before", "Look at the part before"),
        key("right", "part(1)", "plan.next-part", "Look at the next part"),
        key("e", "edit", "plan.edit", "Open the plan's file in your editor (VISUAL, EDITOR)", "Edit"),
        key("escape", "back", "plan.back", "Back", "Back"),
    ]

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._is_live = False
        self._origin = origin
        self._shown = Shown(EMPTY, [], {})
        self._part = ""
        self._lines: dict[str, Line] = {}

    @classmethod
    def of_run(cls, run: Run, *, is_live: bool = False) -> PlanScreen:
        """Show the plan as a run follows it and what of it is deployed, under the run's condition where it is live."""
        screen = cls(f"as {run.id} follows it, at #{run.seq}")
        screen._is_live = is_live
        screen._shown = of_plan(run.plan, _found_in(run.plan), {}, states_of(run))
        return screen

    def compose(self) -> ComposeResult:
        yield SplitLine(id="top")
        if self._is_live:
            yield RunCondition()
        yield SplitLine(id="next")
        with Horizontal(id="frame"):
            yield RowList(id="parts")
            with Vertical(id="main"):
                yield SplitLine(id="stage-title")
                yield RowList(id="items")
                yield Lines(id="plan-detail")
        yield NoticeLine()
        yield KeyLine()

    def on_mount(self) -> None:
        items = self.query_one("#items", RowList)
        items.focus()
        self.repaint()
        items.select(next((key for key, line in self._lines.items() if line.is_finding), ""))

    def on_resize(self) -> None:
        self.repaint()

    def repaint(self) -> None:
        """Draw what was read last, at the part that is looked at, or at the first where there is no such part."""
        self.query_one("#top", SplitLine).show(self._shown.title, styled((f"{self._origin} ", MUTED)))
        said, press = self.state()
        self.query_one("#next", SplitLine).show(styled(said), styled((press, "$accent bold")))
        rail = self.query_one("#parts", RowList)
        rail.show(self._shown.rail)
        if self._part not in self._shown.parts:
            self._part = self._shown.rail[0].key
        rail.select(self._part)
        shown = self._shown.parts[self._part]
        self._lines = {line.row.key: line for line in shown}
        self.query_one("#items", RowList).show([line.row for line in shown])
        names = list(self._shown.parts)
        place = "" if rail.display else f"{names.index(self._part) + 1}/{len(names)} "
        title = TITLES.get(self._part, ("", "What keeps it from being read"))[1]
        self.query_one("#stage-title", SplitLine).show(styled((f" {place}", MUTED), (title, "bold")), EMPTY)
        self._describe()

    def state(self) -> tuple[Part, str]:
        """Say what there is to say of the plan as a whole, and which key to press."""
        said = " The run goes by this, whatever happens to the file meanwhile"
        return (said, MUTED), f"{press('plan.back', 'escape')}: back "

    def action_switch_pane(self) -> None:
        rail, items = self.query_one("#parts"), self.query_one("#items")
        (items if self.focused is rail or not rail.display else rail).focus()

    def action_part(self, by: int) -> None:
        self.query_one("#parts", RowList).action_move(by)
        self._look()

    def action_edit(self) -> None:
        self.say_refused(Refused("A run keeps its plan as it is.", "Edit the plan's file, then redline the run."))

    def action_back(self) -> None:
        self.dismiss()

    def say_refused(self, error: RolloutError) -> None:
        host_of(self).receipts.say_refused(error)

    @on(RowList.Moved, "#parts")
    def _look(self) -> None:
        """Look at the part under the rail's cursor."""
        part = self.query_one("#parts", RowList).key
        if part and part != self._part:
            self._part = part
            self.query_one("#items", RowList).action_end(-1)
            self.repaint()

    @on(RowList.Moved, "#items")
    def _describe(self) -> None:
        line = self._lines.get(self.query_one("#items", RowList).key)
        self.query_one("#plan-detail", Lines).show(*(line.detail if line is not None else ()))


class PlanFileScreen(PlanScreen):
    """A plan's file before a run of it starts; it can be edited, and is read anew then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "start", "plan.start", "Start a run of the plan", "Start"),
        key("f5", "look_again", "plan.look-again", "Read the file again"),
    ]

    def __init__(
        self, path: Path, found: LoadedPlan | RolloutError, start: Callable[[LoadedPlan | RolloutError], None]
    ) -> None:
        """`start` opens the way to a run of what was read."""
        super().__init__(str(path))
        self._path, self._start = path, start
        self._take(found)

    def state(self) -> tuple[Part, str]:
        edit, start = (f"press {key} " for key in (press("plan.edit", "e"), press("plan.start", "enter")))
        if isinstance(self._found, RolloutError):
            return (" ✘ No plan can be read from this file", "$error bold"), edit
        left = self._left_open()
        if left:
            return (f" ■ It can't start: {_count(left, 'placeholder')} to fill in", "$error bold"), edit
        if self._findings:
            return (
                f" ■ {_count(self._findings, 'finding')}: a start in spite of it asks why",
                "$warning bold",
            ), start
        return (" ● All eight rules are kept: it can start", "$success bold"), start

    def action_start(self) -> None:
        if left := self._left_open():
            hint = f"Rules lists them; {press('plan.edit', 'e')} opens the file."
            self.say_refused(Refused(f"The plan can't start: {_count(left, 'placeholder')} to fill in.", hint))
        else:
            self._start(self._found)

    def action_edit(self) -> None:
        from ..editor import edit

        try:
            edit(self.app, self._path)
        except RolloutError as error:
            self.say_refused(error)
        self.action_look_again()

    @work(thread=True, exclusive=True, group="look")
    def action_look_again(self) -> None:
        """Read the file away from the screen's thread; the place stays."""
        from ...plan.toml import load

        try:
            found: LoadedPlan | RolloutError = load(self._path)
        except RolloutError as error:
            found = error
        self.app.call_from_thread(self._show, found)

    def _show(self, found: LoadedPlan | RolloutError) -> None:
        self._take(found)
        self.repaint()

    def _take(self, found: LoadedPlan | RolloutError) -> None:
        self._found = found
        self._findings: tuple[Finding, ...] = ()
        if isinstance(found, RolloutError):
            self._shown = of_mistakes(self._path.name, found)
        else:
            self._findings = _found_in(found.plan)
            self._shown = of_plan(found.plan, self._findings, _places(found.text, self._findings))

    def _left_open(self) -> list[Finding]:
        return [each for each in self._findings if not each.overridable]


def _found_in(plan: Plan) -> tuple[Finding, ...]:
    return (*check(plan), *placeholders(plan))


def _places(text: str, findings: tuple[Finding, ...]) -> Mapping[KeyPath, int]:
    """The line of each finding; the parser that knows is loaded only where there is one."""
    if not findings:
        return {}
    from ...plan.locate import places

    known = places(text)
    return {each.path: known.of_value(each.path).line for each in findings}


def _count(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"
