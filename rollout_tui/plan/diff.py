"""What differs between two plans: by item and meaning, in words that a release manager reads; never by line.

Items are matched by their ids, so that what is only moved is no difference, except where the order says what comes
first: phases and migration steps. Quantities differ by their value (`1 day` is `24 h`), all else by its text. The ids
themselves and the notes of an import are left out: nothing depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from ..frozen import dataclass
from . import ids
from .model import Plan
from .quantities import NONE, Comparison, Duration, Quantity

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


@dataclass(frozen=True)
class _List:
    """A section that is a list: what one of its items is called, the prefix of its changes, its id and its title."""

    key: str
    section: str
    one: str
    prefix: str
    id: Callable[[Any], str]
    title: Callable[[Any], str]
    ordered: bool = False


_LISTS = (
    _List(
        *("pre_deployment", "Pre-Deployment Checklist", "Pre-deployment item", "Pre-deployment, "),
        lambda each: ids.checklist_id(ids.PRE_DEPLOYMENT, each),
        lambda each: each.title,
    ),
    _List("phases", "Rollout Phases", "Phase", "", ids.phase_id, lambda each: each.name, ordered=True),
    _List("feature_flags", "Feature Flags", "Flag", "Flag ", ids.flag_id, lambda each: each.name),
    _List(
        *("migration", "Database Migration Plan", "Migration step", "Migration, "),
        *(ids.step_id, lambda each: each.action),
        ordered=True,
    ),
    _List("rollback", "Rollback Plan", "Rollback scenario", "Rollback, ", ids.scenario_id, lambda each: each.scenario),
    _List(
        *("monitoring", "Monitoring & Alerting", "Metric", "Monitoring, "),
        *(ids.metric_id, lambda each: each.metric),
    ),
    _List(
        *("post_deployment", "Post-Deployment Validation", "Post-deployment item", "Post-deployment, "),
        lambda each: ids.checklist_id(ids.POST_DEPLOYMENT, each),
        lambda each: each.title,
    ),
)

# Lists of texts in which each stands for itself: what one of them is called.
_TEXTS = {"success_criteria": "criterion", "rollback_triggers": "trigger", "links": "link"}
_LABELS = {"duration": "soak"}


def difference(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Give what changed from one plan to the other, in the order of the document's sections."""
    return tuple(_changes(before, after))


def _changes(before: Plan, after: Plan) -> Iterator[Change]:
    yield from _in_fields("Plan", "", "Plan: ", before.header, after.header)
    yield from _in_fields("Deployment Strategy", "", "Strategy: ", before.strategy, after.strategy)
    for each in _LISTS:
        yield from _in_list(each, getattr(before, each.key), getattr(after, each.key))


def _in_list(of: _List, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    old, new = ({of.id(item): item for item in items} for items in (before, after))
    for name, item in new.items():
        title = of.title(item)
        if name in old:
            known = of.title(old[name])
            yield from _in_fields(of.section, title, f"{of.prefix}{known}: ", old[name], item)
        else:
            yield Change(of.section, title, "added", "", "", title, f"{of.one} added: {title}")
    for name, item in old.items():
        if name not in new:
            title = of.title(item)
            yield Change(of.section, title, "removed", "", title, "", f"{of.one} removed: {title}")
    orders = [[name for name in items if name in old and name in new] for items in (old, new)]
    if of.ordered and orders[0] != orders[1]:
        was, now = (", ".join(of.title(new[name]) for name in order) for order in orders)
        yield Change(of.section, "", "changed", "order", was, now, f"{of.section}: order {was} → {now}")


def _in_fields(section: str, what: str, prefix: str, before: Any, after: Any) -> Iterator[Change]:
    for each in fields(after):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if each.name == "id" or _same(old, new):
            continue
        if each.name in _TEXTS:
            yield from _in_texts(section, what, prefix, _TEXTS[each.name], old, new)
        elif isinstance(new, Mapping):
            for key in dict.fromkeys([*old, *new]):
                if not _same(old.get(key), new.get(key)):
                    yield _changed(section, what, prefix, f"value in {key}", old.get(key), new.get(key))
        else:
            yield _changed(section, what, prefix, _LABELS.get(each.name, each.name.replace("_", " ")), old, new)


def _in_texts(
    section: str, what: str, prefix: str, one: str, before: tuple[str, ...], after: tuple[str, ...]
) -> Iterator[Change]:
    for text in after:
        if text not in before:
            yield Change(section, what, "added", one, "", text, f"{prefix}{one} added: {text}")
    for text in before:
        if text not in after:
            yield Change(section, what, "removed", one, text, "", f"{prefix}{one} removed: {text}")


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
        case str() | int():
            return str(value)
        case _:
            # The maintenance window.
            return ", ".join(filter(None, (_written(getattr(value, each.name)) for each in fields(value))))
