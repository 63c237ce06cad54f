"""Start a run: what the plan breaks, and what a start in spite of it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from ...errors import RolloutError
from ...plan.model import Plan
from ...plan.rules import check
from ...run.decisions.ending import Start
from ...session import Session
from ...text import safe
from ..paint import Row, paint
from ..widgets.lines import Lines
from ..widgets.row_list import RowList

_KINDS = (
    ("run", "a real run"),
    ("rehearsal", "a rehearsal: walked by you, nothing is real"),
    ("emergency", "an emergency: one person goes on alone, second approvals follow"),
)


class StartForm(ModalScreen[Session | None]):
    """Asks how a run of the plan starts, and why where that needs a reason; stays with what was typed if it may not."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back, nothing started", id="start.leave"),
        Binding("ctrl+s", "start", "Start", id="start.start"),
    ]

    def __init__(self, plan: Plan, begin: Callable[[Start], Session]) -> None:
        super().__init__()
        self._begin = begin
        self._plan = plan
        self._findings = check(plan)

    def compose(self) -> ComposeResult:
        header = self._plan.header
        with VerticalScroll(id="start", classes="dialog"):
            yield Label(
                safe(f"Start {header.name}: {header.service} {header.release}"), classes="dialog-title", markup=False
            )
            for finding in self._findings:
                yield Label(safe(f"■ {finding.rule}: {finding.message}"), classes="dialog-blocker", markup=False)
            kinds = RowList(id="kind")
            kinds.styles.height = len(_KINDS)
            kinds.show([Row(kind, paint(f" {words}")) for kind, words in _KINDS])
            yield kinds
            needed = "why it starts in spite of this" if self._findings else "reason (for an emergency or a second run)"
            yield Label(needed, classes="field-label")
            yield Input(id="reason")
            yield Lines(id="start-error")
            yield Label("enter: next, and start at the end · esc: back, nothing is started", classes="dialog-keys")

    def on_mount(self) -> None:
        self.query_one("#kind").focus()

    def key_enter(self, event: events.Key) -> None:
        """On the choices enter goes on, and is not taken again by the line that it goes to."""
        if self.focused is self.query_one("#kind"):
            event.stop()
            self.query_one("#reason").focus()

    def on_input_submitted(self) -> None:
        self.action_start()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_start(self) -> None:
        kind = self.query_one("#kind", RowList).key
        asked = Start(
            rehearsal=kind == "rehearsal",
            emergency=kind == "emergency",
            override=tuple(dict.fromkeys(each.rule for each in self._findings)),
            reason=self.query_one("#reason", Input).value,
        )
        self.run_worker(self._start(asked), exclusive=True)

    async def _start(self, asked: Start) -> None:
        try:
            session = await asyncio.to_thread(self._begin, asked)
        except RolloutError as error:
            self._show_error(error)
        else:
            self.dismiss(session)

    def _show_error(self, error: RolloutError) -> None:
        said = [paint((line, "$error bold")) for line in error.message.split("\n")]
        self.query_one("#start-error", Lines).show(*said, paint(error.hint))
