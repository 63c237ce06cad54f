"""One form for all metrics: what is left empty is not recorded, a question mark records that it could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Label

from ...errors import RolloutError, UsageError
from ...plan.model import Metric
from ...run.decide import refusal
from ...run.events import Entry
from ...run.intents import Intent, Measure, Unread
from ...run.reading_text import read_number
from ...run.restored import newest_reading
from ...text import safe
from ..run_worker import RunWorker
from ..times import ago
from ..widgets.lines import Lines
from .fields import FieldsScreen, TextField


class MeasureForm(FieldsScreen[Entry]):
    """Takes a reading of each metric, or of these `names`; gives the last entry that was recorded, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Metric before", show=False, priority=True, id="measure.up"),
        Binding("down", "app.focus_next", "Next metric", show=False, priority=True, id="measure.down"),
    ]

    def __init__(self, worker: RunWorker, metric: str = "", names: tuple[str, ...] = ()) -> None:
        super().__init__(self._record)
        self._worker = worker
        self._first = metric
        self._names = list(names or worker.run.sequence.metrics)
        self._last: Entry | None = None

    def compose(self) -> ComposeResult:
        run = self._worker.run
        with VerticalScroll(id="measure", classes="dialog"):
            yield Label("Readings", classes="dialog-title")
            stage = run.sequence.stage(run.reading_stage).title
            yield Label(
                safe(f"They count for {stage}. Empty: not read now. ? why: it could not be read."), markup=False
            )
            for place, name in enumerate(self._names):
                metric = run.sequence.metrics[name]
                with HorizontalGroup(classes="reading"):
                    last = self._last_read(name)
                    yield Label(safe(f"{metric.metric}  (alert {metric.threshold}){last}"), markup=False)
                    yield TextField(id=f"reading-{place}", placeholder=safe(metric.threshold.unit))
            yield Lines(id="form-error")
            yield Label("enter: next, and record at the end · ctrl+s: record now · esc: back", classes="dialog-keys")

    def first_field(self) -> Widget:
        place = self._names.index(self._first) if self._first in self._names else 0
        return self.query_one(f"#reading-{place}", Input)

    def left_with(self) -> Entry | None:
        return self._last

    async def _record(self, values: dict[str, str]) -> Entry | None:
        """Record what was typed, once all of it would be taken; a line is emptied when it is recorded."""
        readings: list[tuple[int, Intent]] = []
        mistakes: list[RolloutError] = []
        metrics = self._worker.run.sequence.metrics
        for place, name in enumerate(self._names):
            if text := values[f"reading-{place}"].strip():
                with self._collecting(place, mistakes):
                    readings.append((place, self._taken(_intent(name, metrics[name], text))))
        if mistakes:
            raise UsageError("\n".join(f"{each.message} {each.hint}" for each in mistakes))
        recorded = self._worker.record_each(intent for _, intent in readings)
        for place, _ in readings:
            with self._about(place):
                self._last = await anext(recorded)
            self.query_one(f"#reading-{place}", Input).value = ""
        await anext(recorded, None)
        return self._last

    @contextmanager
    def _about(self, place: int) -> Iterator[None]:
        """Say which metric was refused, and go to its line."""
        try:
            yield
        except RolloutError as error:
            self.query_one(f"#reading-{place}", Input).focus()
            error.message = f"{self._worker.run.sequence.metrics[self._names[place]].metric}: {error.message}"
            raise

    @contextmanager
    def _collecting(self, place: int, mistakes: list[RolloutError]) -> Iterator[None]:
        """Keep what is wrong with a line, so that all mistakes are said at once."""
        try:
            with self._about(place):
                yield
        except RolloutError as error:
            mistakes.append(error)

    def _last_read(self, name: str) -> str:
        """Say what was read last, and how long ago."""
        run, now = self._worker.run, self._worker.moment()
        newest = newest_reading(run, name)
        if newest is None:
            return "  never read"
        value = "not readable" if newest.value is None else f"{newest.value:g}"
        return f"  last {value}, {ago(now.at - newest.mark.at)}"

    def _taken(self, intent: Intent) -> Intent:
        if refused := refusal(self._worker.run, intent, self._worker.moment(), self._worker.operator):
            raise refused
        return intent


def _intent(name: str, metric: Metric, text: str) -> Intent:
    if text.startswith("?"):
        return Unread(name, text[1:].strip())
    return Measure(name, read_number(text, metric.threshold.unit))
