"""Start a run: what the plan breaks, and what a start in spite of it asks for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Input, Label

from ...plan.model import Plan
from ...plan.rules import check
from ...run.decisions.ending import Start
from ...text import safe


class StartForm(ModalScreen[Start | None]):
    """Asks how a run of the plan starts; enter on a clean plan starts it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back, nothing started", id="start.leave"),
        Binding("ctrl+s", "start", "Start", id="start.start"),
    ]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
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
            needed = "why it starts in spite of this" if self._findings else "reason (for an emergency or a second run)"
            yield Label(needed, classes="field-label")
            yield Input(id="reason")
            yield Checkbox("rehearsal: nothing is real", id="rehearsal")
            yield Checkbox("emergency: one person goes on alone, second approvals follow", id="emergency")
            yield Label("enter: start · tab: next · esc: back, nothing is started", classes="dialog-keys")

    def on_mount(self) -> None:
        self.query_one("#reason").focus()

    def on_input_submitted(self) -> None:
        self.action_start()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_start(self) -> None:
        self.dismiss(
            Start(
                rehearsal=self.query_one("#rehearsal", Checkbox).value,
                emergency=self.query_one("#emergency", Checkbox).value,
                override=tuple(dict.fromkeys(each.rule for each in self._findings)),
                reason=self.query_one("#reason", Input).value,
            )
        )
