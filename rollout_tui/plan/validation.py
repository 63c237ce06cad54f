"""Validation of a parsed TOML document against the plan model by pydantic; every misfit is a Problem.

Nothing is converted on the way: `true` is not 1, `"2"` is not 2, and a text is not a date.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import ErrorDetails, SchemaValidator, ValidationError

from .mistakes import MOST, KeyPath, Problem, did_you_mean, nearest, shown
from .model import Plan, field_name, file_key
from .probe import Watched
from .quantities import Quantity

# The model says `header` where the file says [plan]; the exchange keeps a stray [header] an unknown key.
_RENAMED = {"plan": "header", "header": "plan"}

_UNKNOWN_KEY = "unexpected_keyword_argument"

_MAPPINGS = {
    "rollout": 'a value for each phase by its name, such as { "Phase 1" = "10 %" }',
    "probes": "a probe for each phase by its name",
    "sources": "a [sources.NAME] for each server",
}
_DATETIME = "a date and time with its offset, without quotes, such as 2026-12-05T22:00:00+01:00"


def validate(document: Mapping[str, Any]) -> Plan | tuple[Problem, ...]:
    """Make the plan of a parsed document, or say what does not fit the model: everything, up to MOST."""
    try:
        plan: Plan = _validator().validate_python(_renamed(document))
    except ValidationError as error:
        return tuple(_problems(document, error.errors(include_url=False)[:MOST]))
    return plan


@cache
def _validator() -> SchemaValidator:
    schema = TypeAdapter(Plan).core_schema
    _harden(schema)
    return SchemaValidator(schema)


def _harden(schema: Any) -> None:
    """Make scalars strict and unknown keys errors, throughout a core schema.

    Pydantic's own strict mode can't be used: for Python values it refuses tables for dataclasses and lists for
    tuples, and for JSON it takes a text for a date.
    """
    if isinstance(schema, dict):
        if schema.get("type") in {"str", "int", "bool", "datetime"}:
            schema["strict"] = True
        if schema.get("type") == "dataclass-args":
            schema["extra_behavior"] = "forbid"
        for value in schema.values():
            _harden(value)
    elif isinstance(schema, (list, tuple)):
        for value in schema:
            _harden(value)


def _renamed(document: Mapping[str, Any]) -> dict[str, Any]:
    return {_RENAMED.get(key, key): value for key, value in document.items()}


def _problems(document: Mapping[str, Any], errors: list[ErrorDetails]) -> Iterator[Problem]:
    unknown = [_path(error) for error in errors if error["type"] == _UNKNOWN_KEY]
    meant = {path: nearest(str(path[-1]), _free_keys(document, path[:-1])) for path in unknown}
    mistyped = {(*path[:-1], near) for path, near in meant.items()}
    for error in errors:
        path = _path(error)
        if path in meant:
            free = ", ".join(_free_keys(document, path[:-1]))
            expected = f"one of {free}" if free else "no more keys here"
            yield Problem(path, "an unknown key", expected, did_you_mean(meant[path]), at_key=True)
        elif error["type"] != "missing":
            yield _misfit(path, error)
        elif path not in mistyped:
            # Where a key is mistyped, that the right one is missing follows from it.
            yield Problem(path, "nothing", _expected(path))


def _path(error: ErrorDetails) -> KeyPath:
    first, *rest = error["loc"]
    return (_RENAMED.get(str(first), str(first)), *rest)


def _free_keys(document: Mapping[str, Any], path: KeyPath) -> list[str]:
    """The keys that a table of the file may still have."""
    owner, table = _hint(path), document
    for part in path:
        table = table[part]  # type: ignore[index] # pydantic found a table here
    known = (_RENAMED.get(item.name, item.name) if owner is Plan else file_key(item.name) for item in fields(owner))
    return [name for name in known if name not in table]


def _misfit(path: KeyPath, error: ErrorDetails) -> Problem:
    value = error["input"]
    refusal = error.get("ctx", {}).get("error")
    expected = str(refusal) if isinstance(refusal, ValueError) else _expected(path)
    hint = _hint(path)
    words = typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()
    near = nearest(value, map(str, words)) if isinstance(value, str) and words else ""
    return Problem(path, shown(value), expected, did_you_mean(near, quote=True))


def _hint(path: KeyPath) -> Any:
    """Give the model's type at a key path."""
    hint: Any = Plan
    for part in (_RENAMED.get(str(part), part) if not place else part for place, part in enumerate(path)):
        if is_dataclass(hint):
            hint = _without_none(typing.get_type_hints(hint)[field_name(hint, str(part))])
        else:
            hint = typing.get_args(hint)[1 if typing.get_origin(hint) is Mapping else 0]
    return hint


def _without_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


def _expected(path: KeyPath) -> str:
    """Say what the model expects at a key path, in the words of a TOML file."""
    hint = _hint(path)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        words = [f'"{arg}"' if isinstance(arg, str) else str(arg) for arg in args]
        return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    if origin is tuple:
        is_texts = args[0] is str or issubclass(args[0], Watched)
        return 'a list of texts, such as ["one", "two"]' if is_texts else f"one or more [[{path[-1]}]]"
    if origin is Mapping:
        return _MAPPINGS[str(path[-1])]
    if isinstance(hint, type) and issubclass(hint, Quantity):
        return hint.forms
    if isinstance(hint, type) and issubclass(hint, Watched):
        return 'a text in quotes, or with a probe { text = "…", probe = { … } }'
    if is_dataclass(hint):
        return f"a table [{'.'.join(str(part) for part in path)}]" if isinstance(path[-1], str) else "a table"
    number = "1 or 2" if path[-1] == "approvals" else "a whole number"
    scalars = {str: "a text in quotes", bool: "true or false", int: number, datetime: _DATETIME}
    return scalars[hint]
