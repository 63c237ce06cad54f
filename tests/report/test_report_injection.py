"""Hostile text in every field of a log and its plan, told in every format: shown, and inert."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import tomli_w

from rollout_tui.report.model import LogVerdict, Report, make_report
from rollout_tui.run.events import Entry, RunStarted, Stamp
from rollout_tui.run.evolve import begin, replay
from rollout_tui.signing.signatures import Signatures, Signed
from rollout_tui.text import one_line, safe
from tests.report.reading import Page, markdown_tokens, rows
from tests.report.told import FORMATS, RUNS, report_of

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></title><script src=//evil.example/x.js></script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)><a href=javascript:alert(1)>x</a>",
    "<!-- --><iframe src='https://evil.example'></iframe>",
    "&lt;b&gt; &amp;#60;script&#62; &#x3c;",
    "]]><![CDATA[<x>",
    "[click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "[ref]: https://evil.example 'x'",
    "<https://evil.example> <evil@example.com>",
    "https://evil.example/?a=b www.evil.example mailto:a@b.example",
    "@everyone @org/team #1 org/repo#2 GH-3 0123456789abcdef0123456789abcdef01234567",
    "a | b | c \\| d || e",
    "`code` ``more`` ```\nfence\n```",
    "ends in a backslash \\",
    "`",
    "**bold** __bold__ *it* ~~gone~~ ==mark==",
    "# heading\n- item\n1. one\n> quote\n---\n| a |\n|---|",
    "$\\sqrt{x}$ $$x$$ :tada:",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u3000＝1+1",
    'a";=1+1;"b',
    "a,=1+1\n=2+2",
    "\x1b]2;title\x07\x1b[2J\x1b[31mred",
    "\x9b31m C1 \x85 \x00 \x7f",
    "\u202egnp.exe\u202c \u2066hidden\u2069",
    "zero\u200bwidth \ufeff \u2028line\u2029paragraph",
    "{{7*7}} ${7*7} <%= 7*7 %> {% x %}",
    "[/b][red]markup[/red]",
    "word" * 99,
)  # fmt: skip

# How often each field gets another of them.
TURNS = 9

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

# What names things, or is one of a few words or a quantity: a plan with another text there is no plan.
FIXED = {
    *("id", "kind", "proves", "until", "change_size", "downtime", "database_migration", "risk"),
    *("duration", "time", "max_age", "threshold", "rollback_time", "default"),
}
NAMES = {"item", "stage", "to", "metric", "trigger", "scenario", "was", "outcome", "kind", "unsigned"} | {
    *("part", "state", "undone", "there", "unknown"),
}


class Injected:
    """A run's report in which every free text is a hostile one, by turns; `count` says how many were put in."""

    def __init__(self, told: Report, first: int) -> None:
        self.first, self.count = first, 0
        header, *others = told.entries
        entries = [self._entry(header, self._header(header)), *(self._entry(each, each.event) for each in others)]
        run = replay(begin(entries[0]), entries[1:])
        signed = tuple(Signed(each.seq, "somebody-else", self._put(), self._put(), self._put()) for each in entries)
        signatures = Signatures(signed, 0, self._put(), 3, self._put(), (self._put(),))
        log_verdict = LogVerdict(self._put(), False, self._put(), (3, self._put()), (self._put(),), signatures)
        self.report = make_report(run, entries, log_verdict, told.made)

    def _put(self) -> str:
        self.count += 1
        return HOSTILE[(self.first + self.count) % len(HOSTILE)]

    def _entry(self, entry: Entry, event: Any) -> Entry:
        stamp = Stamp(entry.stamp.at, self._put(), self._put(), entry.stamp.happened)
        return dataclasses.replace(entry, stamp=stamp, event=self._event(event), hash=self._put(), sees=self._put())

    def _event(self, event: Any) -> Any:
        changed: dict[str, Any] = {}
        for field in dataclasses.fields(event):
            value = getattr(event, field.name)
            if field.name in NAMES | {"plan", "items"}:
                continue
            if isinstance(value, str):
                changed[field.name] = self._put()
            elif field.name == "in_place":
                changed[field.name] = (f"{self._put()} 7",)
            elif field.name == "left" and isinstance(event, RunStarted):
                changed[field.name] = (f"unknown flag:lost 7 {self._put()}",)
            elif isinstance(value, tuple):
                changed[field.name] = tuple(self._put() for _ in (value or (1,)))
        return dataclasses.replace(event, **changed)

    def _header(self, entry: Entry) -> RunStarted:
        event = entry.event
        assert isinstance(event, RunStarted)
        document = tomllib.loads("\n".join(event.plan))
        phases = {phase["name"]: self._distinct() for phase in document["phases"]}
        flags = [
            {phases[name]: value for name, value in f["rollout"].items()} for f in document.get("feature_flags", ())
        ]
        for section in ("pre_deployment", "post_deployment", "migration", "rollback", "monitoring"):
            for line in document.get(section, ()):
                line.setdefault("id", f"{section}-{self.count}-{len(line)}-{id(line)}")
        plan = self._plan(document)
        for phase, name in zip(plan["phases"], phases.values(), strict=True):
            phase["name"] = name
        for flag, rollout in zip(plan.get("feature_flags", ()), flags, strict=True):
            flag["name"], flag["rollout"] = self._distinct(), rollout
        return dataclasses.replace(event, plan=tuple(tomli_w.dumps(plan).split("\n")))

    def _plan(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._plan(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self._plan(each, key) for each in value]
        if key in FIXED or not isinstance(value, str):
            return value
        return self._distinct() if key in {"success_criteria", "rollback_triggers", "text"} else self._put()

    def _distinct(self) -> str:
        """The text with a number: what has no id of its own is told apart by its words."""
        text = self._put()
        return f"{text} {self.count}" if len(text) < 50 else f"{self.count} {text}"


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_hostile_text_is_inert(name: str) -> None:
    tried, shown = 0, {form: set[str]() for form in FORMATS}
    plain = {form: render(report_of(name)) for form, render in FORMATS.items()}
    for first in range(0, len(HOSTILE), len(HOSTILE) // TURNS):
        injected = Injected(report_of(name), first)
        tried += injected.count
        for form, render in FORMATS.items():
            report = render(injected.report)
            assert [char for char in report if char != "\n" and unicodedata.category(char) in UNSAFE] == []
            found = _readable(form, report)
            shown[form] |= {text for text in HOSTILE if any(_as_shown(form, text) in each for each in found)}
            CHECKS[form](report)
            _check_rows(form, plain[form], report)
    assert [(form, text) for form in FORMATS for text in HOSTILE if text not in shown[form]] == []
    print(f"\n{name}: {tried} hostile texts of {len(HOSTILE)} kinds in each of {len(FORMATS)} formats, none acts")
    assert tried > 1_000


def _check_rows(form: str, plain: str, hostile: str) -> None:
    """A cell can't end its row or begin another: there are as many rows about events as without hostile text."""
    if form != "text":
        before, after = (
            [row[0] for row in rows(form, each) if re.fullmatch(r"#\d+", row[0])] for each in (plain, hostile)
        )
        assert sorted(before) == sorted(after)


def _readable(form: str, report: str) -> list[str]:
    """The texts that a reader of the report's format finds in it."""
    match form:
        case "json":
            return list(_strings(json.loads(report)))
        case "html":
            return [Page(report).text]
        case "text":
            return [report]
        case _:
            return [cell for row in rows(form, report) for cell in row]


def _as_shown(form: str, text: str) -> str:
    return text if form == "json" else safe(text, lines=True) if form == "html" else one_line(text).strip()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _check_html(report: str) -> None:
    page = Page(report)
    assert {tag for tag, _ in page.tags} <= _TAGS
    for tag, attributes in page.tags:
        assert set(attributes) <= _ATTRIBUTES | ({"content"} if tag == "meta" else set())
        assert re.fullmatch(r"#event-\d+", attributes.get("href") or "#event-0")
        assert re.fullmatch(r"[a-z]*", attributes.get("class") or "")
    policy = [attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes]
    assert len(policy) == 1
    assert str(policy[0]).startswith("default-src 'none'; style-src 'sha256-")
    style = report[report.index("<style>") : report.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "h3", "p", "span"),
    *("dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "a", "br", "figure", "figcaption", "b"),
    *("svg", "line", "rect", "text", "polyline"),
}
_ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "name", "id", "class", "scope", "href", "role", "aria-label", "viewbox"),
    *("x", "y", "x1", "x2", "y1", "y2", "width", "height", "rx", "text-anchor", "points"),
}


def _check_markdown(report: str) -> None:
    tokens = markdown_tokens(report)
    assert {each.type for each in tokens} <= _TOKENS
    # What a forge would still act on in plain words: it leaves code alone.
    plain = [each.content for each in tokens if each.type == "text"]
    assert [each for each in plain if re.search(r"@|://|www\.|#\d|\$|\b[0-9a-f]{7,}\b|:[a-z]\w*:", each)] == []


_TOKENS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "code_inline"),
    *(f"{part}_{end}" for part in ("table", "thead", "tbody", "tr", "th", "td", "strong") for end in ("open", "close")),
    *("text_special",),
}


def _check_csv(report: str) -> None:
    found = list(csv.reader(io.StringIO(report), strict=True))
    assert len({len(row) for row in found}) == 1
    assert [cell for row in found for cell in row if cell.strip()[:1] in tuple("=+-@\t\r＝＋－＠")] == []


def _check_json(report: str) -> None:
    assert report.isascii()
    json.loads(report)


def _check_text(report: str) -> None:
    assert "\x1b" not in report


CHECKS = {"html": _check_html, "md": _check_markdown, "csv": _check_csv, "json": _check_json, "text": _check_text}
