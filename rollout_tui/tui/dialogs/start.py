"""Start a run: what the plan breaks, and what a start in spite of it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Label

from ...plan.model import Plan
from ...plan.rules import check
from ...run.decisions.ending import Start
from ...session import Session
from ...text import safe
from ..paint import Row, paint
from ..widgets.lines import Lines
from .fields import Choice, FieldsScreen, Line

_KINDS = (
    ("run", "a real run"),
    ("rehearsal", "a rehearsal: walked by you, nothing is real"),
    ("emergency", "an emergency: one person goes on alone, second approvals follow"),
)


class StartForm(FieldsScreen[Session]):
    """Asks how a run of the plan starts, and why where that needs a reason; stays with what was typed if it may not."""

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
            kinds = Choice(id="kind")
            kinds.styles.height = len(_KINDS)
            kinds.show([Row(kind, paint(f" {words}")) for kind, words in _KINDS])
            yield kinds
            needed = "why it starts in spite of this" if self._findings else "reason (for an emergency or a second run)"
            yield Label(needed, classes="field-label")
            yield Line(id="reason")
            yield Lines(id="form-error")
            yield Label("enter: next, and start at the end · esc: back, nothing is started", classes="dialog-keys")

    async def submit(self, values: dict[str, str]) -> Session:
        asked = Start(
            rehearsal=values["kind"] == "rehearsal",
            emergency=values["kind"] == "emergency",
            override=tuple(dict.fromkeys(each.rule for each in self._findings)),
            reason=values["reason"],
        )
        return await asyncio.to_thread(self._begin, asked)
