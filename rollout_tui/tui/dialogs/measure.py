"""One form for all metrics: what is left empty is not recorded, a question mark records that it could not be read."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from ...errors import RolloutError
from ...run.events import Entry
from ...run.intents import Intent, Measure, Unread
from ...text import safe
from ..desk import Desk
from ..paint import paint
from ..widgets.lines import Lines
from .form import number


class MeasureForm(ModalScreen[Entry | None]):
    """Takes a reading of each metric; gives the last entry that was recorded, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="measure.leave"),
        Binding("ctrl+s", "record", "Record", id="measure.record"),
        Binding("up", "app.focus_previous", "Metric before", show=False, id="measure.up"),
        Binding("down", "app.focus_next", "Next metric", show=False, id="measure.down"),
    ]

    def __init__(self, desk: Desk, metric: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._first = metric
        self._names = list(desk.run.sequence.metrics)
        self._last: Entry | None = None

    def compose(self) -> ComposeResult:
        run = self._desk.run
        with VerticalScroll(id="measure", classes="dialog"):
            yield Label("Readings", classes="dialog-title")
            stage = run.sequence.stage(run.reading_stage).title
            yield Label(
                safe(f"They count for {stage}. Empty: not read now. ? why: it could not be read."), markup=False
            )
            for place, name in enumerate(self._names):
                metric = run.sequence.metrics[name]
                with HorizontalGroup(classes="reading"):
                    yield Label(safe(f"{metric.metric}  (alert {metric.threshold})"), markup=False)
                    yield Input(id=f"reading-{place}", placeholder=safe(metric.threshold.unit))
            yield Lines(id="measure-error")
            yield Label("enter: next, and record at the end · ctrl+s: record now · esc: back", classes="dialog-keys")

    def on_mount(self) -> None:
        place = self._names.index(self._first) if self._first in self._names else 0
        self.query_one(f"#reading-{place}", Input).focus()

    def action_leave(self) -> None:
        self.dismiss(self._last)

    @on(Input.Submitted)
    def _next_or_record(self, event: Input.Submitted) -> None:
        if event.input.id == f"reading-{len(self._names) - 1}":
            self.action_record()
        else:
            self.focus_next(Input)

    def action_record(self) -> None:
        if not self._desk.recording:
            self.run_worker(self._record())

    async def _record(self) -> None:
        """Record one after the other; a line is emptied when it is recorded, so that the rest can be mended."""
        for place, name in enumerate(self._names):
            field = self.query_one(f"#reading-{place}", Input)
            text = field.value.strip()
            if not text:
                continue
            try:
                self._last = await self._desk.record(_intent(name, text))
            except RolloutError as error:
                field.focus()
                message = f"{self._desk.run.sequence.metrics[name].metric}: {error.message}"
                self.query_one("#measure-error", Lines).show(paint((message, "$error bold")), paint(error.hint))
                return
            field.value = ""
        self.dismiss(self._last)


def _intent(metric: str, text: str) -> Intent:
    return Unread(metric, text[1:].strip()) if text.startswith("?") else Measure(metric, number(text))
