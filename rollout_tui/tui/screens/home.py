"""Home: runs to resume first, then plans to start, then finished runs to read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from ... import runs
from ...clock import Clock
from ...errors import RolloutError
from ...people import Actor
from ...run.subjects.start import Start
from ...session import Session
from ..host import host_of
from ..keys.binding import key
from ..rows.home import home_rows
from ..styled import MUTED, styled
from ..widgets.key_line import KeyLine
from ..widgets.lines import Lines, SplitLine
from ..widgets.row_list import RowList

if TYPE_CHECKING:
    from ...plan.toml import LoadedPlan

# Older runs than these are attempted again from the command line (--after).
_ATTEMPTS = 2


class HomeScreen(Screen[None]):
    """Enter does the obvious thing: resume, start, or read; what is broken is listed with what is wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "open", "home.open", "Resume the run, start the plan, or read the log", "Open"),
        key("v", "view", "home.view", "View the plan: its rules, its sections, and what is to be mended", "View plan"),
        key("e", "edit", "home.edit", "Open the plan's file in your editor (VISUAL, EDITOR)", "Edit"),
        key("f5", "look_again", "home.look-again", "Read the folders again", "Look again"),
    ]

    def __init__(self, folder: Path, plans: Path, operator: Actor, clock: Clock) -> None:
        super().__init__()
        self._folder, self._plans_folder = folder, plans
        self._operator, self._clock = operator, clock
        self._logs: dict[str, runs.Summary] = {}
        self._plans: dict[str, LoadedPlan | RolloutError] = {}

    def compose(self) -> ComposeResult:
        yield SplitLine(id="top")
        yield Lines(id="next")
        yield RowList(id="items")
        yield Lines(id="home-detail")
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#next", Lines).show(styled((" reading…", MUTED)))
        self.query_one("#items").focus()

    def on_screen_resume(self) -> None:
        self.action_look_again()

    def on_resize(self) -> None:
        operator = self._operator
        left, right = styled((" Rollout", "bold")), styled(f"{operator.name} ({operator.origin}) ")
        self.query_one("#top", SplitLine).show(left, right)

    @work(thread=True, exclusive=True, group="look", exit_on_error=True)
    def action_look_again(self) -> None:
        """Read the folders away from the screen's thread."""
        from ...plan.toml import load

        try:
            logs = {str(each.path): each for each in runs.listed(self._folder)}
        except RolloutError as error:
            self.app.call_from_thread(self._say_refused, error)
            logs = {}
        plans: dict[str, LoadedPlan | RolloutError] = {}
        for path in sorted(self._plans_folder.glob("*.toml")):
            try:
                plans[str(path)] = load(path)
            except RolloutError as error:
                plans[str(path)] = error
        self.app.call_from_thread(self._show, logs, plans)

    def _show(self, logs: dict[str, runs.Summary], plans: dict[str, LoadedPlan | RolloutError]) -> None:
        self._logs, self._plans = logs, plans
        rows = home_rows(list(logs.values()), plans, self._clock.now())
        unfinished = sum(each.unfinished for each in logs.values())
        if unfinished:
            said = f" ▶ {unfinished} unfinished: enter resumes the newest"
        elif plans:
            said = " ▶ Nothing is under way: enter starts a plan"
        else:
            said = f" Start with: rollout run PLAN. No plan is in {self._plans_folder}, no run in {self._folder}."
        self.query_one("#next", Lines).show(styled((said, "bold")))
        items = self.query_one("#items", RowList)
        items.show(rows)
        if rows and items.cursor == 0:
            items.action_move(1)
        self._describe()

    def action_open(self) -> None:
        key = self.query_one("#items", RowList).key
        if key in self._logs:
            self._open_log(self._logs[key])
        elif key in self._plans:
            self._open_plan(self._plans[key])

    def action_view(self) -> None:
        """Show the plan under the cursor, or the one that the run under it follows."""
        from .plan import PlanFileScreen

        key = self.query_one("#items", RowList).key
        if key in self._plans:
            self.app.push_screen(PlanFileScreen(Path(key), self._plans[key], self._open_plan))
        elif (log := self._logs.get(key)) is not None and log.started is not None:
            self._view(log)
        else:
            self._say_refused(RolloutError("There is no plan under the cursor.", "Move to a plan or a run."))

    def action_edit(self) -> None:
        from ..editor import edit

        key = self.query_one("#items", RowList).key
        try:
            if key not in self._plans:
                raise RolloutError("There is no plan's file under the cursor.", "Move to a plan.")
            edit(self.app, Path(key))
        except RolloutError as error:
            self._say_refused(error)
        self.action_look_again()

    @on(RowList.Chosen, "#items")
    def _clicked_again(self) -> None:
        self.action_open()

    @on(RowList.Moved, "#items")
    def _describe(self) -> None:
        """Say more of what the cursor stands on: the mistakes of a broken plan, the damage of a log."""
        key = self.query_one("#items", RowList).key
        said = ""
        if key in self._logs:
            log = self._logs[key]
            name = f"{log.run.plan.header.name} · " if log.run is not None else ""
            said = log.problem or f"{name}{log.path.name}"
        elif key in self._plans:
            plan = self._plans[key]
            said = str(plan) if isinstance(plan, RolloutError) else f"{plan.plan.header.owner} · {plan.path}"
        self.query_one("#home-detail", Lines).show(*(styled((f" {line}", MUTED)) for line in said.split("\n")[:4]))

    def _open_log(self, log: runs.Summary) -> None:
        if log.damage is not None:
            self._try(lambda: runs.look(log.path, self._clock, self._operator))
            return
        if log.problem:
            self._say_refused(RolloutError(log.problem, "It is kept as it is: rollout verify tells more."))
            return
        if log.torn is not None:
            from ..dialogs.question import Question

            asked = f"The log ends in an incomplete entry after event {log.torn.after} ({log.torn.size} bytes)."
            hint = "Compare with the last receipt. Its bytes are kept beside the log, and that is recorded."
            self.app.push_screen(
                Question(asked, hint, "keep the bytes and resume"), lambda yes: self._recover(log, yes)
            )
            return
        if log.closed is not None and not (log.run is not None and log.run.outstanding):
            self._read(log)
            return
        self._try(lambda: runs.resume(log.path, self._clock, self._operator))

    @work(thread=True, exclusive=True, group="open")
    def _view(self, log: runs.Summary) -> None:
        """Show the plan that a run follows; that of a run that is over is read anew, away from the screen's thread."""
        from .plan import PlanScreen

        run = log.run or runs.read(log.path).run
        if run is None:
            self.app.call_from_thread(
                self._say_refused,
                RolloutError(f"{log.path} holds no run by now.", "rollout verify tells more."),
            )
        else:
            self.app.call_from_thread(self.app.push_screen, PlanScreen.of_run(run.id, run.plan))

    @work(thread=True, exclusive=True, group="open")
    def _read(self, log: runs.Summary) -> None:
        """Verify a finished run's log away from the screen's thread, and show its audit."""
        from .audit import AuditScreen, audited

        try:
            read = audited(runs.read(log.path), runs.verified(log.path))
        except RolloutError as error:
            self.app.call_from_thread(self._say_refused, error)
        else:
            self.app.call_from_thread(self.app.push_screen, AuditScreen(read))

    def _recover(self, log: runs.Summary, yes: bool | None) -> None:
        if yes:
            self._try(lambda: runs.recovered(log.path, self._clock, self._operator))

    def _open_plan(self, plan: LoadedPlan | RolloutError) -> None:
        from ..dialogs.start import StartForm

        if isinstance(plan, RolloutError):
            self._say_refused(plan)
            return

        def begin(asked: Start) -> Session:
            asked = replace(asked, plan_file=plan.file)
            return runs.begin(self._folder, plan.plan, plan.text, asked, self._clock, self._operator)

        self.app.push_screen(StartForm(plan.plan, begin, self._unfinished_business(plan)), self._open_session)

    def _unfinished_business(self, plan: LoadedPlan) -> list[tuple[str, str]]:
        """The newest runs of the plan's service that ended without completing: a start may be another attempt."""
        return [
            (log.started.run, log.closed.outcome.replace("-", " "))
            for log in self._logs.values()
            if log.started is not None
            and log.closed is not None
            and log.closed.outcome != "completed"
            and log.started.service == plan.plan.header.service
            and not log.started.rehearsal
        ][:_ATTEMPTS]

    def _open_session(self, session: Session | None) -> None:
        if session is not None:
            host_of(self).open_run(session)

    @work(thread=True, exclusive=True, group="open")
    def _try(self, opening: runs.Opening) -> None:
        try:
            session = opening()
        except RolloutError as error:
            self.app.call_from_thread(self._say_refused, error)
        else:
            self.app.call_from_thread(host_of(self).open_run, session)

    def _say_refused(self, error: RolloutError) -> None:
        host_of(self).receipts.say_refused(error)
