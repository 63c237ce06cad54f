"""Texts that may have a probe, as a document has them: the words, and behind them a table as TOML has it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from ..model import file_key
from ..probe import Criterion, Trigger, Watched
from ..toml_text import Unreadable, read
from ..writing import inline_table, plain

_TABLE = re.compile(r' (?=\{ ?(?:"?\w+"? ?=|\}$))')
_KEYS = {file_key(key) for model in (Criterion, Trigger) for key in model.__dataclass_fields__} - {"text"}

# Each costs a look at all of the text.
_MOST = 20


def write_watched(watched: Watched) -> str:
    """Write the words and the table; a text that ends as a table does has one behind it too, if an empty one."""
    table = {} if watched.is_text_alone else {key: each for key, each in plain(watched).items() if key != "text"}
    return f"{watched} {inline_table(table)}" if table or watched.text.endswith("}") else watched.text


def read_watched(text: str) -> str | dict[str, Any]:
    """Give what the plan's file has for it: the text alone, or a table with the text and what stands behind it."""
    for found in islice(_TABLE.finditer(text), _MOST) if text.endswith("}") else ():
        written = text[found.end() :]
        try:
            table = read(f"table = {written}")["table"]
        except Unreadable:
            continue
        # A comment could hide that more of the text belongs to the table.
        if table.keys() <= _KEYS and ("#" not in written or inline_table(table) == written):
            words = text[: found.start()]
            return {"text": words} | table if table else words
    return text


def text_of(value: Any) -> str:
    """Give the words of what the plan's file has."""
    return str(value["text"] if isinstance(value, dict) else value)
