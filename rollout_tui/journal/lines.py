"""Fields ⇄ the lines of a block: what an event, its author and its extras say, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rollout_tui.errors import RolloutError
from rollout_tui.journal.shapes import STORE_KEYS, Field, Form, fields_of, fitting_form
from rollout_tui.journal.values import (
    LINE,
    NotCanonical,
    Value,
    read_value,
    spell,
    spell_lines,
    spell_text,
    spell_time,
)
from rollout_tui.run.events import NO_EXTRAS, Event, Extras, Stamp, Unknown
from rollout_tui.text import safe

PLAN_LIMIT = 1024 * 1024
"""The largest plan in bytes, line feeds counted."""

_FORMS: dict[tuple[object, ...], Form] = {}


def stamp_lines(stamp: Stamp) -> str:
    lines = f"at = {spell_time(stamp.at)}\nby = {spell_text(stamp.by)}\nfrom = {spell_text(stamp.origin)}\n"
    return lines if stamp.happened is None else f"{lines}happened = {spell_time(stamp.happened)}\n"


def boot_lines(stamp: Stamp) -> str:
    return f'boot = "{stamp.boot}"\nup_ms = {stamp.up_ms}\n' if stamp.boot else ""


def field_lines(event: Event) -> Iterator[tuple[str, str]]:
    return lines_of(fields_of(event.kind), event)


def lines_of(fields: dict[str, Field], holder: object) -> Iterator[tuple[str, str]]:
    """Give each field that does not have its default, with its line."""
    for name, field in fields.items():
        value = getattr(holder, name)
        if value == field.default:
            continue
        if name == "plan":
            yield name, f"plan = {_spell_plan(value)}\n"
        else:
            yield name, f"{name} = {spell(float(value) if field.type is float else value)}\n"


def _spell_plan(lines: tuple[str, ...]) -> str:
    spelled = spell_lines(lines)
    if (size := sum(len(line.encode()) + 1 for line in lines)) > PLAN_LIMIT:
        raise RolloutError(f"The plan has {size:,} bytes; a journal takes {PLAN_LIMIT:,}", "Shorten the plan.")
    return spelled


def read_lines(values: dict[str, Value], text: str, start: int, end: int) -> None:
    while start < end:
        match = LINE.match(text, start, end)
        if match is None:
            raise NotCanonical(f"holds a line that no journal has: {safe(text[start : start + 60].splitlines()[0])}")
        name, plain = match.group(1, 2)
        if name in values:
            raise NotCanonical(f"gives {name} twice")
        # Most are plain texts, which need no reading.
        values[name] = read_value(match) if plain is None else plain
        start = match.end()


def to_event(kind: str, values: dict[str, Value]) -> tuple[Event, Extras]:
    key = (kind, *values, *map(type, values.values()))
    form = _FORMS.get(key) or fitting_form(kind, values)
    if form is None:
        return _unknown(kind, values), NO_EXTRAS
    _FORMS[key] = form
    is_known = True
    for name, default, choices in form.optional:
        if values[name] == default:
            raise NotCanonical(f"gives {name}, which is left out where it says nothing")
        if choices and values[name] not in choices:
            is_known = False
    if not is_known:
        return _unknown(kind, values), NO_EXTRAS
    if not form.extras:
        return form.build(**values), NO_EXTRAS
    given: dict[str, Any] = {name: values.pop(name) for name in form.extras}
    return form.build(**values), Extras(**given)


def _unknown(kind: str, values: dict[str, Value]) -> Unknown:
    if taken := STORE_KEYS & values.keys():
        raise NotCanonical(f"gives {', '.join(sorted(taken))} out of order")
    return Unknown(kind, tuple(values.items()))
