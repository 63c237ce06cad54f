"""A report as JSON for scripts; FORMAT.md beside this file documents its shape."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...run.audit import AuditFinding
from ...run.deployed import parts
from ...run.events import Entry, ItemSigned, PlanRedlined, RunClosed, RunStarted
from ...run.previous_attempt import in_place
from ...run.stamp import Mark
from ...run.two_people import told_apart
from ..anchored import anchors_object
from ..decisions import Decision
from ..json_values import blocker_object, iso, part_object, seconds, sight_object
from ..model import LogVerdict, Report
from ..readings import ReadingLine
from ..rollbacks import RollbackLine
from ..signed import signatures_object, signed_object
from ..timeline import Segment

if TYPE_CHECKING:
    from ...signing.signatures import Signed

FORMAT = "rollout-report/1"


def render(report: Report) -> str:
    """Give the report as one object; times in UTC as ISO 8601, spans in seconds, everything beyond ASCII escaped."""
    return json.dumps(_report(report), indent=2) + "\n"


def _report(report: Report) -> dict[str, Any]:
    run = report.run
    started = run.started
    plan = run.plan.header
    return {
        "format": FORMAT,
        "made": iso(report.made),
        "run": {
            "id": run.id,
            "service": started.service,
            "release": started.release,
            "rehearsal": started.rehearsal,
            "emergency": started.emergency,
            "identity": {"rule": run.identity.rule, "words": told_apart(run) or None},
            "after": {"run": started.after, "head": started.after_head} if started.after else None,
            "in_place": [
                {"id": step, "event": seq, "in_plan": step in run.sequence.items}
                for step, seq in in_place(started).items()
            ],
            "lead": run.lead,
            "began": iso(report.began),
            "ended": iso(report.ended) if run.closed else None,
            "outcome": run.closed.outcome if run.closed else None,
            "stage": run.stage.id,
            "seconds": seconds(report.took),
        },
        "verification": _verification(report.log_verdict),
        "people": [{"name": p.name, "origins": list(p.origins), "events": p.events} for p in report.people],
        "blockers": [blocker_object(each) for each in report.blockers],
        "findings": [_finding(each) for each in report.findings],
        "deployed": [part_object(each) for each in parts(run)],
        "timeline": [_segment(report, each, report.log_verdict.signed) for each in report.segments],
        "decisions": [_decision(report, each) for each in report.decisions],
        "soaks": [
            sight_object(each) | {"stage": run.sequence_at(each.seq).stage(each.stage).title} for each in report.sights
        ],
        "readings": [_reading(each) for each in report.readings],
        "rollbacks": [_rollback(each) for each in report.rollbacks],
        "closing": _closing(report),
        "plan": {
            "name": plan.name,
            "owner": plan.owner,
            "artifacts": list(plan.artifacts),
            "previous_artifacts": list(plan.previous_artifacts),
            "ticket": plan.ticket,
            "event": run.redlined[0].seq if run.redlined else 0,
            "sha256": run.follows.plan_sha256,
            "toml": "\n".join(run.follows.plan),
        },
    }


def _verification(found: LogVerdict) -> dict[str, Any]:
    return {
        "words": found.words,
        "holds": found.holds,
        "limits": found.limits,
        "head": {"event": found.head[0], "hash": found.head[1]} if found.head else None,
        "evidence": list(found.problems),
        "signatures": signatures_object(found.signatures),
        "anchors": anchors_object(found.anchors),
    }


def _finding(each: AuditFinding) -> dict[str, Any]:
    return {
        "kind": str(each.kind),
        "severity": str(each.severity),
        "event": each.seq,
        "by": each.by,
        "text": each.text,
    }


def _segment(report: Report, each: Segment, signed: Mapping[int, Signed]) -> dict[str, Any]:
    return {
        "title": each.title,
        "rollback": each.is_rollback,
        "began": iso(each.began),
        "ended": iso(each.ended),
        "seconds": seconds(each.took) or 0,
        "waited": seconds(each.waited),
        "events": [_event(report, entry, signed.get(entry.seq)) for entry in each.entries],
    }


def _event(report: Report, entry: Entry, signed: Signed | None) -> dict[str, Any]:
    return {
        "event": entry.seq,
        "ref": f"#{entry.seq}",
        "kind": entry.event.kind,
        "at": iso(entry.stamp.at),
        "happened": iso(entry.stamp.happened),
        "by": entry.stamp.by,
        "from": entry.stamp.origin,
        "words": report.words[entry.seq],
        "fields": _fields(entry),
        "hash": entry.hash,
        "sees": entry.sees or None,
        "signature": signed_object(signed) if signed else None,
    }


_EVIDENCE = frozenset({"evidence", "evidence_name", "evidence_size"})


def _fields(entry: Entry) -> dict[str, Any]:
    """The event's own fields, but for a plan, of which the newest stands in the report once."""
    fields = {each.name: getattr(entry.event, each.name) for each in dataclasses.fields(entry.event)}
    if isinstance(entry.event, RunStarted | PlanRedlined):
        del fields["plan"]
    # A sign-off says so where it has no evidence.
    always = _EVIDENCE if isinstance(entry.event, ItemSigned) else frozenset()
    fields |= {name: value for name, value in vars(entry.extras).items() if value or name in always}
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _decision(report: Report, each: Decision) -> dict[str, Any]:
    return {
        "event": each.entry.seq,
        "kind": each.entry.event.kind,
        **_stamped(each.entry),
        "words": report.words[each.entry.seq],
        "audience": each.audience or None,
        "approved": [_mark(mark) for mark in each.approved],
        "past": list(each.past),
    }


