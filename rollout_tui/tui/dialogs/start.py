"""Start a run: what the plan breaks, and what a start in spite of it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Label

from ...plan.model import Plan
from ...plan.rules import check
from ...run.subjects.start_acts import Start
from ...runs.listing import Summary
from ...session import Session
from ...text import safe
from ..rows.row import ListRow
from ..styled import styled
from ..widgets.lines import Lines
from .fields import ChoiceField, FieldsScreen, TextField

_KINDS = (
    ("run", "a real run"),
    ("rehearsal", "a rehearsal: walked by you, nothing is real"),
    ("emergency", "an emergency: one person goes on alone, second approvals follow"),
)
_AFTER = "after "

# Older runs than these are attempted again from the command line (--after).
_ATTEMPTS = 2


def attempts(logs: Iterable[Summary], service: str) -> list[tuple[str, str]]:
    """Give the newest runs of a service that ended without completing: a start may be another attempt."""
    return [
        (log.started.run, log.closed.outcome.replace("-", " "))
        for log in logs
        if log.started is not None
        and log.closed is not None
        and log.closed.outcome != "completed"
        and log.started.service == service
        and not log.started.rehearsal
    ][:_ATTEMPTS]


class StartForm(FieldsScreen[Session]):
    """Asks how a run of the plan starts, and why where that needs a reason; stays with what was typed if it may not.

    `before` are the closed runs that it may be another attempt at, each with its outcome.
    """

    def __init__(self, plan: Plan, begin: Callable[[Start], Session], before: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(self._start)
        again = [(f"{_AFTER}{run}", f"another attempt after {run} ({outcome})") for run, outcome in before]
        self._kinds = (_KINDS[0], *again, *_KINDS[1:])
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
            kinds = ChoiceField(id="kind")
            kinds.styles.height = len(self._kinds)
            kinds.show([ListRow(kind, styled(f" {words}")) for kind, words in self._kinds])
            yield kinds
            needed = "why it starts in spite of this" if self._findings else "reason (for an emergency or a second run)"
            yield Label(needed, classes="field-label")
            yield TextField(id="reason")
            yield Lines(id="form-error")
            yield Label("enter: next, and start at the end · esc: back, nothing is started", classes="dialog-keys")

    async def _start(self, values: dict[str, str]) -> Session:
        asked = Start(
            rehearsal=values["kind"] == "rehearsal",
            emergency=values["kind"] == "emergency",
            override=tuple(dict.fromkeys(each.rule for each in self._findings)),
            reason=values["reason"],
            after=values["kind"].removeprefix(_AFTER) if values["kind"].startswith(_AFTER) else "",
        )
        return await asyncio.to_thread(self._begin, asked)
