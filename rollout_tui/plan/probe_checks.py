"""Checks of sources and probes: that each asks one thing of a known source, and that units are those of the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from .mistakes import KeyPath, Problem, did_you_mean, nearest, quoted, shown, write_path
from .quantities import PLACEHOLDER, Comparison, Duration
from .sections import CHECKLISTS, FEATURE_FLAGS, MONITORING, PHASES

Document = Mapping[str, Any]

# What only one kind of probe can use.
_ONLY_FOR = {
    "query": ("source", "reduce", "samples", "min_samples"),
    "http": ("status", "contains", "json", "certificate_days"),
    "command": ("env",),
}
# What says something only beside a probe, by the list that it stands in.
_BESIDE = {
    **dict.fromkeys(CHECKLISTS, ("max_age",)),
    "success_criteria": ("max_age",),
    "rollback_triggers": ("for", "on_fire"),
}
_NUMBERS = {"status": range(100, 600), "min_samples": range(10**9), "certificate_days": range(3651)}
_TIMES = {
    "deadline": (timedelta.resolution, timedelta(minutes=10), "a time above zero, at most 10 min"),
    "every": (timedelta(seconds=1), timedelta.max, "at least 1 s"),
}
_SOURCE_NAME = re.compile(r"[A-Za-z0-9_-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = "an address that begins with https:// or http://, without a login in it"


def problems(document: Document) -> Iterator[Problem]:
    """Say what is wrong with the sources and probes of a parsed document, however little of it fits the model."""
    sources = document.get("sources")
    names = sources if isinstance(sources, Mapping) else {}
    for name, source in names.items():
        yield from _source(name, source)
    for path, entry in _entries(document):
        probe = entry.get("probe")
        if isinstance(probe, Mapping):
            yield from _probe((*path, "probe"), probe, entry, list(names))
        for key in _BESIDE.get(_kind(path), ()) if probe is None else ():
            if key in entry:
                yield Problem((*path, key), f"{key} alone", "a probe with it", at_key=True)
    for path, flag in _tables((FEATURE_FLAGS.key,), document):
        probes = flag.get("probes")
        for phase, probe in probes.items() if isinstance(probes, Mapping) else ():
            if isinstance(probe, Mapping):
                yield from _probe((*path, "probes", phase), probe, {}, list(names))
    yield from _same_ids(document)


def _same_ids(document: Document) -> Iterator[Problem]:
    """A run tells what a probe saw by the id of an item or a metric; all other ids have their stage in them."""
    own = {
        str(item["id"]): (path, item)
        for section in CHECKLISTS
        for path, item in _tables((section,), document)
        if isinstance(item.get("id"), str)
    }
    for path, metric in _tables((MONITORING.key,), document):
        name, title = metric.get("id") or "", metric.get("metric")
        found = own.get(MONITORING.id_made(title, name)) if isinstance(title, str) and isinstance(name, str) else None
        if found is not None and ("probe" in metric or "probe" in found[1]):
            taken = f"the id {quoted(str(found[1]['id']))}, which {write_path(found[0])} has too"
            expected = "an id of its own: a run could not tell what the probe of which of them saw"
            yield Problem((*path, "id" if name else "metric"), taken, expected)


def _entries(document: Document) -> Iterator[tuple[KeyPath, Document]]:
    """What may have one probe: items, metrics, and the criteria and triggers of phases."""
    for section in (*CHECKLISTS, MONITORING.key):
        yield from _tables((section,), document)
    for path, phase in _tables((PHASES.key,), document):
        for key in ("success_criteria", "rollback_triggers"):
            yield from _tables((*path, key), phase)


def _tables(path: KeyPath, table: Document) -> Iterator[tuple[KeyPath, Document]]:
    entries = table.get(str(path[-1]))
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, Mapping):
            yield (*path, place), entry


def _kind(path: KeyPath) -> str:
    """The list that a place is in: a section's, or one of a phase's."""
    return str(path[2] if path[0] == PHASES.key else path[0])


def _source(name: str, source: Any) -> Iterator[Problem]:
    path: KeyPath = ("sources", name)
    if not _SOURCE_NAME.fullmatch(name):
        expected = "letters, digits, hyphens and underscores, such as prod"
        yield Problem(path, f"the name {quoted(name)}", expected, at_key=True)
    if not isinstance(source, Mapping):
        return
    yield from _address((*path, "prometheus"), source.get("prometheus"))
    yield from _both(path, source, "header", "header_env")
    if source.get("bearer_env") and source.get("basic_env"):
        yield Problem((*path, "basic_env"), "basic_env beside bearer_env", "one of the two logins", at_key=True)
    for key in ("bearer_env", "basic_env", "header_env"):
        if source.get(key):
            yield from _variable((*path, key), source[key])


def _variable(path: KeyPath, name: Any) -> Iterator[Problem]:
    """What is no name may be the secret itself: it is not shown."""
    if isinstance(name, str) and not _VARIABLE.fullmatch(name):
        expected = "the name of an environment variable, such as PROM_TOKEN, never the secret itself"
        yield Problem(path, "no name of a variable", expected)


def _address(path: KeyPath, address: Any) -> Iterator[Problem]:
    if not isinstance(address, str):
        return
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if "@" in address.partition("//")[2].partition("/")[0]:
        yield Problem(path, "a login in an address", _ADDRESS)
    elif not is_whole:
        yield Problem(path, shown(address), _ADDRESS)


def _both(path: KeyPath, table: Document, one: str, other: str) -> Iterator[Problem]:
    """Two keys that say something only together."""
    if bool(table.get(one)) != bool(table.get(other)):
        given, missing = (one, other) if table.get(one) else (other, one)
        yield Problem((*path, given), f"{given} alone", f"{missing} with it", at_key=True)


def _probe(path: KeyPath, probe: Document, entry: Document, sources: list[str]) -> Iterator[Problem]:
    kinds = [kind for kind in _ONLY_FOR if probe.get(kind)]
    if len(kinds) != 1:
        found = " beside ".join(kinds) or "neither query, http nor command"
        yield Problem(path, found, "one of the three: what it asks")
        return
    (kind,) = kinds
    for other, keys in _ONLY_FOR.items():
        for key in keys if other != kind else ():
            if key in probe:
                yield Problem((*path, key), f"{key} in a probe of {kind}", f"{key} only beside {other}", at_key=True)
    if kind == "query":
        yield from _of_a_source(path, probe, sources)
        yield from _both(path, probe, "samples", "min_samples")
    elif kind == "http":
        yield from _address((*path, "http"), probe["http"])
    yield from _program(path, probe)
    yield from _limits(path, probe, entry)
    yield from _judged(path, probe, entry, kind)


def _of_a_source(path: KeyPath, probe: Document, sources: list[str]) -> Iterator[Problem]:
    for key in ("query", "samples"):
        if isinstance(probe.get(key), str) and probe[key] and not probe[key].strip():
            yield Problem((*path, key), "an empty text", "a query in PromQL")
    source = probe.get("source", "")
    if not isinstance(source, str) or source in sources:
        return
    known = ", ".join(map(quoted, sources))
    expected = f"a source of the plan: {known}" if known else "a [sources.NAME] in the plan, and its name here"
    near = did_you_mean(nearest(source, sources), quote=True)
    yield Problem((*path, "source") if source else path, shown(source) if source else "no source", expected, near)


def _program(path: KeyPath, probe: Document) -> Iterator[Problem]:
    command, env = probe.get("command"), probe.get("env")
    if isinstance(command, list) and command and isinstance(command[0], str) and not command[0].strip():
        yield Problem((*path, "command", 0), "an empty text", "a program")
    for place, name in enumerate(env if isinstance(env, list) else []):
        yield from _variable((*path, "env", place), name)


def _limits(path: KeyPath, probe: Document, entry: Document) -> Iterator[Problem]:
    """How long, how often and how many; a trigger's window is no shorter than what lies between two looks."""
    for key, limits in _NUMBERS.items():
        number = probe.get(key)
        if isinstance(number, int) and not isinstance(number, bool) and number not in limits:
            yield Problem((*path, key), shown(number), f"a number from {limits.start} to {limits.stop - 1}")
    for key, (least, most, expected) in _TIMES.items():
        if (given := _duration(probe.get(key))) is not None and not least <= given.value <= most:
            yield Problem((*path, key), shown(given.text), expected)
    long, every = _duration(entry.get("for")), _duration(probe.get("every", "60 s"))
    if long and every and 0 < long.value.total_seconds() < every.value.total_seconds():
        yield Problem((*path[:-1], "for"), shown(long.text), f"at least {every}, as it looks no sooner again")
    if "holds" in probe and _kind(path) in {MONITORING.key, "rollback_triggers"}:
        expected = "it only where a tick is sensed: in checklists, on criteria and on flags"
        yield Problem((*path, "holds"), "holds in a probe that ticks nothing", expected, at_key=True)


