"""The history across runs as CSV for a spreadsheet: one row a run, and no cell that a spreadsheet would compute."""

from __future__ import annotations

from ...run.figures import Figures
from ..json_values import iso, seconds
from ..spreadsheet import csv_document
from . import History
from .blind import sighted
from .lines import outcome


def render(history: History) -> str:
    """Give the header and a line for each run; the last columns are the seconds that each stage took."""
    stages = list(dict.fromkeys(stage for run in history.runs for stage, _ in run.stages))
    header = [*_COLUMNS, *(f"seconds in {stage}" for stage in stages)]
    rows = ([*_cells(run), *(seconds(dict(run.stages).get(stage)) for stage in stages)] for run in history.runs)
    return csv_document([header, *rows])


_COLUMNS = (
    "run", "service", "release", "rehearsal", "emergency", "outcome", "started", "closed", "seconds", "events",
    "waived", "overrides", "rollbacks", "rollback seconds", "rollback target", "over target", "recovered", "gaps",
    "seconds seen before rollback", "rollback outcome", "restored by",
    "seconds observed", "seconds blind", "looks", "looks unknown", "looks in error",
)  # fmt: skip


def _cells(run: Figures) -> list[object]:
    last = run.rollbacks[-1] if run.rollbacks else None
    seen = sighted([run])
    return [
        run.run,
        run.started.service,
        run.started.release,
        "yes" if run.started.rehearsal else "no",
        "yes" if run.started.emergency else "no",
        outcome(run),
        iso(run.stamp.at),
        iso(run.ended),
        seconds(run.took),
        run.events,
        len(run.waived),
        len(run.overrides),
        len(run.rollbacks),
        seconds(last.took) if last else None,
        seconds(last.target) if last else None,
        ("yes" if last.over else "no" if last.within else "not restored") if last else None,
        run.recovered,
        len(run.gaps),
        seconds(last.seen) if last else None,
        last.outcome if last else None,
        last.shown if last else None,
        *((seconds(seen.observed), seconds(seen.blind), seen.looks, seen.unknown, seen.errors) if seen else [None] * 5),
    ]
