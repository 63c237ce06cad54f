"""Logs by the thousand: real sessions walked once, then written again for other services and releases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

from rollout_tui.journal.blocks import encode_header
from rollout_tui.plan import toml
from rollout_tui.rehearsal import Rehearsal
from rollout_tui.run import intents
from rollout_tui.run.events import Entry, RunClosed, RunStarted
from rollout_tui.run.gates import blockers
from rollout_tui.runs.folder import FolderRuns
from tests.journal.chained import encode_event

PLAN = Path(__file__).parents[2] / "plans" / "checkout.toml"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SERVICES = ("checkout", "invoicing", "ledger", "search", "accounts")
_APART = timedelta(hours=8)


def write_logs(folder: Path, count: int, events: int, *, one_plan: bool = False) -> int:
    """Write `count` logs of `events` entries each and give their size in bytes.

    Every release has a plan of its own, as in life; with `one_plan` the logs of a story share theirs.
    """
    size = 0
    stories = cycle(_stories(events))
    for number, entries in enumerate(islice(stories, count)):
        data = _written(entries, number, one_plan=one_plan)
        started = _started(entries, number, one_plan=one_plan)
        (folder / f"{started.run}.toml").write_bytes(data)
        size += len(data)
    return size


def _stories(events: int) -> list[list[Entry]]:
    """A release as planned; one with a waiver and an override; one rolled back, over its target."""
    return [_of_length(events, twists) for twists in ((), ("waive", "override"), ("roll back",))]


def _of_length(events: int, twists: tuple[str, ...]) -> list[Entry]:
    shortest = _walked(0, twists)
    return _walked(max(0, events - len(shortest)), twists)


def _walked(readings: int, twists: tuple[str, ...]) -> list[Entry]:
    """Walk the plan with so many readings more than it needs."""
    loaded = toml.load(PLAN)
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = Rehearsal(FolderRuns(Path(folder)), loaded.plan, loaded.text, START)
        for _ in rehearsal.walk():
            _twist(rehearsal, twists)
            if _is_at_its_last_phase(rehearsal):
                _read(rehearsal, readings)
                readings = 0
                if "roll back" in twists:
                    _roll_back(rehearsal)
                    break
        return list(rehearsal.session.entries)


def _twist(rehearsal: Rehearsal, twists: tuple[str, ...]) -> None:
    session = rehearsal.session
    if "waive" in twists and session.run.seq == 1:
        item = next(each for each in session.run.stage.items if not each.proves and each.id not in session.run.items)
        session.act(intents.Waive(item.id, "covered by the staging test of last week"))
    started = session.run.is_started(session.run.stage)
    if "override" in twists and started and session.run.position == 2:
        past = tuple(each.id for each in blockers(session.run, session.moment()))
        session.act(intents.Promote(session.run.stage.id, past, "the campaign starts at noon"))


def _is_at_its_last_phase(rehearsal: Rehearsal) -> bool:
    run = rehearsal.session.run
    phases = [stage for stage in run.sequence.stages if stage.phase is not None]
    return run.stage is phases[-1] and run.is_started(run.stage)


def _read(rehearsal: Rehearsal, readings: int) -> None:
    for metric in islice(cycle(rehearsal.session.run.sequence.metrics), readings):
        rehearsal.clock.advance(timedelta(minutes=5))
        rehearsal.session.act(intents.Measure(metric, 0.1))


def _roll_back(rehearsal: Rehearsal) -> None:
    session = rehearsal.session
    session.act(intents.RollBack(session.run.sequence.rollback_paths[0].id, "orders fail"))
    rehearsal.clock.advance(timedelta(minutes=17))
    assert session.run.rollback is not None
    for item in session.run.rollback.items:
        session.act(intents.Sign(item))
    session.act(intents.FinishRollback("restored"))
    session.act(intents.Close("Restored; the cause is in the ticket."))


def _started(entries: list[Entry], number: int, *, one_plan: bool) -> RunStarted:
    started = entries[0].event
    assert isinstance(started, RunStarted)
    service, release = SERVICES[number % len(SERVICES)], f"4.{number}.0"
    plan = started.plan
    if not one_plan:
        plan = tuple(line if not line.startswith("release =") else f'release = "{release}"' for line in plan)
    return replace(
        started,
        run=f"{_shifted(entries[0], number):%Y-%m-%d}-{service}-{release}-1",
        service=service,
        release=release,
        plan=plan,
        plan_sha256=sha256("\n".join(plan).encode()).hexdigest(),
        rehearsal=False,
    )


def _shifted(entry: Entry, number: int) -> datetime:
    return entry.stamp.at + number * _APART


def _written(entries: list[Entry], number: int, *, one_plan: bool) -> bytes:
    return b"".join(_blocks(entries, number, one_plan=one_plan))


def _blocks(entries: list[Entry], number: int, *, one_plan: bool) -> Iterator[bytes]:
    people = {"rehearsal": "Alice Meyer", "second person": "Bob Okafor"}
    head = ""
    for entry in entries:
        by = people.get(entry.stamp.by, entry.stamp.by)
        stamp = replace(entry.stamp, at=_shifted(entry, number), by=by, origin=f"{by.split()[0].lower()}@bastion")
        event = entry.event
        if isinstance(event, RunStarted):
            block = encode_header(_started(entries, number, one_plan=one_plan), stamp)
        else:
            if isinstance(event, RunClosed):
                assert event.events == entry.seq
            block = encode_event(event, stamp, sees=head, seq=entry.seq, prev=head)
        head = block[-66:-2].decode()
        yield block
