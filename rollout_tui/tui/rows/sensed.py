"""What probes saw, in an item's row: told apart from what a person signed by its glyph and its word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from ...run.firing import met_again, unread_triggers
from ...run.moment import Moment
from ...run.sensed import changed, sensed_blockers, what_failed
from ...run.sparkline import BREACH, GAP, UNKNOWN
from ...run.stages import Item
from ...run.state import Run, Status
from ..styled import MUTED, Part
from ..times import ago

SENSED = ("◉", "$success")

DrawCourse = Callable[[Item], str]
"""Draws the course of a metric's row in one line, or gives nothing."""

COURSE_LEGEND = f"{BREACH} in breach, {UNKNOWN} not seen, {GAP} not looked at"

_LINE_STYLES = {BREACH: "$error bold", UNKNOWN: "$warning bold", GAP: MUTED}

# A shorter line says nothing, and the row keeps no room for a longer one.
_WIDTHS = ((120, 40), (100, 24), (84, 16))


def sensed_words(run: Run, item: Item, now: Moment) -> tuple[Part, Part, list[Part]]:
    """The glyph, word, value and age of a probe's tick, and that it no longer holds where that is so."""
    passed = run.observed[item.id].passed
    assert passed is not None, item.id
    no_longer = any(each.subject == item.id for each in sensed_blockers(run, now))
    glyph, style = ("◌", "$warning") if no_longer else SENSED
    value = [(f" {passed.value:g}", "")] if passed.value is not None else []
    return (glyph, style), ("sensed", style), [*value, (f"  {ago(now.at - passed.at)}", style if no_longer else MUTED)]


def trigger_seen(run: Run, item: Item, now: Moment) -> list[Part]:
    """That a trigger is not fired, and when its probe looked or why that could not see."""
    seen = run.observed.get(item.id)
    if item.probe is None or run.started.rehearsal or item.stage not in run.phases:
        return [("not fired", MUTED)]
    if seen is None:
        return [("not looked at", "$warning")]
    if (failed := met_again(run, item.id)) is not None:
        return [(f"met again: {what_failed(failed)}", "$error bold"), (f"  {ago(now.at - failed.at)}", MUTED)]
    if seen.unseen is not None:
        return [(f"could not be seen: {seen.unseen.reason}", "$warning"), (f"  {ago(now.at - seen.unseen.at)}", MUTED)]
    no_longer = any(each.subject == item.id for each in unread_triggers(run, now))
    glyph, style = ("◌ ", "$warning") if no_longer else ("◉ ", "$success")
    return [(glyph, style), ("not fired", MUTED), (f"  {ago(now.at - seen.newest.at)}", style if no_longer else MUTED)]


def item_seen(run: Run, item: Item, now: Moment) -> Iterator[Part]:
    """What the newest look saw where that is other than how the item stands."""
    seen = run.observed.get(item.id)
    if seen is None:
        return
    if (look := changed(run, item)) is not None:
        yield f"  changed {ago(now.at - look.at)}: {what_failed(look)}", "$warning"
    elif seen.failed is not None and run.state(item.id).status is Status.OPEN:
        yield f"  {what_failed(seen.failed)}, {ago(now.at - seen.failed.at)}", "$error"
    elif seen.unseen is not None and not run.state(item.id).approvals:
        yield f"  could not be seen: {seen.unseen.reason}", "$warning"


def no_course(_item: Item) -> str:
    return ""


def cells_of(width: int | None) -> int:
    """Give how many cells the courses take in a list of this width: all the same, so that their times stand in line."""
    return next((cells for least, cells in _WIDTHS if width is None or width >= least), 0)


def course_parts(line: str) -> list[Part]:
    """Give a course with each kind of its characters in its own style."""
    return [("".join(run), style) for style, run in groupby(line, lambda each: _LINE_STYLES.get(each, "$primary"))]
