"""Checks of sources and probes: that each asks one thing of a known source, and that units are those of the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from .mistakes import KeyPath, Problem, did_you_mean, nearest, quoted, shown
from .quantities import Comparison
from .sections import CHECKLISTS, MONITORING

Document = Mapping[str, Any]

# What only one kind of probe can use.
_ONLY_FOR = {
    "query": ("source", "reduce", "samples", "min_samples"),
    "http": ("status", "contains", "json", "certificate_days"),
    "command": ("env",),
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
    for section in (*CHECKLISTS, MONITORING.key):
        entries = document.get(section)
        for place, entry in enumerate(entries if isinstance(entries, list) else []):
            probe = entry.get("probe") if isinstance(entry, Mapping) else None
            if isinstance(probe, Mapping):
                yield from _probe((section, place, "probe"), probe, entry, list(names))


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
        yield from _variable((*path, key), source.get(key))


def _variable(path: KeyPath, name: Any) -> Iterator[Problem]:
    """What is no name may be the secret itself: it is not shown."""
    if isinstance(name, str) and name and not _VARIABLE.fullmatch(name):
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
    if not is_whole or parts.username is not None:
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
    yield from _judged(path, probe, entry, kind)


def _of_a_source(path: KeyPath, probe: Document, sources: list[str]) -> Iterator[Problem]:
    source = probe.get("source", "")
    if not isinstance(source, str) or source in sources:
        return
    known = ", ".join(map(quoted, sources))
    expected = f"a source of the plan: {known}" if known else "a [sources.NAME] in the plan, and its name here"
    near = did_you_mean(nearest(source, sources), quote=True)
    yield Problem((*path, "source") if source else path, shown(source) if source else "no source", expected, near)


def _judged(path: KeyPath, probe: Document, entry: Document, kind: str) -> Iterator[Problem]:
    """A metric is judged by its threshold, all else by `expect`; the unit of both has to be that of the value."""
    expect, threshold = probe.get("expect"), entry.get("threshold")
    has_value = kind == "query" or bool(probe.get("json"))
    if threshold is not None and expect is not None:
        yield Problem((*path, "expect"), "expect in a metric's probe", "none: its threshold judges it", at_key=True)
    elif threshold is None and expect is None and has_value:
        yield Problem(path, "no expect", 'what has to hold of the value, such as expect = "< 0.5 %"')
    elif (judge := _comparison(expect if threshold is None else threshold)) is not None:
        yield from _same_unit(path, probe, judge)


def _same_unit(path: KeyPath, probe: Document, judge: Comparison) -> Iterator[Problem]:
    """A ratio and a percentage are never converted: the plan says which of them the value is."""
    unit = probe.get("unit", "")
    if isinstance(unit, str) and unit.strip() != judge.unit:
        said = f"unit = {shown(unit)}" if unit else "no unit"
        expected = f"unit = {quoted(judge.unit)}, that of {judge}, if its value is in it" if judge.unit else "no unit"
        yield Problem((*path, "unit") if unit else path, said, f"{expected}; nothing is converted")


def _comparison(text: Any) -> Comparison | None:
    try:
        return Comparison.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None
