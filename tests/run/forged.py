"""Journals that nobody can have made honestly: points of a real walk, and an entry forged behind each."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from rollout_tui.people import Actor
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.decide import decide
from rollout_tui.run.observation import Sight
from rollout_tui.run.state import Outcome
from rollout_tui.run.subjects.start_acts import Start
from tests.journal.chained import chained
from tests.run.driver import Walk
from tests.run.honest import Moving
from tests.run.run_plans import BLUE_GREEN, CANARY, FILLED, OBSERVED, WATCHED

Forge = Callable[[Walk], ev.Event]

_TRIGGER = "inside/trigger"
_STAMPED = "2026-03-02T12:00:00.000Z"
_CRITERION = "inside/criterion/orders-go-through"


def _begun() -> Walk:
    return Moving(CANARY, random.Random(1), Start("run"))


def _checked() -> Walk:
    return _begun().to_next("go")


def _rolling_back() -> Walk:
    walk = _begun().to_started("some")
    walk.do(intents.RollBack("bug", "it fell over"))
    return walk.wait("2 min")


def _restored() -> Walk:
    walk = _rolling_back()
    walk.do(intents.FinishRollback("restored", "back"))
    return walk


def _closed() -> Walk:
    return _begun().until(lambda run: run.closed is not None)


def _held() -> Walk:
    walk = _begun().to_started("inside")
    walk.do(intents.Hold("wait"))
    return walk


def _checked_and_held() -> Walk:
    walk = _checked()
    walk.do(intents.Hold("wait"))
    return walk


def _deferred() -> Walk:
    walk = _begun().to_started("inside")
    walk.do(intents.Defer(_CRITERION, "some", "later"))
    return walk


def _without_reason(walk: Walk, intent: intents.RollBack | intents.Hold) -> Walk:
    walk.do(intent)
    return walk


def _fired() -> Walk:
    walk = _begun().to_started("inside")
    walk.do(intents.Fire("inside/trigger/paid-twice", "seen"))
    return walk


def _window() -> Walk:
    return Moving(BLUE_GREEN, random.Random(1), Start("run"))


def _found(walk: Walk) -> Walk:
    walk.do(intents.FindState("add-column", "there", "looked at it"))
    return walk


def _in_breach(walk: Walk) -> Walk:
    walk.do(intents.Measure("errors", 9))
    return walk


def _restarts() -> Walk:
    """The soak of `Inside` begins anew after a breach; all else is done."""
    anew = CANARY.replace('name = "Inside"\n', 'name = "Inside"\nafter_breach = "restart"\n', 1)
    walk = _in_breach(Moving(anew, random.Random(1), Start("run")).to_gate("inside"))
    for metric, value in (("errors", 0.1), ("uptime", 100)):
        walk.do(intents.Measure(metric, value))
    return walk


def _called_off() -> Walk:
    walk = _begun().to_gate("inside")
    walk.do(intents.RollBack("bug", "it fell over"))
    walk.do(intents.Sign("rollback/bug/2"))
    walk.do(intents.FinishRollback("called-off", "it works"))
    walk.do(intents.Release("go on"))
    while walk.next().action != "promote":
        walk.step()
    return walk


def _approved_alone(name: str) -> Walk:
    """Alice approved under another spelling what she may not end herself."""
    walk = _begun()
    if name == "security":
        walk.do(intents.Sign("security"), "ALICE")
        return walk
    walk.to_gate("some").do(intents.Revoke("some/approval", "another one signs"))
    walk.do(intents.Sign("some/approval"), "ALICE")
    return walk


def _late_start() -> Walk:
    return _begun().to("all").wait("3 h")


def _start_approved() -> Walk:
    walk = _late_start()
    walk.do(intents.Sign("all/start"), "Alice")
    return walk


def _for_hours() -> Walk:
    """The next migration step is planned for three hours, the ones before it are done."""
    walk = Moving(FILLED, random.Random(1), Start("run")).to("migration")
    return walk.sign("add-column", "install")


def _for_hours_and(*intents_: intents.Intent) -> Walk:
    walk = _for_hours()
    for intent in intents_:
        walk.do(intent)
    return walk


def _in_doubt() -> Walk:
    """A rollback failed, and of the column nobody knows; of the code somebody does."""
    walk = _rolling_back()
    walk.do(intents.FinishRollback("failed", "no image", ("install=undone", "add-column=unknown")))
    return walk


def _watched() -> Walk:
    return Moving(WATCHED, random.Random(1), Start("run"))


def _not_looked_at() -> Walk:
    """Nothing but its triggers' probes keeps the gate shut."""
    walk = _watched().to_started("inside")
    walk.until(lambda run: all(run.is_resolved(item) for item in run.stage.items if "/criterion/" in item.id))
    walk.do(intents.Measure("errors", 0.1))
    walk.do(intents.Measure("uptime", 100))
    return walk.wait("1 h")


