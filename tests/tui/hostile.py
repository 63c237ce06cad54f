"""A run whose every text is a payload, and what was drawn of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from rollout_tui.clock import SimulatedClock
from rollout_tui.people import Actor
from rollout_tui.plan.model import Plan
from rollout_tui.run import intents
from rollout_tui.run.events import Entry, Stamp
from rollout_tui.run.gates import blockers
from rollout_tui.run.sequence import sequence
from rollout_tui.session import Session
from rollout_tui.text import one_line
from tests.tui.payloads import PAYLOADS, endless, raw
from tests.tui.stage import NOON, Memory, Show, started

# How each payload begins when it is drawn; two of them are nothing to be seen.
SIGNS = tuple(one_line(payload)[:8].strip() for payload in PAYLOADS)


class Drawn:
    """Counts what was drawn, and what of it could act."""

    def __init__(self) -> None:
        self.screens = 0
        self.texts = 0
        self.bad: list[str] = []
        self.seen: set[tuple[str, str, int]] = set()

    def look(self, show: Show, what: str) -> None:
        """Take the screen as it is drawn: every segment of it, and which payload stands in which widget."""
        self.screens += 1
        assert show.app.is_running, what
        strips = show.strips()
        for strip in strips:
            for segment in strip:
                self.texts += 1
                self._judge(segment, what)
        self._find(show, strips)

    def _judge(self, segment: Segment, what: str) -> None:
        found = raw(segment.text)
        if found or segment.control:
            self.bad.append(f"{what}: {found} {segment.control} in {segment.text!r}")
        meta = segment.style.meta if segment.style else {}
        if "@click" in meta and "exit" in str(meta["@click"]):
            self.bad.append(f"{what}: acts {meta}")
        if segment.style and segment.style.link:
            self.bad.append(f"{what}: links {segment.style.link}")

    def _find(self, show: Show, strips: list[Strip]) -> None:
        screen = show.screen
        for widget in screen.walk_children(Widget):
            region = widget.region.intersection(screen.region)
            if not region or (widget.children and not widget.border_title):
                continue
            rows = strips[region.y : region.bottom] if not widget.children else strips[region.y : region.y + 1]
            text = "\n".join(strip.crop(region.x, region.right).text for strip in rows)
            name = widget.id if widget.id else type(widget).__name__
            for place, sign in enumerate(SIGNS):
                if sign and sign in text:
                    self.seen.add((type(screen).__name__, name.rstrip("-0123456789"), place))

    @property
    def places(self) -> set[tuple[str, str]]:
        """The widgets in which payloads were seen, each with its screen."""
        return {(screen, widget) for screen, widget, _ in self.seen}


def session_of(plan: Plan, shift: int, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A run of this very plan in memory: no file could hold some of its texts."""
    monkeypatch.setattr("rollout_tui.run.plan_of.build", lambda _: plan)
    texts = endless(shift)
    operator = Actor(f"ann {next(texts)}", "ann", f"host{next(texts)}")
    header = started(tuple(sequence(plan).items), "x = 1", reason=next(texts))
    object.__setattr__(header, "service", plan.header.service)
    object.__setattr__(header, "release", plan.header.release)
    entry = Entry(0, Stamp(NOON, operator.name, operator.origin), header, "0" * 64)
    return Session(Memory(entry), SimulatedClock(NOON), operator)


def busy(session: Session, texts: Iterator[str]) -> None:
    """Everything that leaves a text behind on a pre-deployment screen."""
    session.act(intents.Fail("check-0", next(texts)))
    session.act(intents.Sign("check-1", next(texts), f"/tmp/file {next(texts)}"))
    session.act(intents.Waive("check-2", next(texts)))
    session.act(intents.Defer("check-3", session.run.sequence.stages[2].id, next(texts)))
    session.act(intents.Sign("check-4", next(texts)))
    session.act(intents.Revoke("check-4", next(texts)))
    session.act(intents.Note(next(texts), "check-5"))
    session.act(intents.Note(next(texts)))
    session.act(intents.Unread("metric-0", next(texts)))
    session.act(intents.Measure("metric-1", 4.0, next(texts)))
    session.act(intents.Hold(next(texts)))


def go(session: Session, texts: Iterator[str]) -> None:
    if session.run.held:
        session.act(intents.Release(next(texts)))
    past = tuple(each.id for each in blockers(session.run, session.moment()))
    session.act(intents.Go(past, next(texts), next(texts)))
    session.act(intents.Sign("migration/schema", next(texts)))
