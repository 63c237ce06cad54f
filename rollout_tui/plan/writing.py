"""Writer of a plan file: TOML as a person would write it, in order, with comments, headings and hints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any

import tomli_w

from ..text import UNSEEN, safe
from .mistakes import KeyPath
from .model import Plan, file_key
from .probe import Watched
from .quantities import FlagValue, Quantity
from .sections import MIGRATION, MODELS, SECTIONS

_WIDTH = 120

_HINTS = {
    "sources": (
        "The servers that probes ask; a secret is named by the environment variable that holds it, never written here.",
    ),
    "plan": (),
    "strategy": (
        "kind: rolling-update, blue-green or canary. downtime: zero-downtime, or maintenance-window with",
        "[strategy.window] (start, end, reason). database_migration says where the backfill runs: before Phase 1,",
        "during the last phase, or after it; none.",
    ),
    "pre_deployment": (
        "Each item may also have: id, owner, description, link, and approvals = 2 where two people have to sign it.",
        "`proves` marks the items that the rules ask for: rollback-tested and monitoring-ready.",
    ),
    "phases": (
        "`duration` is the soak: how long a phase must stay healthy before it can be promoted.",
        "approvals = 2 asks for two people to promote it. A criterion or trigger with a probe is a table:",
        '{ text = "Orders arrive", probe = { … } }; a trigger also has `for`, and on_fire = "hold".',
    ),
    "feature_flags": ("`rollout` names the value that each phase sets; a phase not named leaves the flag as it is.",),
    "migration": (
        "In this order, never reversed: schema, code, backfill, cleanup. Before cleanup, old and new version have to",
        "work on the same database. `reversible = false` makes a step the point of no return.",
    ),
    "rollback": (
        'At most 5 min for kind = "code", 30 min for "data"; a "patch" needs a target of its own. Instead of one',
        "action, steps are signed one by one. `until` names the migration step past which a scenario no longer helps,",
        '`reverses` the steps and flags that it takes back, as in ["deploy-code", "2: flag:new_checkout"].',
        "`answers` names the rollback triggers and metrics for which it is the one to be offered.",
    ),
    "monitoring": (
        "`threshold` is the breach: > >= < or <=, a number and its unit. `max_age` is how old a reading may be when a",
        "phase is promoted, 1 h if left out. A `probe` reads it, in the unit of the threshold; nothing is converted.",
    ),
    "post_deployment": ("Written as the pre-deployment checklist.",),
    "notes": (
        "What the document says beyond the fields above, by section. Nothing depends on it; delete what you like.",
    ),
}
# A title as the file's headings have it, in small letters.
_TITLES = {key: each.title.capitalize() for key, each in SECTIONS.items()}
_TITLES |= {MIGRATION.key: "Database migration", "notes": "Notes"}

Comments = Mapping[KeyPath, str]


def write_plan(plan: Plan | Mapping[str, Any], comments: Comments | None = None) -> str:
    """Write a plan, or the data of its file, as TOML.

    A comment stands at the key path it is given for: `()` heads the file, `("phases",)` the section, and
    `("phases", 0, "duration")` a value, behind it where there is room, else above it.
    """
    document = as_document(plan) if isinstance(plan, Plan) else plan
    writer = _Writer(comments or {})
    return "\n".join(writer.document(document)) + "\n"


def as_document(plan: Plan) -> dict[str, Any]:
    """Give the data of a plan's file: only TOML's own types, without what equals its default."""
    document: dict[str, Any] = plain(plan)
    return {"format": plan.format, "plan": document.pop("header")} | document


def plain(value: Any) -> Any:
    """Give a value of the model in TOML's own types, without what equals its default."""
    if isinstance(value, FlagValue):
        return {"true": True, "false": False}.get(value.text, value.text)
    if isinstance(value, Quantity):
        return value.text
    if isinstance(value, Watched) and value.is_text_alone:
        return value.text
    if is_dataclass(value):
        named = ((item, getattr(value, item.name)) for item in fields(value))
        return {file_key(item.name): plain(each) for item, each in named if each is not None and each != _default(item)}
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value


def _default(item: Any) -> Any:
    return item.default_factory() if item.default_factory is not MISSING else item.default


