"""Redline: what changed in the plan's file, exactly what that voids, and why; nothing is reset silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Label

from ...errors import UsageError
from ...run.decide import refusal
from ...run.events import Entry
from ...run.intents import Redline
from ...run.plan_change import changes_by, lost, voided
from ...run.state import Run
from ...run.two_people import takes_a_key
from ...session import read_only_refusal
from ...settings import own
from ...signing.principals import principals_anew
from ...text import safe
from ..run_worker import RunWorker
from ..widgets.lines import Lines
from .fields import FieldsScreen, TextField

# Stands for the reason while none is typed yet.
_ANY = "—"


def proposed(run: Run, at: datetime) -> Redline:
    """Read the file of the run's plan as it is now, and whose the keys are if they begin to tell people apart by it.

    Raises UsageError where there is no such file, or none that can be read.
    """
    from ...plan.toml import load

    if not run.plan_file:
        raise UsageError(f"{run.id} names no plan file.", f"Give it: rollout redline {run.id} PLAN --reason WHY")
    loaded = load(Path(run.plan_file))
    return Redline(loaded.plan, loaded.text, _ANY, loaded.file, principals_anew(run, loaded.plan, own, at))


class RedlineForm(FieldsScreen[Entry]):
    """Shows the difference before it asks for the reason; raises Refused where the run can't follow the plan."""

    def __init__(self, worker: RunWorker, asked: Redline) -> None:
        super().__init__(self._record)
        self._worker = worker
        self._asked = asked
        if worker.read_only:
            raise read_only_refusal(worker.read_only)
        if (refused := refusal(worker.run, asked, worker.moment(), worker.operator)) is not None:
            raise refused

    def compose(self) -> ComposeResult:
        run = self._worker.run
        asked = self._asked
        changes = changes_by(run, asked.plan, asked.principals)
        void = voided(run, asked.plan, asked.principals)
        with VerticalScroll(id="redline", classes="dialog"):
            yield Label("Redline: follow the plan's file as it is now", classes="dialog-title", markup=False)
            with VerticalScroll(id="changes", can_focus=False):
                for change in changes:
                    yield Label(safe(f"± {change}"), classes="dialog-line", markup=False)
                if counts := takes_a_key(run, asked.plan, asked.principals):
                    yield Label(counts, classes="dialog-blocker", markup=False)
                yield Label(_voids(len(void)), classes="dialog-about" if not void else "dialog-blocker", markup=False)
                for name in void:
                    words = f"■ {run.sequence.items[name].title}: {lost(run, name)}"
                    yield Label(safe(words), classes="dialog-blocker", markup=False)
            yield Label("why the plan changed", classes="field-label")
            yield TextField(id="reason")
            yield Lines(id="form-error")
            yield Label("enter: record · esc: back, the run follows the plan as before", classes="dialog-keys")

    async def _record(self, values: dict[str, str]) -> Entry:
        self.say("recording…")
        return await self._worker.record(replace(self._asked, reason=values["reason"]))


def _voids(count: int) -> str:
    if not count:
        return "No sign-off is void."
    return f"{count} item{'s' if count > 1 else ''} will be void and open again:"
