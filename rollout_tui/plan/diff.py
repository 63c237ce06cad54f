"""Difference of two plans: by item and meaning, in words that a release manager reads; never by line.

Items are matched by their ids, so that what is only moved is no difference, except where the order says what comes
first: phases and migration steps. Quantities differ by their value (`1 day` is `24 h`), all else by its text. The ids
themselves and the notes of an import are left out: nothing depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from ..frozen import dataclass
from .model import Plan
from .probe import Probe, Source
from .quantities import NONE, Comparison, Duration, Quantity
from .sections import LISTS, MIGRATION, PHASES, STRATEGY, PlanSection

ChangeKind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Change:
    """One difference: the section, the title of what it is about and its `field`, and `words` that say all of it.

    `before` and `after` are as people write them, empty where there is nothing; `field` is empty where all of an item
    was added or removed.
    """

    section: str
    what: str
    kind: ChangeKind
    field: str
    before: str
    after: str
    words: str


# Sections in which the order of entries says what comes first.
_ORDERED = (PHASES, MIGRATION)

# Lists of texts in which each stands for itself: what one of them is called.
_WATCHED = {"success_criteria": "criterion", "rollback_triggers": "trigger"}
_TEXTS = {
    **_WATCHED,
    "links": "link",
    "artifacts": "artifact",
    "previous_artifacts": "previous artifact",
}
_LABELS = {"duration": "soak"}


def difference(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Give what changed from one plan to the other, in the order of the document's sections."""
    return tuple(_changes(before, after))


def _changes(before: Plan, after: Plan) -> Iterator[Change]:
    yield from _in_fields("Plan", "", "Plan: ", before.header, after.header)
    yield from _in_fields(STRATEGY.title, "", f"{STRATEGY.name}: ", before.strategy, after.strategy)
    for name in dict.fromkeys([*before.sources, *after.sources]):
        old, new = before.sources.get(name), after.sources.get(name)
        if old != new:
            yield _changed("Plan", "", "Source ", name, old, new)
    for each in LISTS:
        yield from _in_list(each, getattr(before, each.key), getattr(after, each.key))


def _in_list(of: PlanSection, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    old, new = ({of.id_of(item): item for item in items} for items in (before, after))
    for name, item in new.items():
        title = of.title_of(item)
        if name in old:
            known = of.title_of(old[name])
            yield from _in_fields(of.title, title, f"{of.subject}{known}: ", old[name], item)
        else:
            yield Change(of.title, title, "added", "", "", title, f"{of.one} added: {title}")
    for name, item in old.items():
        if name not in new:
            title = of.title_of(item)
            yield Change(of.title, title, "removed", "", title, "", f"{of.one} removed: {title}")
    orders = [[name for name in items if name in old and name in new] for items in (old, new)]
    if of in _ORDERED and orders[0] != orders[1]:
        was, now = (", ".join(of.title_of(new[name]) for name in order) for order in orders)
        yield Change(of.title, "", "changed", "order", was, now, f"{of.title}: order {was} → {now}")


def _in_fields(section: str, what: str, prefix: str, before: Any, after: Any) -> Iterator[Change]:
    for each in fields(after):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if each.name == "id" or _same(old, new):
            continue
        if each.name in _TEXTS:
            yield from _in_texts(section, what, prefix, _TEXTS[each.name], [*map(str, old)], [*map(str, new)])
            yield from _in_watched(section, prefix, each.name, old, new)
        elif isinstance(new, Mapping):
            for key in dict.fromkeys([*old, *new]):
                if not _same(old.get(key), new.get(key)):
                    label = f"{'probe' if each.name == 'probes' else 'value'} in {key}"
                    yield _changed(section, what, prefix, label, old.get(key), new.get(key))
        else:
            yield _changed(section, what, prefix, _LABELS.get(each.name, each.name.replace("_", " ").strip()), old, new)


def _in_texts(
    section: str, what: str, prefix: str, one: str, before: Sequence[str], after: Sequence[str]
) -> Iterator[Change]:
    for text in after:
        if text not in before:
            yield Change(section, what, "added", one, "", text, f"{prefix}{one} added: {text}")
    for text in before:
        if text not in after:
            yield Change(section, what, "removed", one, text, "", f"{prefix}{one} removed: {text}")


def _in_watched(
    section: str, prefix: str, name: str, before: tuple[Any, ...], after: tuple[Any, ...]
) -> Iterator[Change]:
    """How what stays differs, beside its words, in what looks at it."""
    old = {each.text: each for each in before} if name in _WATCHED else {}
    for each in after:
        if str(each) in old:
            yield from _in_fields(section, each.text, f"{prefix}{_WATCHED[name]} {each}: ", old[each.text], each)


def _changed(section: str, what: str, prefix: str, label: str, before: Any, after: Any) -> Change:
    was, now = _written(before), _written(after)
    return Change(section, what, "changed", label, was, now, f"{prefix}{label} {was or NONE} → {now or NONE}")


def _same(before: Any, after: Any) -> bool:
    match before, after:
        case Duration(), Duration():
            return before.value == after.value
        case Comparison(), Comparison():
            return (before.operator, before.number, before.unit) == (after.operator, after.number, after.unit)
        case _:
            return bool(before == after)


def _written(value: Any) -> str:
    """Write a field's value as people do."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case Quantity():
            return value.text
        case tuple():
            return "; ".join(map(_written, value))
        case Probe() | Source():
            return value.text
        case str() | int():
            return str(value)
        case _:
            # The maintenance window.
            return ", ".join(filter(None, (_written(getattr(value, each.name)) for each in fields(value))))
