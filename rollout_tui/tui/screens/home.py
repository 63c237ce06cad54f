"""Home: runs to resume first, then plans to start, then finished runs to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from ...clock import Clock
from ...errors import RolloutError
from ...people import Actor
from ...run.subjects.start_acts import Start
from ...runs.damaged import DamagedStore
from ...runs.now import recovery_stamp
from ...runs.protocols import RunRef, Runs, Store
from ...runs.replay import replayed
from ...runs.starting import start_run
from ...session import Session
from ...settings import own
from ..host import host_of
from ..keys.binding import key
from ..rows.home import HomeLog, Section, home_log, home_rows, plan_row
from ..rows.row import ListRow
from ..styled import MUTED, styled
from ..widgets.key_line import KeyLine
from ..widgets.lines import Lines, SplitLine
from ..widgets.notice_line import NoticeLine
from ..widgets.row_list import RowList

if TYPE_CHECKING:
    from ...plan.toml import LoadedPlan
    from ...signing.signer import Signs

Plans = dict[str, tuple["LoadedPlan | RolloutError", ListRow]]
"""The plans' files by their paths, each as it was read and as the row that shows it."""

_READING = " reading…"

# So many logs are read before any is shown.
_FIRST = 40


class HomeScreen(Screen[None]):
    """Enter does the obvious thing: resume, start, or read; what is broken is listed with what is wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "open", "home.open", "Resume the run, start the plan, or read the log", "Open"),
        key("v", "view", "home.view", "View the plan: its rules, its sections, and what is to be mended", "View plan"),
        key("e", "edit", "home.edit", "Open the plan's file in your editor (VISUAL, EDITOR)", "Edit"),
        key("f5", "look_again", "home.look-again", "Read the folders again", "Look again"),
    ]

    @dataclass
    class Read(Message):
        """Logs and plans were read; where more comes, not all of them yet, and perhaps no plans."""

        logs: dict[str, HomeLog]
        plans: Plans | None
        is_all: bool

    def __init__(self, runs: Runs, plans: Path, operator: Actor, clock: Clock) -> None:
        super().__init__()
        self._runs, self._plans_folder = runs, plans
        self._operator, self._clock = operator, clock
        self._logs: dict[str, HomeLog] = {}
        self._plans: Plans = {}
        # The key of the first row; as long as the cursor stands there, it goes with it.
        self._first = ""

    def compose(self) -> ComposeResult:
        yield SplitLine(id="top")
        yield Lines(id="next")
        yield RowList(id="items")
        yield Lines(id="home-detail")
        yield NoticeLine()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#next", Lines).show(styled((_READING, MUTED)))
        self.query_one("#items").focus()

    def on_screen_resume(self) -> None:
        self.action_look_again()

    def on_resize(self) -> None:
        operator = self._operator
        left, right = styled((" Rollout", "bold")), styled(f"{operator.name} ({operator.origin}) ")
        self.query_one("#top", SplitLine).show(left, right)

    @work(thread=True, exclusive=True, group="look", exit_on_error=True)
    def action_look_again(self) -> None:
        """Read logs and plans away from the screen's thread: the newest are shown while the others are read."""
        worker = get_current_worker()
        logs: dict[str, HomeLog] = {}
        plans: Plans | None = None
        due = _FIRST
        try:
            for log in self._runs.list():
                logs[log.ref.place] = home_log(log, self._clock.now())
                if worker.is_cancelled:
                    return
                if len(logs) == due:
                    self.post_message(self.Read(dict(logs), plans, is_all=False))
                    plans = plans or self._read_plans()
                    # Each time half as many more: to show all again and again costs no more than to read them.
                    due += due // 2
        except RolloutError as error:
            self.app.call_from_thread(self._say_refused, error)
        plans = plans or self._read_plans()
        if not worker.is_cancelled:
            self.post_message(self.Read(logs, plans, is_all=True))

    def _read_plans(self) -> Plans:
        from ...plan.toml import load

        plans: Plans = {}
        for path in sorted(self._plans_folder.glob("*.toml")):
            plan: LoadedPlan | RolloutError
            try:
                plan = load(path)
            except RolloutError as error:
                plan = error
            plans[str(path)] = plan, plan_row(str(path), plan)
        return plans

    @on(Read)
    def _show(self, read: Read) -> None:
        # Until all is read anew, what was read before stands behind it.
        before = {} if read.is_all else {key: log for key, log in self._logs.items() if key not in read.logs}
        self._logs = read.logs | before
        self._plans = self._plans if read.plans is None else read.plans
        unfinished = sum(each.section is Section.UNFINISHED for each in self._logs.values())
        if unfinished:
            said = f" ▶ {unfinished} unfinished{'' if read.is_all else ' so far'}: enter resumes the first"
        elif not read.is_all:
            said = _READING
        elif self._plans:
            said = " ▶ Nothing is under way: enter starts a plan"
        else:
            said = f" Start with: rollout run PLAN. No plan is in {self._plans_folder}, no run in {self._runs.where}."
        self.query_one("#next", Lines).show(styled((said, MUTED if said == _READING else "bold")))
        items = self.query_one("#items", RowList)
        rows = home_rows(self._logs.values(), [row for _, row in self._plans.values()])
        stays = items.key not in ("", self._first)
        items.show(rows)
        self._first = next((row.key for row in rows if not row.heading), "")
        if not stays:
            items.select(self._first)
        self._describe()

    def action_open(self) -> None:
        key = self.query_one("#items", RowList).key
        if key in self._logs:
            self._open_log(self._logs[key])
        elif key in self._plans:
            self._open_plan(self._plans[key][0])

    def action_view(self) -> None:
        """Show the plan under the cursor, or the one that the run under it follows."""
        from .plan import PlanFileScreen

        key = self.query_one("#items", RowList).key
        if key in self._plans:
            self.app.push_screen(PlanFileScreen(Path(key), self._plans[key][0], self._open_plan))
        elif (found := self._logs.get(key)) is not None and found.log.started is not None:
            self._view(found.log.ref)
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
            said = self._logs[key].about
        elif key in self._plans:
            plan, _ = self._plans[key]
            said = str(plan) if isinstance(plan, RolloutError) else f"{plan.plan.header.owner} · {plan.path}"
        self.query_one("#home-detail", Lines).show(*(styled((f" {line}", MUTED)) for line in said.split("\n")[:4]))

    def _open_log(self, found: HomeLog) -> None:
        log = found.log
        if log.damage is not None:
            self._try(lambda: DamagedStore(replayed(self._runs.read(log.ref))))
            return
        if log.problem:
            self._say_refused(RolloutError(log.problem, "It is kept as it is: rollout verify tells more."))
            return
        if log.torn is not None:
            from ..dialogs.question import Question

            asked = f"The log ends in an incomplete entry after event {log.torn.after} ({log.torn.size} bytes)."
            hint = "Compare with the last receipt. Its bytes are kept beside the log, and that is recorded."
            self.app.push_screen(
                Question(asked, hint, "keep the bytes and resume"), lambda yes: self._recover(log.ref, yes)
            )
            return
        if found.section is Section.FINISHED:
            self._read_audit(log.ref)
            return
        self._try(lambda: self._runs.open(log.ref))

    @work(thread=True, exclusive=True, group="open")
    def _view(self, ref: RunRef) -> None:
        """Show the plan that a run follows, which is read anew, away from the screen's thread."""
        from .plan import PlanScreen

        run = replayed(self._runs.read(ref)).run
        if run is None:
            self.app.call_from_thread(
                self._say_refused,
                RolloutError(f"{ref.place} holds no run by now.", "rollout verify tells more."),
            )
        else:
            self.app.call_from_thread(self.app.push_screen, PlanScreen.of_run(run))

    @work(thread=True, exclusive=True, group="open")
    def _read_audit(self, ref: RunRef) -> None:
        """Verify a finished run's log away from the screen's thread, and show its audit."""
        from ...verifier import own_authorities, own_signers
        from .audit import AuditScreen, audited

        try:
            verification = self._runs.verify(ref, None, own_signers, own_authorities)
            read = audited(replayed(self._runs.read(ref)), verification)
        except RolloutError as error:
            self.app.call_from_thread(self._say_refused, error)
        else:
            self.app.call_from_thread(self.app.push_screen, AuditScreen(read))

    def _recover(self, ref: RunRef, yes: bool | None) -> None:
        if yes:
            self._try(lambda: self._runs.recover(ref, recovery_stamp(self._runs, ref, self._clock, self._operator)))

    def _open_plan(self, plan: LoadedPlan | RolloutError) -> None:
        if isinstance(plan, RolloutError):
            self._say_refused(plan)
        else:
            host_of(self).choose_signer(partial(self._ask_to_start, plan))

    def _ask_to_start(self, plan: LoadedPlan, signer: Signs | None) -> None:
        from ...signing.principals import principals, unread_lines
        from ..dialogs.start import StartForm, attempts

        def begin(asked: Start) -> Session:
            listed = principals(plan.plan, own, self._clock.now())
            asked = replace(asked, plan_file=plan.file, principals=listed)
            if unread := unread_lines(plan.plan, own):
                self.app.call_from_thread(host_of(self).notices.say, "The signers file", "\n".join(unread))
            store = start_run(self._runs, plan.plan, plan.text, asked, self._clock, self._operator, signer)
            return Session(store, self._clock, self._operator, signer)

        before = attempts((each.log for each in self._logs.values()), plan.plan.header.service)
        self.app.push_screen(StartForm(plan.plan, begin, before), self._open_session)

    def _open_session(self, session: Session | None) -> None:
        if session is not None:
            host_of(self).open_run(session)

    @work(thread=True, exclusive=True, group="open")
    def _try(self, open_store: Callable[[], Store]) -> None:
        try:
            session = Session(open_store(), self._clock, self._operator)
        except RolloutError as error:
            self.app.call_from_thread(self._say_refused, error)
        else:
            self.app.call_from_thread(host_of(self).open_run, session)

    def _say_refused(self, error: RolloutError) -> None:
        host_of(self).receipts.say_refused(error)
