"""What each kind of event holds, read from its class once and only when a journal has one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from rollout_tui.journal.values import NotCanonical
from rollout_tui.run import events
from rollout_tui.run.events import Event, Extras, RunStarted, Unknown

STORE_KEYS = frozenset(
    {"format", "kind", "at", "by", "from", "happened", "sees", "boot", "up_ms", "signature", "seq", "prev", "hash"}
)
"""Keys around an event; no event has a field of these names."""

KINDS: dict[str, type[Event]] = {kind.kind: kind for kind in get_args(events.Event) if kind is not Unknown}


class Field(NamedTuple):
    """A field's type, its default (MISSING if it has none) and the texts that it can be (none: any)."""

    type: type
    default: object
    choices: frozenset[str]


class Form(NamedTuple):
    """An event with certain fields: what builds it, and name, default and choices of those whose values matter.

    `extras` are those that stand behind its own fields.
    """

    build: Callable[..., Event]
    optional: tuple[tuple[str, object, frozenset[str]], ...]
    extras: tuple[str, ...]


@cache
def fields_of(kind: str) -> dict[str, Field]:
    """Give the fields of a kind of event, in the order in which they are written."""
    return _fields(KINDS[kind])


@cache
def extra_fields() -> dict[str, Field]:
    """Give what an event of any kind may have behind its own fields, in the order in which it is written."""
    return _fields(Extras)


def fitting_form(kind: str, values: Mapping[str, object]) -> Form | None:
    """Give how to build an event of these fields; None if a later version made it, NotCanonical if none would."""
    build = KINDS.get(kind)
    if build is None:
        return None
    own = fields_of(kind)
    extra = {} if build is RunStarted else extra_fields()
    known = own | extra
    if not known.keys() >= values.keys():
        return None
    if list(values) != [name for name in known if name in values]:
        raise NotCanonical("has its lines out of order")
    if missing := [name for name, field in known.items() if field.default is MISSING and name not in values]:
        raise NotCanonical(f"lacks {', '.join(missing)}")
    if any(type(value) is not known[name].type for name, value in values.items()):
        raise NotCanonical("has a value of another type than its kind")
    optional = [(name, known[name].default, known[name].choices) for name in values]
    optional = [field for field in optional if field[1] is not MISSING or field[2]]
    return Form(build, tuple(optional), tuple(name for name in values if name in extra))


def _fields(build: type) -> dict[str, Field]:
    # By hand, as `get_type_hints` would read the same few annotations again for each field.
    return {field.name: _field(_hint(build.__module__, str(field.type)), field.default) for field in fields(build)}


@cache
def _hint(module: str, annotation: str) -> Any:
    return eval(annotation, vars(sys.modules[module]))


def _field(hint: Any, default: object) -> Field:
    if get_origin(hint) is Literal:
        return Field(str, default, frozenset(get_args(hint)))
    if get_origin(hint) is UnionType:
        # What may be absent is not written where it is.
        hint = get_args(hint)[0]
    return Field(get_origin(hint) or hint, default, frozenset())
