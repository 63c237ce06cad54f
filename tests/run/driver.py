"""A run walked by intents on a clock that the test sets, and the plans that the tests of the domain walk."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rollout_tui.errors import RolloutError
from rollout_tui.people import Actor
from rollout_tui.plan.model import build
from rollout_tui.run import events as ev
from rollout_tui.run import gates, intents, soak
from rollout_tui.run.decide import decide, refusal
from rollout_tui.run.evolve import begin, evolve, replay
from rollout_tui.run.moment import Moment
from rollout_tui.run.next import NextStep, next_step
from rollout_tui.run.run_rules import RULES
from rollout_tui.run.sequence import sequence
from rollout_tui.run.stages import Item, ItemKind
from rollout_tui.run.state import Run, Status
from rollout_tui.run.watching import watched
from rollout_tui.sshsig import key_of
from tests.run.signatures import signed_with

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PEOPLE = ("alice", "bob", "carol")


def span(text: str) -> timedelta:
    """`90 min`, `2 h`, `45 s` as a span of time."""
    number, unit = text.split()
    return timedelta(seconds=float(number) * {"s": 1, "min": 60, "h": 3600, "days": 86400}[unit])


class Walk:
    """A run and the clock beside it; `do` records what an intent comes to, exactly as a session would."""

    def __init__(
        self,
        text: str,
        *,
        emergency: bool = False,
        rehearsal: bool = False,
        in_place: tuple[str, ...] = (),
        principals: tuple[str, ...] = (),
        rules: int = RULES,
        signs: bool = False,
    ) -> None:
        self.signs = signs
        plan = build(tomllib.loads(text))
        header = ev.RunStarted(
            run="2026-03-02-shop",
            service=plan.header.service,
            release=plan.header.release,
            items=tuple(sequence(plan).items),
            plan=tuple(text.split("\n")),
            plan_sha256="0" * 64,
            emergency=emergency,
            rehearsal=rehearsal,
            reason="fire" if emergency else "",
            after="2026-03-01-shop" if in_place else "",
            after_head="9:ab" if in_place else "",
            in_place=in_place,
            principals=principals,
            rules=rules,
        )
        self.at = NOON
        self.jump = timedelta(0)
        self.header = ev.Entry(0, ev.Stamp(NOON, "alice", "alice@host"), header, "hash-0")
        self.entries = [self.header]
        self.run: Run = begin(self.header)

    @property
    def now(self) -> Moment:
        return Moment(self.at, self.jump)

    def wait(self, text: str) -> Walk:
        self.at += span(text)
        return self

    def do(
        self,
        intent: intents.Intent,
        by: str = "alice",
        happened: datetime | None = None,
        *,
        login: str = "",
        key: str | None = None,
    ) -> ev.Event:
        """Do it as somebody of this name, from their own login and with their own key where no other is given."""
        signature = self.signature(by, key)
        now, who = self.now, Actor(by, login or by, "host", key_of(signature))
        event = decide(self.run, intent, now, who, happened)
        action = intents.BY_INTENT[type(intent)]
        subject = getattr(intent, action.about) if action.about else ""
        assert action.why_not(self.run, subject, now, who) is None, "what is taken is not grey"
        self.at = now.at
        self.record(event, by, happened, origin=who.origin, signature=signature)
        return event

    def stamp(self, by: str, happened: datetime | None = None) -> ev.Stamp:
        return ev.Stamp(self.at, by, f"{by}@host", happened)

    def signature(self, by: str, key: str | None) -> str:
        """A signature by the key that is called so: nobody's where it is empty, their own where that is left out."""
        name = key if key is not None else by if self.signs else ""
        return signed_with(name) if name else ""

    def record(
        self,
        event: ev.Event,
        by: str = "alice",
        happened: datetime | None = None,
        *,
        origin: str = "",
        signature: str = "",
    ) -> None:
        seq, stamp = self.run.seq + 1, self.stamp(by, happened)
        stamp = replace(stamp, origin=origin or stamp.origin)
        entry = ev.Entry(seq, stamp, event, f"hash-{seq}", self.run.head, signature=signature)
        self.run = evolve(self.run, entry)
        self.entries.append(entry)
        if isinstance(event, ev.ClockConfirmed):
            self.jump = timedelta(0)

    def refused(
        self,
        intent: intents.Intent,
        match: str = "",
        by: str = "alice",
        kind: type[RolloutError] = RolloutError,
        **given: Any,
    ) -> RolloutError:
        """Try what must be refused: the error's message and hint match, and the run is as it was."""
        before = self.run
        with pytest.raises(kind) as caught:
            self.do(intent, by, **given)
        assert re.search(match, str(caught.value)), f"{match!r} is not in: {caught.value}"
        assert caught.value.message
        assert self.run is before
        return caught.value

    def allows(self, intent: intents.Intent, by: str = "alice") -> bool:
        return refusal(self.run, intent, self.now, Actor(by, by, key=key_of(self.signature(by, None)))) is None

    def blockers(self) -> list[str]:
        """The ids of what blocks the end of the stage that is open."""
        return [each.id for each in gates.blockers(self.run, self.now)]

    def start_blockers(self) -> list[str]:
        return [each.id for each in gates.start_blockers(self.run, self.now)]

    def next(self) -> NextStep:
        return next_step(self.run, self.now)

    def state(self, item: str) -> Status:
        return self.run.state(self.run.sequence.find_item(item).id).status

    def replayed(self) -> Run:
        return replay(begin(self.header), self.entries[1:])

    # Ways to get somewhere

    def sign(self, *items: str, by: str = "alice") -> Walk:
        """Sign each item, by as many people as it asks for."""
        for name in items:
            item = self.run.sequence.find_item(name)
            others = [each for each in PEOPLE if each != by]
            for person in [by, *others][: item.approvals]:
                self.do(intents.Sign(item.id, confirm=item.id), person)
        return self

    def soak(self) -> None:
        """Wait until the soak is over, and record that its probes saw all of it."""
        since = self.at
        self.at += soak.soak_left(self.run, self.run.stage, self.now)
        for name in watched(self.run) if self.at > since else ():
            row = self.run.sequence.items[f"{self.run.stage.id}/metric/{name}"]
            times, samples = (since.isoformat(), self.at.isoformat()), int((self.at - since).total_seconds()) + 1
            seen = intents.Observe(name, "pass", "", fine(row), "", *times, samples)
            # A clock that went back makes them older than what was seen.
            if self.allows(seen):
                self.do(seen)

    def step(self) -> ev.Event:
        """Do what comes next, by whoever may; waits for a soak first."""
        step = self.next()
        if step.action == "promote":
            assert self.run.stage.phase is not None
            self.soak()
        step = self.next()
        intent = self.asked_by(step)
        person = next((each for each in PEOPLE if self.allows(intent, each)), "alice")
        return self.do(intent, person)

    def asked_by(self, step: NextStep) -> intents.Intent:
        """What a person who follows `step` asks for, past the maintenance window if that is all."""
        intent = intent_of(self.run, step)
        if isinstance(intent, intents.Go | intents.StartPhase) and "window" in self.start_blockers():
            return replace(intent, override=("window",), reason="it can't wait")
        return intent

    def until(self, reached: Callable[[Run], bool]) -> Walk:
        for _ in range(300):
            if reached(self.run):
                return self
            self.step()
        raise AssertionError(f"never reached: stands at {self.run.stage.id}, next: {self.next()}")

    def to(self, stage: str) -> Walk:
        """Go on by what comes next until the stage is open."""
        return self.until(lambda run: run.stage.id == stage)

    def to_started(self, phase: str) -> Walk:
        return self.until(lambda run: phase in run.phases)

    def to_next(self, action: str) -> Walk:
        """Go on until the action is the next thing."""
        return self.until(lambda _: self.next().action == action)

    def to_gate(self, phase: str) -> Walk:
        """Go on until nothing blocks the phase's promotion any more."""
        self.to_started(phase)
        return self.until(lambda run: run.stage.id == phase and self._soaked())

    def _soaked(self) -> bool:
        if self.next().action != "promote":
            return False
        self.soak()
        return self.next().action == "promote"


