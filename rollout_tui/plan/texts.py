"""Limits of a plan's texts: titles that are not empty, ids of the right form, no control characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from .fields import TABLES, TextForm, keys_of
from .mistakes import KeyPath, Problem, shown

# Prose may have paragraphs; every other text is shown on one line.
_PROSE = keys_of(TextForm.PROSE)
_LISTS = keys_of(TextForm.TEXTS) | keys_of(TextForm.WATCHED)

# The texts that a plan can't do without.
_NEEDED = frozenset(
    each.name for table in TABLES for each in fields(table) if each.type == "str" and each.default is MISSING
)

ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_ID_FORM = "small letters, digits, dots, hyphens and underscores, such as smoke-test"


def problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with the texts of a parsed document, however little of it fits the model."""
    for path, text in _texts(document):
        controls = _controls(text)
        if controls:
            yield Problem(path, f"{controls} in {shown(text)}", "text without control characters")
        elif "\n" in text and path[-1] not in _PROSE and path[0] != "notes":
            yield Problem(path, f"a line break in {shown(text)}", "one line")
        elif path[-1] == "id" and text and not ID.fullmatch(text):
            yield Problem(path, shown(text), _ID_FORM)
        elif not text.strip() and _is_needed(path):
            yield Problem(path, "an empty text", "some text")


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Every text of a document with its key path; without recursion, since a file may nest deep."""
    left: list[tuple[KeyPath, Any]] = [((), document)]
    while left:
        path, value = left.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, Mapping):
            left += [((*path, key), each) for key, each in value.items()]
        elif isinstance(value, list):
            left += [((*path, place), each) for place, each in enumerate(value)]


def _controls(text: str) -> str:
    """Name the first control character of a text, line feeds aside; empty if it has none."""
    for char in text:
        if unicodedata.category(char) == "Cc" and char != "\n":
            return "a tab" if char == "\t" else f"the control character U+{ord(char):04X}"
    return ""


def _is_needed(path: KeyPath) -> bool:
    key = path[-1]
    if isinstance(key, int):
        return len(path) > 1 and (path[-2] in _LISTS or path[0] == "notes")
    # A step's action is its title; a scenario may have steps instead, and a metric's action is asked for by a rule.
    return key in _NEEDED and (key != "action" or path[0] == "migration")