def _judged(path: KeyPath, probe: Document, entry: Document, kind: str) -> Iterator[Problem]:
    """A metric is judged by its threshold, all else by `expect`; the unit of both has to be that of the value."""
    expect, threshold = probe.get("expect"), entry.get("threshold")
    is_metric, has_value = _kind(path) == MONITORING.key, kind != "http" or bool(probe.get("json"))
    if is_metric and expect is not None:
        yield Problem((*path, "expect"), "expect in a metric's probe", "none: its threshold judges it", at_key=True)
    elif not has_value and (is_metric or expect is not None):
        found = "http without json" if is_metric else "expect without json"
        yield Problem(path, found, "json, which gives the value that is judged")
    elif not is_metric and expect is None and kind == "query":
        yield Problem(path, "no expect", 'what has to hold of the value, such as expect = "< 0.5 %"')
    elif (judge := _comparison(threshold if is_metric else expect)) is not None:
        yield from _same_unit(path, probe, judge)


def _same_unit(path: KeyPath, probe: Document, judge: Comparison) -> Iterator[Problem]:
    """A ratio and a percentage are never converted: the plan says which of them the value is."""
    unit = probe.get("unit", "")
    if isinstance(unit, str) and unit.split()[:1] != judge.unit.split()[:1]:
        said = f"unit = {shown(unit)}" if unit else "no unit"
        expected = f"unit = {quoted(judge.unit)}, that of {judge}, if its value is in it" if judge.unit else "no unit"
        yield Problem((*path, "unit") if unit else path, said, f"{expected}; nothing is converted")


def _comparison(text: Any) -> Comparison | None:
    try:
        found = Comparison.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None
    # What is still to be filled in has no unit yet.
    return found if found and found.operator else None


def _duration(text: Any) -> Duration | None:
    try:
        return Duration.parse(text) if isinstance(text, str) and not PLACEHOLDER.search(text) else None
    except ValueError:
        return None