def intent_of(run: Run, step: NextStep) -> intents.Intent:
    """What a person who follows `step` asks for, with right arguments."""
    item: Item | None = run.sequence.items.get(step.item)
    match step.action:
        case "sign":
            assert item is not None, step
            return intents.Sign(item.id, confirm=item.id)
        case "measure":
            assert item is not None, step
            return intents.Measure(item.id, fine(item)) if item.metric else intents.Observe(item.id, "pass")
        case "start-phase":
            assert item is not None, step
            assert item.kind is ItemKind.START, step
            return intents.StartPhase(item.stage)
        case "clear":
            return intents.Clear(step.item, "it was a false alarm")
        case "give-reason":
            return intents.GiveReason("it fell over")
        case "found":
            return intents.FindState(step.item, "there", "looked at it")
        case "release":
            return intents.Release("looked at it")
        case "confirm-clock":
            return intents.ConfirmClock("compared with a second clock")
        case "go":
            return intents.Go()
        case "promote":
            return intents.Promote(run.stage.id)
        case "close":
            return intents.Close("done")
        case "roll-back":
            return intents.RollBack(run.sequence.rollback_paths[0].id, "it fell over")
        case "finish-rollback":
            return intents.FinishRollback("restored")
        case _:
            raise AssertionError(f"nothing to do: {step}")


def fine(item: Item) -> float:
    assert item.metric is not None
    bound = item.metric.threshold
    least, most = bound.range
    return max(least, bound.number - 1) if bound.operator.startswith(">") else min(most, bound.number + 1)


def breach(item: Item) -> float:
    assert item.metric is not None
    bound = item.metric.threshold
    least, most = bound.range
    return min(most, bound.number + 1) if bound.operator.startswith(">") else max(least, bound.number - 1)


def changed(text: str, **replacements: Any) -> str:
    """A plan's text with keys of its [plan] and [strategy] tables set to other values."""
    for key, value in replacements.items():
        text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value!r}".replace("'", '"'), text)
        assert count == 1, key
    return text


def with_jump(walk: Walk, jump: timedelta) -> Walk:
    walk.jump = jump
    return walk


def renamed(header: ev.Entry, names: dict[str, str]) -> ev.Entry:
    """The header with some of its frozen ids changed, as an older version would have made them."""
    started = header.event
    assert isinstance(started, ev.RunStarted)

    def rename(item: str) -> str:
        for old, new in names.items():
            item = item.replace(old, new)
        return item

    return replace(header, event=replace(started, items=tuple(map(rename, started.items))))
