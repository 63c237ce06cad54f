"""Texts that would act on a terminal, on markup or on a layout if they were drawn as they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, islice

from rollout_tui.plan.model import (
    ChecklistItem,
    Criterion,
    FeatureFlag,
    Header,
    Metric,
    MigrationStep,
    Phase,
    Plan,
    Scenario,
    Strategy,
    Trigger,
)
from rollout_tui.plan.quantities import Audience, Comparison, Duration, FlagValue

PAYLOADS = (
    "\x1b]2;owned\x07",
    "\x1b]52;c;b3duZWQ=\x1b\\",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[1;1Howned",
    "\x1b[31mred\x1b[0m",
    "\x1b[?1049l\x1bc",
    "\x1bP1$r0m\x1b\\",
    "bell\x07\x08\x08\x7f",
    "\x9b2J\x9d2;owned\x9c",
    "\x85\x8d\x90",
    "\u202eevil\u202c \u2066x\u2069",
    "zero\u200bwidth\u2060\ufeff\u00ad",
    "\u2028line\u2029paragraph",
    "[/b]",
    "[red]red",
    "[@click=app.exit]x[/]",
    "[bold][link=file:///etc/passwd]y[/link]",
    "$error [$(x)] {x} %s %(x)s \\[ \\",
    "nul\x00nul",
    "tab\there\rreturn\nline\n\n\nfeed",
    "wide 漢字 " * 40,
    "x" * 12_000,
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "lone \ud800 surrogate \udc9b",
    "\ue000 private \U000f0000 unassigned \u0378 \U000e0001",
    "",
    " ",
)

_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def raw(text: str) -> list[str]:
    """Give the characters of a drawn text that could act on a terminal."""
    return [repr(char) for char in text if unicodedata.category(char) in _UNSAFE]


def evil_plan(shift: int) -> tuple[Plan, int]:
    """Give a plan each of whose texts ends in a payload, begun at number `shift`, and how many texts that are."""
    payloads = islice(cycle(PAYLOADS), shift, None)
    counted: list[str] = []

    def text(what: str) -> str:
        counted.append(f"{what} {next(payloads)}")
        return counted[-1]

    return _plan(text), len(counted)


def _plan(text) -> Plan:  # type: ignore[no-untyped-def]
    minutes = timedelta(minutes=5)
    names = [text("Phase one"), text("Phase two")]
    return Plan(
        Header(
            text("plan"),
            text("service"),
            text("release"),
            text("before"),
            text("owner"),
            text("ticket"),
            links=(text("link"),),
        ),
        Strategy("canary", rollback_time=Duration(text("5 min"), minutes), database_migration="before"),
        phases=tuple(
            Phase(
                name,
                Audience(text("5%"), 5.0),
                Duration(text("2 h"), timedelta(hours=2)),
                (Criterion(text("criterion a")), Criterion(text("criterion b"))),
                (Trigger(text("trigger a")), Trigger(text("trigger b"))),
            )
            for name in names
        ),
        pre_deployment=tuple(
            ChecklistItem(text("check"), f"check-{n}", text("owner"), text("about"), text("https://")) for n in range(6)
        ),
        feature_flags=(
            FeatureFlag(
                text("flag"), text("about"), FlagValue(text("off")), {each: FlagValue(text("on")) for each in names}
            ),
        ),
        migration=(
            MigrationStep(
                text("step"), "schema", True, "schema", text("undo"), risk_note=text("risk"), owner=text("dba")
            ),
            MigrationStep(text("drop"), "cleanup", False, "drop", risk_note=text("risk"), owner=text("dba")),
        ),
        rollback=(
            Scenario(text("bug"), "code", Duration(text("5 min"), minutes), "bug", "", _several(text), text("owner")),
            Scenario(text("data"), "data", Duration(text("30 min"), minutes), "data", text("restore"), (), text("who")),
        ),
        monitoring=tuple(
            Metric(
                text("metric"),
                Comparison(text("> 1"), ">", 1.0, text("%")),
                f"metric-{n}",
                text("channel"),
                text("act"),
                Duration(text("1 h"), timedelta(hours=1)),
            )
            for n in range(2)
        ),
        post_deployment=(ChecklistItem(text("health"), "health", text("owner"), text("about"), text("link")),),
    )


def _several(text) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    return tuple(text("do") for _ in range(3))


def endless(shift: int) -> Iterator[str]:
    """Payloads for reasons and notes; those that a decision would take for empty are left out."""
    return (each for each in islice(cycle(PAYLOADS), shift, None) if each.strip())