def _reading(each: ReadingLine) -> dict[str, Any]:
    return {
        "event": each.entry.seq,
        **_stamped(each.entry),
        "stage": each.stage.title,
        "metric": each.metric.metric,
        "value": each.value,
        "unit": each.metric.threshold.unit,
        "threshold": str(each.metric.threshold),
        "verdict": each.verdict,
        "sensed": each.sensed,
        "samples": _samples(each),
        "note": each.note,
    }


def _samples(each: ReadingLine) -> dict[str, Any] | None:
    """The window of a sensed reading; its least and greatest value where its looks are there."""
    if not each.samples:
        return None
    values = [look.value for look in each.looks.points if look.value is not None]
    return {
        "since": iso(each.point.since),
        "until": iso(each.point.until),
        "count": each.samples,
        "kept": each.looks.kept or None,
        "least": min(values, default=None),
        "greatest": max(values, default=None),
        "afterwards": each.point.afterwards,
    }


def _rollback(each: RollbackLine) -> dict[str, Any]:
    return {
        "outcome": each.outcome or None,
        "began": iso(each.started),
        "finished": each.finished.seq if each.finished else None,
        "seconds": seconds(each.took),
        "target": seconds(each.target),
        "over": seconds(each.over),
        "within": each.within,
        "shown": each.shown or None,
        "seen_before": seconds(each.seen),
        "scenarios": [
            {
                "title": s.title,
                "target": seconds(s.target),
                "began": iso(s.started),
                "chosen": _mark(s.mark),
                "reason": s.reason,
            }
            for s in each.scenarios
        ],
        "steps": [
            {"title": s.title, "owner": s.owner, "signed": _mark(s.signed) if s.signed else None} for s in each.steps
        ],
    }


def _closing(report: Report) -> dict[str, Any] | None:
    event = next((each.event for each in report.entries if isinstance(each.event, RunClosed)), None)
    if event is None:
        return None
    follow_up = {
        "owner": event.follow_up_owner,
        "date": event.follow_up_date,
        "ticket": event.follow_up_ticket,
        "outstanding": [item.title for item in report.run.outstanding],
    }
    return {
        "note": event.note,
        "left": list(event.left),
        "follow_up": follow_up if event.follow_up_owner else None,
    }


def _stamped(entry: Entry) -> dict[str, Any]:
    return {"at": iso(entry.stamp.at), "by": entry.stamp.by}


def _mark(mark: Mark) -> dict[str, Any]:
    return {"event": mark.seq, "at": iso(mark.at), "by": mark.by}
