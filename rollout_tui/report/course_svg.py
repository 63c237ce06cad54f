"""A metric's course drawn as inline SVG: its worst values over time against the threshold, with what nobody saw."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from ..run.course import Column
from ..run.sparkline import scale
from ..text import one_line
from .courses import CourseLine

Kind = TypeVar("Kind")

_WIDTH, _LEFT, _RIGHT = 960, 2, 130
_TOP, _BOTTOM, _HEIGHT = 8, 76, 96
_STEP = 4
_COLUMNS = (_WIDTH - _LEFT - _RIGHT) // _STEP
# Room for a word within what it is about.
_WORD = 70
_LONGEST_LABEL = 14
_LABELS = {"gap": "not looked at", "unknown": "could not be seen"}


def course_svg(course: CourseLine) -> str:
    """Give the drawing; who can't see it is told the values and what was not fine."""
    columns = course.columns(_COLUMNS)
    values = [each.value for each in columns if each.value is not None]
    ends = _ends(values, course)
    told = ", ".join((f"{course.metric}, {course.stage}: {course.values}, alert {course.limit}", *course.notes))
    label = html.escape(one_line(told))
    lines = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">']
    lines += _spans(columns, _y(course.limit.number, ends))
    lines += _threshold(course, ends)
    lines += _values(columns, ends)
    lines += _times(course.since, course.until)
    return "\n".join([*lines, "</svg>"])


def _ends(values: Sequence[float], course: CourseLine) -> tuple[float, float]:
    """The ends of the scale: a breach is drawn to as far beyond the threshold as there is room on this side of it."""
    limit = course.limit.number
    bottom, top = scale(values, course.limit)
    room = (top - bottom) or abs(limit) or 1.0
    beyond = [min(max(each, limit - room), limit + room) for each in values if course.limit.breached_by(each)]
    least, most = min([bottom, *beyond]), max([top, *beyond])
    return (least, most) if most > least else (least - room / 2, least + room / 2)


def _spans(columns: Sequence[Column], limit: float) -> Iterator[str]:
    """What is not a fine value: each stretch of it with a shape of its own, and its name where there is room."""
    for name, first, count in _runs([each.shows for each in columns]):
        x, width = _LEFT + first * _STEP, count * _STEP
        if name == "breach":
            yield f'<rect class="breach" x="{x}" y="{_TOP}" width="{width}" height="{_BOTTOM - _TOP}"/>'
            yield f'<rect class="serious" x="{x}" y="{_TOP - 5}" width="{width}" height="4"/>'
        elif name != "fine":
            yield f'<rect class="{name}" x="{x}" y="{_TOP}" width="{width}" height="{_BOTTOM - _TOP}"/>'
            if width >= _WORD:
                free = _BOTTOM if limit < (_TOP + _BOTTOM) / 2 else _TOP
                yield _text(x + width / 2, (limit + free) / 2 + 4, _LABELS[name], "middle")
    for late, first, count in _runs(["late" if each.afterwards else "" for each in columns]):
        if late:
            x, width = _LEFT + first * _STEP, count * _STEP
            yield f'<rect class="afterwards" x="{x}" y="{_BOTTOM - 4}" width="{width}" height="4"/>'
            if width >= _WORD:
                yield _text(x, _BOTTOM - 8, "read afterwards", "start")


def _threshold(course: CourseLine, ends: tuple[float, float]) -> Iterator[str]:
    y = _y(course.limit.number, ends)
    yield f'<line class="limit" x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}"/>'
    shown = one_line(str(course.limit))
    label = shown if len(shown) <= _LONGEST_LABEL else f"{shown[: _LONGEST_LABEL - 1]}…"
    yield _text(_WIDTH - _RIGHT + 8, y + 4, f"alert {label}", "start")


def _values(columns: Sequence[Column], ends: tuple[float, float]) -> Iterator[str]:
    """A line through the values of each stretch that was seen."""
    for is_seen, first, count in _runs([each.value is not None for each in columns]):
        if is_seen:
            seen = [(first + place, each.value) for place, each in enumerate(columns[first : first + count])]
            steps = [f"{_LEFT + place * _STEP},{_y(value, ends)}" for place, value in seen if value is not None]
            # A look alone is no line: it is as wide as its column.
            steps.append(f"{_LEFT + (first + count) * _STEP},{steps[-1].partition(',')[2]}")
            yield f'<polyline class="course" points="{" ".join(steps)}"/>'


def _times(since: datetime, until: datetime) -> Iterator[str]:
    form = "%d %b %H:%M" if since.date() != until.date() else "%H:%M"
    yield _text(_LEFT, _HEIGHT - 4, f"{since:{form}}", "start")
    if until > since:
        yield _text(_WIDTH - _RIGHT, _HEIGHT - 4, f"{until:{form}} UTC", "end")


def _runs(kinds: Sequence[Kind]) -> Iterator[tuple[Kind, int, int]]:
    """Give each row of equal ones: what they are, where the first stands, and how many they are."""
    first = 0
    for kind, same in groupby(kinds):
        count = len(list(same))
        yield kind, first, count
        first += count


def _y(value: float, ends: tuple[float, float]) -> float:
    share = (value / 2 - ends[0] / 2) / (ends[1] / 2 - ends[0] / 2)
    return round(_BOTTOM - min(1.0, max(0.0, share)) * (_BOTTOM - _TOP), 1)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{html.escape(text)}</text>'
