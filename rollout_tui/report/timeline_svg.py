"""The timeline drawn to scale, as inline SVG: a bar for each stretch of the run, a tick for each event."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..plan.quantities import format_span
from ..text import one_line
from .model import Report
from .timeline import Segment

_WIDTH, _LEFT, _RIGHT = 960, 190, 90
_ROW, _BAR, _AXIS = 26, 14, 38
_LONGEST_LABEL = 24
_MOST_TICKS = 8

_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (10, 30, 60, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800, 2592000)
)


def timeline_svg(report: Report) -> str:
    """Give the drawing; a run of one moment has nothing to scale and gives nothing."""
    shown = report.segments
    began, ended = shown[0].began, max(each.ended for each in shown)
    whole = ended - began
    if whole <= timedelta(0):
        return ""
    height = _AXIS + _ROW * len(shown) + 6
    label = f"Timeline to scale, {format_span(whole)}"
    lines = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">']
    lines += _axis(began, ended, height)
    for place, segment in enumerate(shown):
        lines += _bar(report, segment, _AXIS + _ROW * place, began, whole)
    return "\n".join([*lines, "</svg>"])


def _axis(began: datetime, ended: datetime, height: int) -> Iterator[str]:
    whole = ended - began
    step = next((each for each in _STEPS if whole / each <= _MOST_TICKS), whole / _MOST_TICKS)
    # Ticks stand on round times of the day, not on multiples of the run's own beginning.
    midnight = began.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + step * -(-(began - midnight) // step)
    form = "%d %b" if step >= timedelta(days=1) else "%H:%M" if step >= timedelta(minutes=1) else "%H:%M:%S"
    day = ""
    for time in (first + step * number for number in range((ended - first) // step + 1)):
        x = _x(time, began, whole)
        yield f'<line class="grid" x1="{x}" y1="{_AXIS - 6}" x2="{x}" y2="{height}"/>'
        if step < timedelta(days=1) and f"{time:%d %b}" != day:
            day = f"{time:%d %b}"
            yield f'<text class="day" x="{x}" y="10" text-anchor="middle">{day}</text>'
        yield f'<text class="tick" x="{x}" y="26" text-anchor="middle">{time:{form}}</text>'


def _bar(report: Report, segment: Segment, top: int, began: datetime, whole: timedelta) -> Iterator[str]:
    x, end = _x(segment.began, began, whole), _x(segment.ended, began, whole)
    width = max(1.5, round(end - x, 1))
    middle = top + _ROW / 2
    kind = "rollback" if segment.is_rollback else "stage"
    title = one_line(segment.title)
    shown = title if len(title) <= _LONGEST_LABEL else f"{title[: _LONGEST_LABEL - 1]}…"
    yield f'<text class="name" x="{_LEFT - 12}" y="{middle + 4}" text-anchor="end">{html.escape(shown)}</text>'
    yield f'<rect class="{kind}" x="{x}" y="{middle - _BAR / 2}" width="{width}" height="{_BAR}" rx="2"/>'
    grave = {each.seq: str(each.severity) for each in reversed(report.findings)}
    for entry in segment.entries:
        at = _x(entry.stamp.at, began, whole)
        tone = grave.get(entry.seq, "event")
        yield f'<line class="{tone}" x1="{at}" y1="{middle - _BAR / 2}" x2="{at}" y2="{middle + _BAR / 2}"/>'
    span = format_span(segment.waited if segment.took is None else segment.took)
    yield f'<text class="span" x="{round(x + width + 6, 1)}" y="{middle + 4}">{span}</text>'


def _x(time: datetime, began: datetime, whole: timedelta) -> float:
    share = min(1.0, max(0.0, (time - began) / whole))
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)
