"""Random runs as the program keeps them: every act decided and stamped at one moment of a clock that moves."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta

from rollout_tui.plan.model import build
from rollout_tui.run import events as ev
from rollout_tui.run.evolve import begin
from rollout_tui.run.moment import Moment
from rollout_tui.run.run_rules import RULES
from rollout_tui.run.subjects.start_acts import Start, start
from tests.run.driver import NOON, Walk
from tests.run.moves import LARGEST, play
from tests.run.run_plans import PLANS

IN_PLACE = ("migration/add-table 7", "migration/install 8", "migration/convert 12", "migration/gone 13")


class Moving(Walk):
    """A walk as a session takes it: its clock moves at every reading, and an act has one moment in milliseconds."""

    def __init__(self, text: str, chance: random.Random, asked: Start, rules: int = RULES) -> None:
        super().__init__(text, in_place=IN_PLACE if asked.after else ())
        self.chance = chance
        plan = build(tomllib.loads(text))
        every_rule = tuple(f"R{number}" for number in range(1, 9))
        started = start(plan, text, "0" * 64, replace(asked, override=every_rule, reason="asked for"))
        told = self.header.event
        assert isinstance(told, ev.RunStarted)
        started = replace(started, after=told.after, after_head=told.after_head, in_place=told.in_place, rules=rules)
        self.at = NOON
        self.header = replace(self.header, event=started, stamp=self.stamp("alice"))
        self.entries = [self.header]
        self.run = begin(self.header)

    def signature(self, by: str, key: str | None) -> str:
        return super().signature(by, "" if by == "carol" else key)

    @property
    def now(self) -> Moment:
        self.at += timedelta(milliseconds=self.chance.choice((0, 1, 7, 400, 1_000)))
        return Moment(self.at, self.jump)


class Booted(Moving):
    """A walk on a machine that counts its own time: a jump of its wall clock is seen by what the entries say alone."""

    stepped = timedelta(0)

    @property
    def jump(self) -> timedelta:
        return timedelta(0)

    @jump.setter
    def jump(self, by: timedelta) -> None:
        self.at += by
        self.stepped += by

    @property
    def up_ms(self) -> int:
        return 1_000_000_000 + (self.at - NOON - self.stepped) // timedelta(milliseconds=1)

    @property
    def now(self) -> Moment:
        return replace(super().now, boot="51351a7e", up_ms=self.up_ms)

    def stamp(self, by: str, happened: datetime | None = None) -> ev.Stamp:
        return replace(super().stamp(by, happened), boot="51351a7e", up_ms=self.up_ms)


def honest_entries(seed: int, rules: int = RULES) -> list[ev.Entry]:
    """A random run as the program keeps it: of any plan, second attempts, rehearsals, emergencies, recoveries.

    Where keys tell people apart, one of three has none.
    """
    chance = random.Random(seed)
    asked = Start("run", chance.random() < 0.2, chance.random() < 0.2, after="before" if chance.random() < 0.3 else "")
    plan, identity = chance.choice(list(PLANS.values())), ("claimed", "login", "signed")[seed % 3 if rules > 2 else 0]
    plan = plan.replace("[plan]\n", f'[plan]\nidentity = "{identity}"\n', 1) if identity != "claimed" else plan
    walk = (Moving, Booted)[seed % 2 if rules > 1 else 0](plan, chance, asked, rules)
    walk.signs = seed % 3 == 2
    if chance.random() < 0.2:
        walk.record(ev.Recovered(9, "0" * 64, "run.toml.torn"))
    moves = [tuple(chance.randint(0, LARGEST) for _ in range(4)) for _ in range(chance.randint(5, 70))]
    play(walk, moves, lambda _: None, lambda *_: None)  # type: ignore[arg-type]
    return walk.entries
