"""Where a run stands, as JSON for scripts."""

from __future__ import annotations

from typing import Any

from ..report.json_values import blocker_object, condition_object, iso, part_object
from ..run.deployed import parts
from ..run.gates import blockers
from ..run.moment import Moment
from ..run.next import next_step
from ..run.observation import Look
from ..run.previous_attempt import strays
from ..run.rollback_clock import elapsed, newest_target
from ..run.soak import observed, soak_left
from ..run.stages import Item, Stage
from ..run.stamp import Mark
from ..run.state import Run
from ..run.two_people import told_apart
from ..run.window import warnings
from ..runs.ranked import ranked


def snapshot(run: Run, now: Moment, problem: str = "") -> dict[str, Any]:
    """Give the run as plain values: times in UTC as ISO 8601, spans in seconds, nothing left out where it is empty.

    `problem` is what is wrong with the log.
    """
    step = next_step(run, now)
    return {
        "run": run.id,
        "name": run.name,
        "plan": run.plan.header.name,
        "redlined": _mark(run.redlined[0]) if run.redlined else None,
        "rehearsal": run.started.rehearsal,
        "emergency": run.emergency,
        "overrides": list(run.started.overrides),
        "started": _mark(Mark(run.stamp.by, run.stamp.at, 0)),
        "outcome": run.closed.outcome if run.closed else None,
        "lead": run.lead,
        "identity": {"rule": run.identity.rule, "words": told_apart(run) or None},
        "offer": _mark(run.offer.mark) | {"to": run.offer.to or None, "note": run.offer.note} if run.offer else None,
        "after": {"run": run.started.after, "head": run.started.after_head} if run.started.after else None,
        "not_in_plan": [{"id": step, "event": seq} for step, seq in strays(run)],
        "artifacts": list(run.plan.header.artifacts),
        "previous_artifacts": list(run.plan.header.previous_artifacts),
        "deployed": [part_object(part) for part in parts(run)],
        "condition": condition_object(ranked(run, now, problem)),
        "stage": run.stage.id,
        "next": {"text": step.text, "item": step.item or None, "action": step.action or None},
        "held": _mark(run.held.mark) | {"reason": run.held.reason} if run.held else None,
        "stages": [_stage(run, stage, now) for stage in run.sequence.stages],
        "blockers": [blocker_object(each) for each in blockers(run, now)],
        "warnings": list(warnings(run, now)),
        "rollback": _rollback(run, now),
        "outstanding": [item.id for item in run.outstanding],
        "read_only": bool(run.unknown),
        "seq": run.seq,
        "head": run.head,
    }


def _stage(run: Run, stage: Stage, now: Moment) -> dict[str, Any]:
    passed = run.gates.get(stage.id)
    described: dict[str, Any] = {
        "id": stage.id,
        "title": stage.title,
        "kind": str(stage.kind),
        "passed": _mark(passed.mark) | {"overrides": list(passed.overrides), "reason": passed.reason}
        if passed
        else None,
        "items": [_item(run, item) for item in stage.items],
    }
    if stage.phase is not None:
        started = run.phases.get(stage.id)
        described["audience"] = str(stage.phase.audience)
        described["started"] = _mark(started.started) if started else None
        described["soak_left"] = None if passed else int(soak_left(run, stage, now).total_seconds())
        seen, blind = observed(run, stage, now)
        described["soak_observed"], described["soak_blind"] = int(seen.total_seconds()), int(blind.total_seconds())
        described["readings"] = _readings(run, stage)
    return described


def _item(run: Run, item: Item) -> dict[str, Any]:
    state = run.state(item.id)
    mark = state.mark
    return {
        "id": item.id,
        "kind": str(item.kind),
        "title": item.title,
        "owner": item.owner or None,
        "state": "fired" if item.id in run.fired else str(state.status),
        "by": mark.by if mark else None,
        "at": iso(mark.at) if mark else None,
        "event": mark.seq if mark else None,
        "reason": state.reason or None,
        "due": state.due or None,
        "begun": _mark(run.begun[item.id]) if item.id in run.begun else None,
        "in_place": run.in_place.get(item.id),
        "observed": _observed(run, item.id),
        "approvals": {
            "needed": run.approvals_of(item),
            "given": [_mark(each) for each in state.approvals],
            "notes": [_mark(each) for each in state.unsigned],
        },
    }


def _observed(run: Run, item: str) -> dict[str, Any] | None:
    """The newest look of an item's probe, and the newest that could judge it."""
    seen = run.observed.get(item)
    return {"newest": _look(seen.newest), "judged": _look(seen.judged) if seen.judged else None} if seen else None


def _look(look: Look) -> dict[str, Any]:
    of = {"outcome": look.outcome, "value": look.value, "reason": look.reason or None, "looked": iso(look.at)}
    return of | _mark(look.mark)


def _readings(run: Run, stage: Stage) -> list[dict[str, Any]]:
    found = []
    for name, metric in run.sequence.metrics.items():
        reading = run.readings.get((stage.id, name))
        found.append(
            {
                "metric": name,
                "title": metric.metric,
                "threshold": str(run.judged_by(stage.id, name).threshold),
                "value": reading.value if reading else None,
                "breach": reading.breach if reading else None,
                "reason": (reading.reason or None) if reading else None,
                "read": _mark(reading.mark) if reading else None,
                "sensed": reading.sensed if reading else None,
                "looked": iso(reading.at) if reading else None,
            }
        )
    return found


def _rollback(run: Run, now: Moment) -> dict[str, Any] | None:
    rollback = run.rollback
    if rollback is None:
        return None
    return {
        "under_way": rollback.under_way,
        "outcome": rollback.outcome,
        "shown": rollback.shown or None,
        "started": iso(rollback.started),
        "elapsed": int(elapsed(rollback, now.at).total_seconds()),
        "target": int(newest_target(run).total_seconds()),
        "scenarios": [
            {"id": each.scenario, "reason": each.reason, "started": iso(each.started), "by": each.mark.by}
            for each in rollback.chosen
        ],
        "items": [_item(run, run.sequence.items[item]) for item in rollback.items],
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {"by": mark.by, "at": iso(mark.at), "event": mark.seq, "key": mark.key or None}
