"""The history across runs as data: JSON of a documented shape, and CSV whose cells do nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ..run.history import Figures
from ..run.measures import dora, most_waived
from ..text import one_line
from .history import History
from .history_lines import outcome

FORMAT = "rollout-history/1"
"""The version of the JSON: a key is only ever added under the same number. Times are UTC, spans in seconds."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(history: History) -> dict[str, Any]:
    """Give the whole history as plain values."""
    return {
        "format": FORMAT,
        "generated": _time(history.now),
        "since": _time(history.since),
        "runs": [_run(each) for each in history.runs],
        "waived": [
            {"service": each.service, "item": each.item, "times": each.times, "runs": each.runs}
            for each in most_waived(history.runs)
        ],
        "measures": [
            {
                "id": each.id,
                "name": each.name,
                "value": each.value,
                "unit": each.unit,
                "runs": each.runs,
                "how": each.how,
            }
            for each in dora(history.runs, history.since, history.now)
        ],
        "rehearsals_left_out": history.rehearsals,
        "torn": [{"log": log, "problem": problem} for log, problem in history.torn],
        "skipped": [{"log": log, "problem": problem} for log, problem in history.skipped],
    }


def _run(run: Figures) -> dict[str, Any]:
    return {
        "run": run.run,
        "service": run.started.service,
        "release": run.started.release,
        "rehearsal": run.started.rehearsal,
        "emergency": run.started.emergency,
        "outcome": run.outcome,
        "started": _time(run.stamp.at),
        "by": run.stamp.by,
        "go": _time(run.went),
        "last_phase_started": _time(run.reached),
        "closed": _time(run.ended),
        "seconds": _seconds(run.took),
        "events": run.events,
        "stages": [{"stage": stage, "seconds": _seconds(took)} for stage, took in run.stages],
        "waived": [{"item": w.item, "by": w.by, "reason": w.reason, "event": w.seq} for w in run.waived],
        "overrides": [
            {"stage": o.stage, "by": o.by, "past": list(o.past), "reason": o.reason, "event": o.seq}
            for o in run.overrides
        ],
        "rollbacks": [
            {
                "scenario": back.scenario,
                "outcome": back.outcome,
                "seconds": _seconds(back.took),
                "target": _seconds(back.target),
                "over": back.over,
                "event": back.seq,
            }
            for back in run.rollbacks
        ],
        "rolling_back": run.rolling_back,
        "redlines": run.redlines,
        "recovered": run.recovered,
        "gaps": [{"seconds": _seconds(gap.took), "before_event": gap.seq} for gap in run.gaps],
    }


def csv_lines(history: History) -> Iterator[str]:
    """Give the header and a line for each run; the last columns are the seconds that each stage took."""
    stages = list(dict.fromkeys(stage for run in history.runs for stage, _ in run.stages))
    yield _csv([*_COLUMNS, *(f"seconds in {stage}" for stage in stages)])
    for run in history.runs:
        took = dict(run.stages)
        spans = [_seconds(took[stage]) if stage in took else None for stage in stages]
        yield _csv([*_cells(run), *spans])


_COLUMNS = (
    "run", "service", "release", "rehearsal", "emergency", "outcome", "started", "closed", "seconds", "events",
    "waived", "overrides", "rollbacks", "rollback seconds", "rollback target", "over target", "recovered", "gaps",
)  # fmt: skip


def _cells(run: Figures) -> list[object]:
    last = run.rollbacks[-1] if run.rollbacks else None
    return [
        run.run,
        run.started.service,
        run.started.release,
        "yes" if run.started.rehearsal else "no",
        "yes" if run.started.emergency else "no",
        outcome(run),
        _time(run.stamp.at),
        _time(run.ended),
        _seconds(run.took),
        run.events,
        len(run.waived),
        len(run.overrides),
        len(run.rollbacks),
        _seconds(last.took) if last else None,
        _seconds(last.target) if last else None,
        ("yes" if last.over else "no") if last else None,
        run.recovered,
        len(run.gaps),
    ]


def _csv(cells: list[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([_inert(each) if isinstance(each, str) else each for each in cells])
    return line.getvalue()


def _inert(text: str) -> str:
    """A spreadsheet takes what begins so for a formula; the escapes of what hides come first."""
    return f"'{one_line(text)}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else one_line(text)


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds") if at else None


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
