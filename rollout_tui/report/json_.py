"""A report as JSON for scripts; FORMAT.md beside this file documents its shape."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Any

from ..run.audit import Finding
from ..run.events import Entry, PlanRedlined, RunClosed, RunStarted
from ..run.previous_attempt import in_place
from ..run.stamp import Mark
from .account import Account
from .chapters import Chapter
from .decisions import Decision
from .readings import ReadingLine
from .rollbacks import RollbackLine

FORMAT = "rollout-report/1"


def render(account: Account) -> str:
    """Give the report as one object; times in UTC as ISO 8601, spans in seconds, everything beyond ASCII escaped."""
    return json.dumps(_report(account), indent=2) + "\n"


def _report(account: Account) -> dict[str, Any]:
    run = account.run
    started = run.started
    plan = run.plan.header
    return {
        "format": FORMAT,
        "made": _time(account.made),
        "run": {
            "id": run.id,
            "service": started.service,
            "release": started.release,
            "rehearsal": started.rehearsal,
            "emergency": started.emergency,
            "after": {"run": started.after, "head": started.after_head} if started.after else None,
            "in_place": [
                {"id": step, "event": seq, "in_plan": step in run.sequence.items}
                for step, seq in in_place(started).items()
            ],
            "lead": run.lead,
            "began": _time(account.began),
            "ended": _time(account.ended) if run.closed else None,
            "outcome": run.closed.outcome if run.closed else None,
            "stage": run.stage.id,
            "seconds": int(account.took.total_seconds()),
        },
        "verification": {
            "words": account.proof.words,
            "holds": account.proof.holds,
            "limits": account.proof.limits,
            "head": {"event": account.proof.head[0], "hash": account.proof.head[1]} if account.proof.head else None,
            "evidence": list(account.proof.problems),
        },
        "people": [{"name": p.name, "origins": list(p.origins), "events": p.events} for p in account.people],
        "findings": [_finding(each) for each in account.findings],
        "timeline": [_chapter(account, each) for each in account.chapters],
        "decisions": [_decision(account, each) for each in account.decisions],
        "readings": [_reading(each) for each in account.readings],
        "rollbacks": [_rollback(each) for each in account.rollbacks],
        "closing": _closing(account),
        "plan": {
            "name": plan.name,
            "owner": plan.owner,
            "ticket": plan.ticket,
            "event": run.redlined[0].seq if run.redlined else 0,
            "sha256": run.follows.plan_sha256,
            "toml": "\n".join(run.follows.plan),
        },
    }


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "kind": str(each.kind),
        "severity": str(each.severity),
        "event": each.seq,
        "by": each.by,
        "text": each.text,
    }


def _chapter(account: Account, each: Chapter) -> dict[str, Any]:
    return {
        "title": each.title,
        "rollback": each.is_rollback,
        "began": _time(each.began),
        "ended": _time(each.ended),
        "seconds": int(each.took.total_seconds()),
        "events": [_event(account, entry) for entry in each.entries],
    }


def _event(account: Account, entry: Entry) -> dict[str, Any]:
    return {
        "event": entry.seq,
        "ref": f"#{entry.seq}",
        "kind": entry.event.kind,
        "at": _time(entry.stamp.at),
        "happened": _time(entry.stamp.happened) if entry.stamp.happened else None,
        "by": entry.stamp.by,
        "from": entry.stamp.origin,
        "words": account.words[entry.seq],
        "fields": _fields(entry),
        "hash": entry.hash,
        "sees": entry.sees or None,
    }


def _fields(entry: Entry) -> dict[str, Any]:
    """The event's own fields, but for a plan, of which the newest stands in the report once."""
    fields = {each.name: getattr(entry.event, each.name) for each in dataclasses.fields(entry.event)}
    if isinstance(entry.event, RunStarted | PlanRedlined):
        del fields["plan"]
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _decision(account: Account, each: Decision) -> dict[str, Any]:
    return {
        "event": each.entry.seq,
        "kind": each.entry.event.kind,
        **_stamped(each.entry),
        "words": account.words[each.entry.seq],
        "audience": each.audience or None,
        "approved": [_mark(mark) for mark in each.approved],
        "past": list(each.past),
    }


def _reading(each: ReadingLine) -> dict[str, Any]:
    return {
        "event": each.entry.seq,
        **_stamped(each.entry),
        "stage": each.stage,
        "metric": each.metric,
        "value": each.value,
        "unit": each.unit,
        "threshold": each.threshold,
        "verdict": each.verdict,
        "note": each.note,
    }


def _rollback(each: RollbackLine) -> dict[str, Any]:
    return {
        "outcome": each.outcome or None,
        "began": _time(each.started),
        "finished": each.finished.seq if each.finished else None,
        "seconds": int(each.took.total_seconds()),
        "target": int(each.target.total_seconds()),
        "over": int(each.over.total_seconds()),
        "scenarios": [
            {
                "title": s.title,
                "target": int(s.target.total_seconds()),
                "began": _time(s.started),
                "chosen": _mark(s.mark),
                "reason": s.reason,
            }
            for s in each.scenarios
        ],
        "steps": [
            {"title": s.title, "owner": s.owner, "signed": _mark(s.signed) if s.signed else None} for s in each.steps
        ],
    }


def _closing(account: Account) -> dict[str, Any] | None:
    event = next((each.event for each in account.entries if isinstance(each.event, RunClosed)), None)
    if event is None:
        return None
    follow_up = {
        "owner": event.follow_up_owner,
        "date": event.follow_up_date,
        "ticket": event.follow_up_ticket,
        "outstanding": [item.title for item in account.run.outstanding],
    }
    return {
        "note": event.note,
        "left": list(event.left),
        "follow_up": follow_up if event.follow_up_owner else None,
    }


def _stamped(entry: Entry) -> dict[str, Any]:
    return {"at": _time(entry.stamp.at), "by": entry.stamp.by}


def _mark(mark: Mark) -> dict[str, Any]:
    return {"event": mark.seq, "at": _time(mark.at), "by": mark.by}


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