def _unobserved() -> Walk:
    """The soak's time is over, and no probe has looked meanwhile."""
    walk = Moving(OBSERVED, random.Random(1), Start("run")).to_started("everyone").sign("invoices-add-up")
    walk.wait("20 min").do(intents.Measure("errors", 0.1))
    return walk


def _seen(subject: str, stage: str, outcome: Sight, minutes: int = 0, **more: Any) -> Forge:
    def look(walk: Walk) -> ev.Event:
        times = ((walk.at - timedelta(minutes=minutes)).isoformat(), walk.at.isoformat()) if minutes else ("", "")
        seen = ev.Observed(subject, stage, outcome, since=times[0], until=times[1], samples=minutes and minutes + 1)
        return replace(seen, **more)

    return look


POINTS: dict[str, Callable[[], Walk]] = {
    "begun": _begun,
    "checked": _checked,
    "checked and held": _checked_and_held,
    "gone": lambda: _checked().until(lambda run: run.deployed),
    "migrated": lambda: _begun().to("inside"),
    "inside": lambda: _begun().to_started("inside"),
    "held": _held,
    "deferred": _deferred,
    "fired": _fired,
    "inside's gate": lambda: _begun().to_gate("inside"),
    "some": lambda: _begun().to_started("some"),
    "all": lambda: _begun().to_started("all"),
    "validation": lambda: _begun().to("post-deployment"),
    "cleanup": lambda: _begun().to("cleanup"),
    "the end": lambda: _begun().to_next("close"),
    "rolling back": _rolling_back,
    "rolling back without a reason": lambda: _without_reason(_begun().to_started("some"), intents.RollBack("bug")),
    "held without a reason": lambda: _without_reason(_begun().to_started("inside"), intents.Hold()),
    "restored": _restored,
    "closed": _closed,
    "checked, behind the window": lambda: _window().to_next("go").wait("26 h"),
    "migrated, behind the window": lambda: _window().to("shadow").wait("26 h"),
    "gone, in breach": lambda: _in_breach(_checked().until(lambda run: run.deployed)),
    "migrated, in breach": lambda: _in_breach(_begun().to("inside")),
    "promoted, in breach": lambda: _in_breach(_begun().to("some")),
    "inside's gate, in breach": lambda: _in_breach(_begun().to_gate("inside")),
    "cleanup, in breach": lambda: _in_breach(_begun().to("cleanup")),
    "the end, in breach": lambda: _in_breach(_begun().to_next("close")),
    "well again after a breach": _restarts,
    "called off behind a step": _called_off,
    "approved by ALICE": lambda: _approved_alone("security"),
    "some's gate, approved by ALICE": lambda: _approved_alone("some"),
    "promoted long ago": _late_start,
    "start approved by Alice": _start_approved,
    "gone for hours": lambda: Moving(FILLED, random.Random(1), Start("run")).to("migration"),
    "a step of hours next": _for_hours,
    "a step of hours begun": lambda: _for_hours_and(intents.Begin("fill")),
    "a step of hours next, and held": lambda: _for_hours_and(intents.Hold("wait")),
    "a step of hours next, in breach": lambda: _in_breach(_for_hours()),
    "in doubt": _in_doubt,
    "in doubt no more": lambda: _found(_in_doubt()),
    "watched": lambda: _watched().to_started("inside"),
    "watched's gate": _not_looked_at,
    "soaked, unobserved": _unobserved,
}


