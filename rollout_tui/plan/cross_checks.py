"""Cross-checks: whether the parts of a plan fit each other, on the parsed document as far as it can be read.

A document that does not fit the model is checked too, so that all mistakes of a file are told at once; whatever has
the wrong type is skipped here, since the model's own check reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from . import ids, probe_checks, texts
from .mistakes import KeyPath, Problem, did_you_mean, nearest, quoted, shown, write_path
from .sections import LISTS, MIGRATION, OF_ONE_ID, PlanSection

Document = Mapping[str, Any]


def problems(document: Document) -> Iterator[Problem]:
    """Say everything in which a parsed document contradicts itself or lacks what the product needs."""
    checks: tuple[Callable[[Document], Iterator[Problem]], ...] = (
        _format,
        texts.problems,
        _phases,
        _approvals,
        _window,
        _timing,
        _scenarios,
        _flags,
        probe_checks.problems,
        _same_ids,
        _same_lines,
    )
    return (problem for check in checks for problem in check(document))


def _format(document: Document) -> Iterator[Problem]:
    expected = "format = 1, the format that this program reads"
    if "format" not in document:
        yield Problem(("format",), "nothing", f"{expected}, as the first line")
    elif document["format"] is True or document["format"] != 1:
        yield Problem(("format",), shown(document["format"]), expected)


def _phases(document: Document) -> Iterator[Problem]:
    if document.get("phases") == []:
        yield Problem(("phases",), "an empty list", "at least one [[phases]]")
    for place, phase in _tables(document, "phases"):
        name = _text(phase, "name")
        if name and ids.slug(name) in ids.RESERVED:
            yield Problem(
                ("phases", place, "name"), shown(name), "another name: every run has a stage of its own named so"
            )


def _approvals(document: Document) -> Iterator[Problem]:
    for section in LISTS:
        for place, table in _tables(document, section.key):
            count = table.get("approvals", 1) if "approvals" in section.model.__dataclass_fields__ else 1
            if isinstance(count, int) and not isinstance(count, bool) and count not in (1, 2):
                yield Problem((section.key, place, "approvals"), shown(count), "1 or 2")


def _window(document: Document) -> Iterator[Problem]:
    strategy = _table(document, "strategy")
    if "window" in strategy and strategy.get("downtime", "zero-downtime") == "zero-downtime":
        expected = 'downtime = "maintenance-window" with it, or no window'
        yield Problem(("strategy", "window"), "a maintenance window with zero downtime", expected, at_key=True)
    window = _table(strategy, "window")
    times = {key: window[key] for key in ("start", "end") if isinstance(window.get(key), datetime)}
    for key, time in times.items():
        if time.tzinfo is None:
            expected = f"a time with its offset from UTC, such as {time.isoformat()}+01:00"
            yield Problem(("strategy", "window", key), f"{time.isoformat()} without an offset", expected)
    if len(times) == 2 and all(time.tzinfo for time in times.values()) and times["end"] <= times["start"]:
        expected = f"a time after the start, {times['start'].isoformat()}"
        yield Problem(("strategy", "window", "end"), times["end"].isoformat(), expected)


def _timing(document: Document) -> Iterator[Problem]:
    """`database_migration` places the backfill, so it says something exactly where there is a migration."""
    strategy, steps = _table(document, "strategy"), document.get("migration", [])
    timing = strategy.get("database_migration", "none")
    path = ("strategy", "database_migration")
    if steps and timing == "none":
        expected = "before, during or after, since the plan has [[migration]] steps"
        yield Problem(path, shown(strategy.get("database_migration")), expected)
    elif not steps and timing in ("before", "during", "after"):
        yield Problem(path, f"{shown(timing)} without a [[migration]] step", "none, or the steps")


def _scenarios(document: Document) -> Iterator[Problem]:
    steps = _ids_of(document, MIGRATION)
    for place, scenario in _tables(document, "rollback"):
        path = ("rollback", place)
        given = [key for key in ("action", "steps") if scenario.get(key)]
        if not given:
            yield Problem(path, "neither action nor steps", "one of the two: what is done to get back")
        elif len(given) == 2:
            yield Problem((*path, "steps"), "steps beside an action", "one of the two", at_key=True)
        until = _text(scenario, "until")
        if until and steps is not None and until not in steps:
            known = f"the id of a migration step: {_listed(steps)}" if steps else "no until in a plan without migration"
            yield Problem((*path, "until"), shown(until), known, did_you_mean(nearest(until, steps), quote=True))
        if steps is not None:
            yield from _reverses(document, scenario, (*path, "reverses"), steps)
        yield from _answers(document, scenario, (*path, "answers"))


def _reverses(document: Document, scenario: Document, path: KeyPath, steps: list[str]) -> Iterator[Problem]:
    flags = [name for _, flag in _tables(document, "feature_flags") if (name := _text(flag, "name"))]
    parts = {*steps, *(ids.reversed_by(ids.FLAG + name)[0] for name in flags)}
    known = [*steps, *(ids.FLAG + name for name in flags)]
    given, own = scenario.get("reverses"), scenario.get("steps")
    several = len(own) if isinstance(own, list) and own else 1
    for place, text in enumerate(given if isinstance(given, list) else []):
        part, by = ids.reversed_by(text) if isinstance(text, str) else ("", 0)
        if isinstance(text, str) and part not in parts:
            expected = f"a migration step or a flag of the plan: {_listed(known)}" if known else "a plan with steps"
            yield Problem((*path, place), shown(text), expected, did_you_mean(nearest(part, known), quote=True))
        elif by > several:
            yield Problem((*path, place), f"step {by} in {shown(text)}", f"the number of a step: 1 to {several}")


def _answers(document: Document, scenario: Document, path: KeyPath) -> Iterator[Problem]:
    given = scenario.get("answers")
    if not isinstance(given, list):
        return
    triggers = [phase.get("rollback_triggers") for _, phase in _tables(document, "phases")]
    known = [said for each in triggers if isinstance(each, list) for said in map(_words, each) if said]
    for _, metric in _tables(document, "monitoring"):
        known += [each for key in ("id", "metric") if (each := _text(metric, key))]
    slugs = {*map(ids.slug, known)}
    for place, text in enumerate(given):
        if isinstance(text, str) and ids.slug(text) not in slugs:
            near = did_you_mean(nearest(text, known), quote=True)
            yield Problem((*path, place), shown(text), "a rollback trigger or a metric of the plan, by its words", near)


def _flags(document: Document) -> Iterator[Problem]:
    phases = document.get("phases")
    if not isinstance(phases, list):
        return
    names = [name for _, phase in _tables(document, "phases") if (name := _text(phase, "name"))]
    if len(names) < len(phases):
        # A phase without a readable name may be the one meant.
        return
    for place, flag in _tables(document, "feature_flags"):
        rollout = _table(flag, "rollout")
        for table, known in (("rollout", names), ("probes", [name for name in names if name in rollout])):
            for key in _table(flag, table):
                if key not in known:
                    path = ("feature_flags", place, table, key)
                    near = did_you_mean(nearest(key, known), quote=True)
                    found = "no phase of that name" if key not in names else "a phase that sets no value"
                    expected = f"one of {_listed(known)}" if known else "a phase that `rollout` gives a value"
                    yield Problem(path, found, expected, near, at_key=True)


def _same_ids(document: Document) -> Iterator[Problem]:
    """Two items with one id are an error; the two checklists share their ids, every other section has its own."""
    for sections in OF_ONE_ID:
        seen: dict[str, KeyPath] = {}
        for section in sections:
            for place, table in _tables(document, section.key):
                found = _id(section, table)
                if found is None:
                    continue
                first = seen.setdefault(found, (section.key, place))
                if first != (section.key, place):
                    key = "id" if table.get("id") else section.named_by
                    other = f"the id {quoted(found)}, which {write_path(first)} has too"
                    expected = "an id of its own" if section.has_ids else "another name"
                    yield Problem((section.key, place, key), other, expected)


def _same_lines(document: Document) -> Iterator[Problem]:
    for place, phase in _tables(document, "phases"):
        for key in ("success_criteria", "rollback_triggers"):
            seen: dict[str, int] = {}
            texts = phase.get(key)
            for number, text in enumerate(map(_words, texts if isinstance(texts, list) else [])):
                if text.strip() and seen.setdefault(ids.slug(text), number) != number:
                    other = write_path(("phases", place, key, seen[ids.slug(text)]))
                    yield Problem(
                        ("phases", place, key, number), f"{shown(text)}, which {other} says too", "other words"
                    )


def _ids_of(document: Document, section: PlanSection) -> list[str] | None:
    """The ids of a section; None where one can't be read, so that nothing can be said about it."""
    found = [_id(section, table) for _, table in _tables(document, section.key)]
    whole = isinstance(document.get(section.key, []), list) and len(found) == len(document.get(section.key, []))
    readable = [each for each in found if each is not None]
    return readable if whole and len(readable) == len(found) else None


def _id(section: PlanSection, table: Document) -> str | None:
    """The id that an element of a section will have; None where what it is made of can't be read."""
    name, own = _text(table, section.named_by), table.get("id", "")
    if not name or not isinstance(own, str):
        return None
    return section.id_made(name, own if section.has_ids else "")


def _tables(document: Document, key: str) -> Iterator[tuple[int, Document]]:
    elements = document.get(key)
    for place, element in enumerate(elements if isinstance(elements, list) else []):
        if isinstance(element, Mapping):
            yield place, element


def _table(document: Document, key: str) -> Document:
    found = document.get(key)
    return found if isinstance(found, Mapping) else {}


def _text(table: Document, key: str) -> str:
    found = table.get(key)
    return found if isinstance(found, str) else ""


def _words(watched: Any) -> str:
    """The text of a criterion or trigger, which may stand alone."""
    return _text(watched, "text") if isinstance(watched, Mapping) else watched if isinstance(watched, str) else ""


def _listed(names: list[str]) -> str:
    shown_names = [quoted(name) for name in names[:8]]
    return ", ".join(shown_names) + (" …" if len(names) > 8 else "")