class _Writer:
    """Writes a document line by line, with the comments that its key paths have."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments

    def document(self, document: Mapping[str, Any]) -> Iterator[str]:
        yield from self._above(())
        if () in self._comments:
            yield ""
        yield f"format = {document.get('format', 1)}"
        yield ""
        yield from self._table("[plan]", ("plan",), document.get("plan", {}))
        if document.get("sources"):
            yield from self._sources(document["sources"])
        for key, title in _TITLES.items():
            value = document.get(key)
            if value or key != "notes":
                yield from self._section(key, title, value)

    def _sources(self, sources: Mapping[str, Any]) -> Iterator[str]:
        yield from ("", "", "# ── Sources ".ljust(_WIDTH - 4, "─"))
        yield from (f"# {hint}" for hint in _HINTS["sources"])
        for name, source in sources.items():
            yield ""
            yield from self._table(f"[sources.{_key(name)}]", ("sources", name), source)

    def _section(self, key: str, title: str, value: Any) -> Iterator[str]:
        yield from ("", "", f"# ── {title} ".ljust(_WIDTH - 4, "─"))
        yield from (f"# {hint}" for hint in _HINTS[key])
        if isinstance(value, Mapping):
            yield ""
            yield from self._table(f"[{key}]", (key,), value)
            return
        yield from self._above((key,))
        for place, table in enumerate(value or []):
            yield ""
            yield from self._table(f"[[{key}]]", (key, place), table)

    def _table(self, header: str, path: KeyPath, table: Mapping[str, Any]) -> Iterator[str]:
        yield from self._above(path)
        yield header
        for key in _ordered(str(path[0]), table):
            if key != "window":
                yield from self._pair(key, (*path, key), table[key])
        if table.get("window"):
            yield ""
            yield from self._table("[strategy.window]", (*path, "window"), table["window"])

    def _pair(self, key: str, path: KeyPath, value: Any) -> Iterator[str]:
        lines = self._value(f"{_key(key)} = ", path, value)
        comment = self._comments.get(path, "")
        behind = f"{lines[-1]} # {safe(comment)}"
        if comment and "\n" not in comment and len(behind) <= _WIDTH and len(lines) == 1:
            yield behind
            return
        yield from self._above(path)
        yield from lines

    def _value(self, start: str, path: KeyPath, value: Any) -> list[str]:
        match value:
            case list() if value:
                return self._list(start, path, value)
            case dict():
                return [f"{start}{inline_table(value)}"]
            case _:
                return (start + _scalar(value)).split("\n")

    def _list(self, start: str, path: KeyPath, values: Sequence[Any]) -> list[str]:
        line = f"{start}[{', '.join(_scalar(value) for value in values)}]"
        remarks = any((*path, place) in self._comments for place in range(len(values)))
        if not remarks and len(line) <= _WIDTH and "\n" not in line:
            return [line]
        lines = [f"{start}["]
        for place, value in enumerate(values):
            lines += [f"  {line}" for line in self._above((*path, place))]
            lines += f"  {_scalar(value)},".split("\n")
        return [*lines, "]"]

    def _above(self, path: KeyPath) -> list[str]:
        comment = self._comments.get(path, "")
        return [f"# {safe(line)}".rstrip() for line in comment.split("\n")] if comment else []


def inline_table(value: Mapping[str, Any]) -> str:
    """Write a table on one line, as TOML has it."""
    inside = ", ".join(f"{_key(key)} = {_inline(each)}" for key, each in value.items())
    return f"{{ {inside} }}" if inside else "{}"


def _inline(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return _scalar(value, multiline=False)


def _ordered(section: str, table: Mapping[str, Any]) -> list[str]:
    """The keys of a table in the model's order; an id leads, which commands, journals and `until` name."""
    order = ["id", *(item.name for item in fields(MODELS[section]))] if section in MODELS else list(table)
    return sorted(table, key=lambda key: order.index(key) if key in order else len(order))


def _key(key: str) -> str:
    return _visible(tomli_w.dumps({key: 0}).removesuffix(" = 0\n"))


def _scalar(value: Any, *, multiline: bool = True) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return inline_table(value)
    return _visible(tomli_w.dumps({"k": value}, multiline_strings=multiline).removeprefix("k = ").removesuffix("\n"))


def _visible(toml: str) -> str:
    """Write what a reviewer can't see, such as a mark that turns the text's direction, as TOML's own escape."""
    if toml.isascii():
        return toml
    return "".join(f"\\U{ord(char):08x}" if unicodedata.category(char) in UNSEEN else char for char in toml)
