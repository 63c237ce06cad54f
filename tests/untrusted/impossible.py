"""Logs whose chain is good and whose events are random: any kind, about anything, at any time, in any order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import MISSING
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from rollout_tui.journal.shapes import KINDS, Field, fields_of
from rollout_tui.run import events as ev
from tests.journal.chained import chained
from tests.run.driver import Walk
from tests.run.forged import POINTS

_JUNK = (
    *("", "x", "\x1b]2;boo\x07", "[/b]", "=1+1", "é" * 50, "R8", "hold", "soak", "open:tests", "signed", "deferred"),
    *("completed", "alice", "2026-05-01", "9999-12-31"),
)
_INTEGERS = (0, 1, -1, 59, 3600, 10**9, 10**17, -(10**17))
_NUMBERS = (0.0, -1.0, 0.5, 1e308, -1e308, 1e-300, 123456.789)
_TIMES = (
    *(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
    *(datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
)
_LATEST = datetime(9990, 1, 1, tzinfo=UTC)


def impossible_log(seed: int) -> bytes:
    """Give the bytes of a real run's beginning, and behind it up to a dozen entries that nothing allowed."""
    chance = random.Random(seed)
    walk = POINTS[chance.choice(list(POINTS))]()
    header = walk.entries[0].event
    assert isinstance(header, ev.RunStarted)
    return chained([*walk.entries, *_entries(chance, walk, header)])


def _entries(chance: random.Random, walk: Walk, header: ev.RunStarted) -> list[ev.Entry]:
    found, at = [], walk.at
    for seq in range(walk.run.seq + 1, walk.run.seq + 2 + chance.randint(0, 11)):
        at = chance.choice(_TIMES) if chance.random() < 0.15 else at
        at = at if at > _LATEST else at + timedelta(minutes=chance.randint(0, 90))
        happened = chance.choice(_TIMES) if chance.random() < 0.1 else None
        who = chance.choice(("alice", "bob", "Alice ", "\x1b[2J")), chance.choice(("alice@host", "x", "@@"))
        found.append(ev.Entry(seq, ev.Stamp(at, *who, happened), _event(chance, walk, header, seq), ""))
    return found


def _event(chance: random.Random, walk: Walk, header: ev.RunStarted, seq: int) -> ev.Event:
    kind = chance.choice([kind for kind in KINDS if kind != "run_started"])
    sequence = walk.run.sequence
    known = [*sequence.items, *sequence.index, *sequence.metrics, *(path.id for path in sequence.rollback_paths)]
    values = {
        name: _value(chance, field, known)
        for name, field in fields_of(kind).items()
        if field.default is MISSING or chance.random() < 0.5
    }
    if kind == "run_closed":
        values["events"] = seq
    elif kind == "plan_redlined":
        old, new = chance.choice(("All tests", "1 h", "Paid", "Some")), chance.choice(("Other", "2 h", "Few"))
        text = "\n".join(header.plan).replace(old, new)
        items = header.items if chance.random() < 0.8 else header.items[1:]
        values |= {"plan": tuple(text.split("\n")), "plan_sha256": sha256(text.encode()).hexdigest(), "items": items}
    return KINDS[kind](**values)


def _value(chance: random.Random, field: Field, known: list[str]) -> Any:
    def text() -> str:
        return chance.choice(known) if chance.random() < 0.7 else chance.choice(_JUNK)

    makes: dict[type, Callable[[], Any]] = {
        str: text,
        bool: lambda: chance.random() < 0.5,
        int: lambda: chance.choice(_INTEGERS),
        float: lambda: chance.choice(_NUMBERS),
        tuple: lambda: tuple(text() for _ in range(chance.randint(0, 3))),
    }
    return chance.choice(sorted(field.choices)) if field.choices else makes[field.type]()