def _close(outcome: Outcome, **more: str) -> Forge:
    return lambda walk: ev.RunClosed(outcome, walk.run.seq + 1, "done", (), **more)


def _fixed(event: ev.Event) -> Forge:
    return lambda _: event


def _finish(walk: Walk, **forged: object) -> ev.Event:
    decided = decide(walk.run, intents.FinishRollback("restored", "left as they are"), walk.now, Actor("alice"))
    return replace(decided, **forged)  # type: ignore[arg-type]


def _redlined(walk: Walk, old: str, new: str) -> ev.Event:
    text = "\n".join(walk.run.follows.plan).replace(old, new, 1)
    digest = sha256(text.encode()).hexdigest()
    return ev.PlanRedlined(("nothing much",), "x", walk.run.follows.items, tuple(text.split("\n")), digest)


# What is forged behind which point, told at that entry.
FORGED: dict[str, tuple[str, Forge]] = {
    "a look at what has no probe": ("validation", _seen("flows", "post-deployment", "pass")),
    "a look at a phase that is not started": ("watched", _seen("some/flag/late", "inside", "pass")),
    "a trigger fired by less than its time": ("watched", _seen(f"{_TRIGGER}/errors-above-2", "inside", "fail", 4)),
    "read afterwards of a command": ("watched", _seen(f"{_TRIGGER}/queue-grows", "inside", "pass", 5, afterwards=True)),
    "a moment read afterwards": ("soaked, unobserved", _seen("errors", "everyone", "pass", value=0.1, afterwards=True)),
    "a window with a gap in it": ("soaked, unobserved", _seen("errors", "everyone", "pass", 20, value=0.1, samples=6)),
    "a breach that passes": ("soaked, unobserved", _seen("errors", "everyone", "pass", value=9.0)),
    "promoted past a trigger that nobody saw": ("watched's gate", _fixed(ev.GatePromoted("inside"))),
    "promoted behind a soak that nobody saw": ("soaked, unobserved", _fixed(ev.GatePromoted("everyone"))),
    "the first event closes the run": ("begun", _close("completed")),
    "closed rolled back before the go": ("begun", _close("rolled-back")),
    "a go with everything open": ("begun", _fixed(ev.GatePromoted("pre-deployment"))),
    "a go past one of its blockers": ("begun", _fixed(ev.GatePromoted("pre-deployment", ("open:tests",), "x"))),
    "a go past a thing that does not block": ("checked", _fixed(ev.GatePromoted("pre-deployment", ("open:x",), "x"))),
    "a go while held": ("checked and held", _fixed(ev.GatePromoted("pre-deployment"))),
    "a go past the hold": ("checked and held", _fixed(ev.GatePromoted("pre-deployment", ("hold",), "x"))),
    "a reason for a go that needs none": ("checked", _fixed(ev.GatePromoted("pre-deployment", (), "why not"))),
    "a second go": ("gone", _fixed(ev.GatePromoted("pre-deployment"))),
    "a phase started before the go": ("begun", _fixed(ev.PhaseStarted("inside"))),
    "a phase started before migration": ("gone", _fixed(ev.PhaseStarted("inside"))),
    "the last phase started first": ("migrated", _fixed(ev.PhaseStarted("all"))),
    "a phase started twice": ("inside", _fixed(ev.PhaseStarted("inside"))),
    "the next phase started before the gate": ("inside", _fixed(ev.PhaseStarted("some"))),
    "a start that overrides nothing": ("migrated", _fixed(ev.PhaseStarted("inside", ("hold",), "x"))),
    "a promotion with everything open": ("inside", _fixed(ev.GatePromoted("inside"))),
    "a promotion past one of its blockers": ("inside", _fixed(ev.GatePromoted("inside", ("soak",), "x"))),
    "a promotion before the start": ("migrated", _fixed(ev.GatePromoted("inside"))),
    "a promotion out of turn": ("inside", _fixed(ev.GatePromoted("all"))),
    "a promotion while a trigger is fired": ("fired", _fixed(ev.GatePromoted("inside"))),
    "a promotion while held": ("held", _fixed(ev.GatePromoted("inside"))),
    "the end promoted as a gate": ("the end", _fixed(ev.GatePromoted("close"))),
    "a phase reduced that is the first": ("inside", _fixed(ev.PhaseReduced("inside", "inside", "x"))),
    "a phase reduced to a later one": ("some", _fixed(ev.PhaseReduced("some", "all", "x"))),
    "a reduction before anything is exposed": ("migrated", _fixed(ev.PhaseReduced("some", "inside", "x"))),
    "a reduction without a reason": ("some", _fixed(ev.PhaseReduced("some", "inside", ""))),
    "a soak made shorter": ("inside", _fixed(ev.SoakExtended("inside", -1800, "x"))),
    "a soak extended by nothing": ("inside", _fixed(ev.SoakExtended("inside", 0, "x"))),
    "the soak of a phase behind": ("some", _fixed(ev.SoakExtended("inside", 60, "x"))),
    "held twice": ("held", _fixed(ev.GateHeld("x"))),
    "a reason of no words": ("held", _fixed(ev.ReasonGiven(""))),
    "released before its reason": ("held without a reason", _fixed(ev.GateReleased("x"))),
    "released without a hold": ("inside", _fixed(ev.GateReleased("x"))),
    "a go behind the window": ("checked, behind the window", _fixed(ev.GatePromoted("pre-deployment"))),
    "a start behind the window": ("migrated, behind the window", _fixed(ev.PhaseStarted("shadow"))),
    "a start past a window that is open": ("migrated", _fixed(ev.PhaseStarted("inside", ("window",), "x"))),
    "a migration step in breach": ("gone, in breach", _fixed(ev.ItemSigned("migration/add-column"))),
    "a first start in breach": ("migrated, in breach", _fixed(ev.PhaseStarted("inside"))),
    "a next start in breach": ("promoted, in breach", _fixed(ev.PhaseStarted("some"))),
    "a promotion in breach": ("inside's gate, in breach", _fixed(ev.GatePromoted("inside"))),
    "a promotion past a breach that is none": (
        "inside's gate", _fixed(ev.GatePromoted("inside", ("breach:errors",), "x")),
    ),
    "cleanup in breach": ("cleanup, in breach", _fixed(ev.ItemSigned("migration/drop-column"))),
    "closed in breach": ("the end, in breach", _close("completed")),
    "closed in breach with a follow-up": (
        "cleanup, in breach",
        _close("completed", follow_up_owner="d", follow_up_date="2026-05-01", follow_up_ticket="T"),
    ),
    "a promotion before the soak began anew": ("well again after a breach", _fixed(ev.GatePromoted("inside"))),
    "a promotion right behind a rollback": ("called off behind a step", _fixed(ev.GatePromoted("inside"))),
    "both approvals by one person": ("approved by ALICE", _fixed(ev.ItemSigned("security"))),
    "approved and promoted by one person": ("some's gate, approved by ALICE", _fixed(ev.GatePromoted("some"))),
    "a start long after two agreed": ("promoted long ago", _fixed(ev.PhaseStarted("all"))),
    "approved and started by one person": ("start approved by Alice", _fixed(ev.PhaseStarted("all"))),
    "a start approved that nobody asks for": ("migrated", _fixed(ev.ItemSigned("inside/start"))),
    "an item signed twice": ("checked", _fixed(ev.ItemSigned("tests"))),
    "a criterion signed before its phase is started": ("migrated", _fixed(ev.ItemSigned(_CRITERION))),
    "an item signed of a later stage": ("begun", _fixed(ev.ItemSigned("health"))),
    "a metric signed": ("inside", _fixed(ev.ItemSigned("inside/metric/errors"))),
    "a trigger signed": ("inside", _fixed(ev.ItemSigned("inside/trigger/paid-twice"))),
    "a start signed": ("migrated", _fixed(ev.ItemSigned("inside/start"))),
    "a migration step out of order": ("gone", _fixed(ev.ItemSigned("migration/fill"))),
    "cleanup before validation": ("validation", _fixed(ev.ItemSigned("migration/drop-column"))),
    "a rollback step without a rollback": ("some", _fixed(ev.RollbackStepSigned("rollback/bug/1"))),
    "an item signed as a rollback's step": ("begun", _fixed(ev.RollbackStepSigned("tests"))),
    "a rollback step of another scenario": ("rolling back", _fixed(ev.RollbackStepSigned("rollback/data/1"))),
    "an item signed in a rollback": ("rolling back", _fixed(ev.ItemSigned("some/criterion/conversion-holds"))),
    "a failure without a reason": ("begun", _fixed(ev.ItemFailed("tests", ""))),
    "a metric failed": ("inside", _fixed(ev.ItemFailed("inside/metric/errors", "x"))),
    "revoked as what it was not": ("checked", _fixed(ev.ItemRevoked("tests", "waived", "x"))),
    "revoked what nobody touched": ("begun", _fixed(ev.ItemRevoked("tests", "signed", "x"))),
    "migration revoked out of order": ("migrated", _fixed(ev.ItemRevoked("migration/add-column", "signed", "x"))),
    "what a rule proves waived": ("begun", _fixed(ev.ItemWaived("rollback-plan", "x"))),
    "waived without a reason": ("begun", _fixed(ev.ItemWaived("tests", " "))),
    "an approval waived": ("some", _fixed(ev.ItemWaived("some/approval", "x"))),
    "deferred to the stage before": ("inside", _fixed(ev.ItemDeferred(_CRITERION, "pre-deployment", "x"))),
    "a migration step deferred": ("gone", _fixed(ev.ItemDeferred("migration/add-column", "post-deployment", "x"))),
    "what a rule proves deferred": ("begun", _fixed(ev.ItemDeferred("rollback-plan", "some", "x"))),
    "an anchor of what is still to come": (
        "inside", lambda walk: ev.HeadAnchored(f"{walk.run.seq + 1}:{'0' * 64}", "rfc3161", "tsa", _STAMPED),
    ),
    "an anchor of another head": (
        "inside", lambda walk: ev.HeadAnchored(f"{walk.run.seq}:{'0' * 64}", "rfc3161", "tsa", _STAMPED),
    ),
    "an anchor of no head": ("closed", _fixed(ev.HeadAnchored("1:ab", "rfc3161", "tsa", _STAMPED))),
    "an anchor of no time": ("closed", _fixed(ev.HeadAnchored(f"1:{'0' * 64}", "rfc3161", "tsa", "noon"))),
    "an empty note": ("begun", _fixed(ev.NoteAdded(""))),
    "a reading of another phase": ("some", _fixed(ev.MetricMeasured("errors", 0.1, "inside"))),
    "a failed reading without a reason": ("inside", _fixed(ev.MetricUnread("errors", "inside", ""))),
    "a trigger of a phase that is not started": ("inside", _fixed(ev.TriggerFired("some/trigger/paid-twice", "x"))),
    "a trigger fired twice": ("fired", _fixed(ev.TriggerFired("inside/trigger/paid-twice", "x"))),
    "cleared what is not fired": ("inside", _fixed(ev.TriggerCleared("inside/trigger/paid-twice", "x"))),
    "cleared without a reason": ("fired", _fixed(ev.TriggerCleared("inside/trigger/paid-twice", ""))),
    "the time confirmed without a jump": ("begun", _fixed(ev.ClockConfirmed(0.0, "x"))),
    "a lead handed over to who has it": ("begun", _fixed(ev.HandoverOffered("alice"))),
    "a lead taken from somebody else": ("begun", _fixed(ev.HandedOver("carol", (), "x"))),
    "a lead taken without offer or reason": ("begun", _fixed(ev.HandedOver("alice"))),
    "a rollback before the go": ("checked", _fixed(ev.RollbackStarted("bug", "x"))),
    "a rollback that hides what was fired": ("fired", _fixed(ev.RollbackStarted("bug", ""))),
    "a rollback finished before its reason": (
        "rolling back without a reason",
        _fixed(ev.RollbackFinished("restored", 0, 300)),
    ),
    "a scenario begun twice": ("rolling back", _fixed(ev.RollbackStarted("bug", "x"))),
    "a rollback after it restored": ("restored", _fixed(ev.RollbackStarted("data", "x"))),
    "20 s for two minutes": ("rolling back", lambda walk: _finish(walk, took_seconds=20)),
    "another target than the plan's": ("rolling back", lambda walk: _finish(walk, target_seconds=3600)),
    "unsigned steps left out": ("rolling back", lambda walk: _finish(walk, unsigned=())),
    "told what was not asked": ("rolling back", lambda walk: _finish(walk, undone=("migration/drop-column",))),
    "told of nothing": ("rolling back", lambda walk: _finish(walk, unknown=())),
    "asked before a step was signed": (
        "rolling back", lambda walk: _finish(walk, outcome="called-off", unsigned=()),
    ),
    "found what was known": ("some", _fixed(ev.StateFound("migration/install", "undone", "x"))),
    "found what a rollback had told": ("in doubt", _fixed(ev.StateFound("migration/install", "there", "x"))),
    "found without saying how": ("in doubt", _fixed(ev.StateFound("migration/add-column", "there", ""))),
    "found a second time": ("in doubt no more", _fixed(ev.StateFound("migration/add-column", "undone", "x"))),
    "a check begun": ("begun", _fixed(ev.ItemBegun("tests"))),
    "a short step begun": ("gone", _fixed(ev.ItemBegun("migration/add-column"))),
    "a step begun out of order": ("gone for hours", _fixed(ev.ItemBegun("migration/fill"))),
    "a step begun twice": ("a step of hours begun", _fixed(ev.ItemBegun("migration/fill"))),
    "a step begun while held": ("a step of hours next, and held", _fixed(ev.ItemBegun("migration/fill"))),
    "a step begun in breach": ("a step of hours next, in breach", _fixed(ev.ItemBegun("migration/fill"))),
    "a rollback's step begun without one": ("some", _fixed(ev.ItemBegun("rollback/data/1"))),
    "a rollback's step begun of another scenario": ("rolling back", _fixed(ev.ItemBegun("rollback/data/1"))),
    "called off without a reason": ("rolling back", lambda walk: _finish(walk, outcome="called-off", reason="")),
    "promoted in a rollback": ("rolling back", _fixed(ev.GatePromoted("some"))),
    "a phase started behind a rollback": ("restored", _fixed(ev.PhaseStarted("all"))),
    "closed completed in a rollback": ("rolling back", _close("completed")),
    "closed rolled back in a rollback": ("rolling back", _close("rolled-back")),
    "closed rolled back without a rollback": ("some", _close("rolled-back")),
    "closed completed after a rollback": ("restored", _close("completed")),
    "closed with validation open": ("validation", _close("completed")),
    "closed with cleanup open": ("cleanup", _close("completed")),
    "a follow-up of nothing": (
        "the end", _close("completed", follow_up_owner="d", follow_up_date="2026-05-01", follow_up_ticket="T"),
    ),
    "aborted in a rollback": ("rolling back", _close("aborted")),
    "a second close": ("closed", _close("completed")),
    "held after the close": ("closed", _fixed(ev.GateHeld("x"))),
    "signed after the close": ("closed", _fixed(ev.ItemSigned("tests"))),
    "an abort after the close": ("closed", _close("aborted")),
    "a redline that changes nothing": ("begun", lambda walk: _redlined(walk, "shop", "shop")),
    "a redline that says it voided nothing": ("checked", lambda walk: _redlined(walk, "All tests", "Most tests")),
}  # fmt: skip


def forged(name: str) -> list[ev.Entry]:
    """The entries of a point, and behind them the one that is made up."""
    place, forge = FORGED[name]
    walk = POINTS[place]()
    walk.wait("1 min")
    head = walk.entries[-1]
    event, seq = forge(walk), head.seq + 1
    return [*walk.entries, ev.Entry(seq, ev.Stamp(walk.at, "alice", "alice@host"), event, f"hash-{seq}", head.hash)]


def forged_log(folder: Path, name: str) -> tuple[Path, ev.Entry]:
    """Write a forged log, its chain as good as any, and give it with its impossible entry."""
    entries = forged(name)
    path = folder / "forged.toml"
    path.write_bytes(chained(entries))
    return path, entries[-1]
