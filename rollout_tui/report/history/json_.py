"""The history across runs as JSON of a documented shape."""

from __future__ import annotations

import json
from typing import Any

from ...run.dora import dora, most_waived
from ...run.figures import Figures
from ..json_values import iso, seconds, sight_object
from . import History

FORMAT = "rollout-history/1"
"""The version of the JSON: a key is only ever added under the same number. Times are UTC, spans in seconds."""


def render(history: History) -> str:
    """Give the whole history as one object, in which everything beyond ASCII is escaped."""
    return json.dumps(_history(history), indent=2) + "\n"


def _history(history: History) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "generated": iso(history.now),
        "since": iso(history.since),
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
        "started": iso(run.stamp.at),
        "by": run.stamp.by,
        "go": iso(run.went),
        "last_phase_started": iso(run.reached),
        "closed": iso(run.ended),
        "seconds": seconds(run.took),
        "events": run.events,
        "stages": [{"stage": stage, "seconds": seconds(took)} for stage, took in run.stages],
        "waived": [{"item": w.item, "by": w.by, "reason": w.reason, "event": w.seq} for w in run.waived],
        "overrides": [
            {"stage": o.stage, "by": o.by, "past": list(o.past), "reason": o.reason, "event": o.seq}
            for o in run.overrides
        ],
        "rollbacks": [
            {
                "scenario": back.scenario,
                "outcome": back.outcome,
                "seconds": seconds(back.took),
                "target": seconds(back.target),
                "over": back.over,
                "within": back.within,
                "shown": back.shown or None,
                "seen_before": seconds(back.seen),
                "event": back.seq,
            }
            for back in run.rollbacks
        ],
        "rolling_back": run.rolling_back,
        "soaks": [sight_object(each) for each in run.sights],
        "unknown": run.unknown,
        "errors": run.errors,
        "redlines": run.redlines,
        "recovered": run.recovered,
        "gaps": [{"seconds": seconds(gap.took), "before_event": gap.seq} for gap in run.gaps],
    }
