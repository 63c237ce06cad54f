"""What each kind of event holds, read from its class once and only when a journal has one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from rollout_tui.run import events
from rollout_tui.run.events import Event, RunStarted, Unknown

STORE_KEYS = frozenset({"format", "kind", "at", "by", "from", "happened", "sees", "seq", "prev", "hash"})
"""Keys around an event; no event has a field of these names."""

KINDS: dict[str, type[Event]] = {
    kind.kind: kind for kind in get_args(events.Event) if kind is not Unknown and kind is not RunStarted
}


@dataclass(frozen=True)
class Field:
    """One field: its place in the order, its type, its default (MISSING if it has none), the texts that it can be."""

    place: int
    type: type
    default: object
    choices: frozenset[str]


@dataclass(frozen=True)
class Shape:
    build: Callable[..., Event]
    fields: dict[str, Field]
    required: frozenset[str]


@cache
def shape_of(kind: Any) -> Shape:
    """Give the fields of a class of events, in the order in which they are written."""
    hints = get_type_hints(kind)
    found = {field.name: _field(place, hints[field.name], field.default) for place, field in enumerate(fields(kind))}
    return Shape(kind, found, frozenset(name for name, field in found.items() if field.default is MISSING))


def _field(place: int, hint: Any, default: object) -> Field:
    if get_origin(hint) is Literal:
        return Field(place, str, default, frozenset(get_args(hint)))
    return Field(place, get_origin(hint) or hint, default, frozenset())
