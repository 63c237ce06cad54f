"""What probes saw, in an item's row: told apart from what a person signed by its glyph and its word."""

from __future__ import annotations

from collections.abc import Iterator

from ...run.moment import Moment
from ...run.sensed import changed, sensed_blockers, what_failed
from ...run.stages import Item
from ...run.state import Run, Status
from ..styled import MUTED, Part
from ..times import ago

SENSED = ("◉", "$success")


def sensed_words(run: Run, item: Item, now: Moment) -> tuple[Part, Part, list[Part]]:
    """The glyph, word, value and age of a probe's tick, and that it no longer holds where that is so."""
    passed = run.observed[item.id].passed
    assert passed is not None, item.id
    no_longer = any(each.subject == item.id for each in sensed_blockers(run, now))
    glyph, style = ("◌", "$warning") if no_longer else SENSED
    value = [(f" {passed.value:g}", "")] if passed.value is not None else []
    return (glyph, style), ("sensed", style), [*value, (f"  {ago(now.at - passed.at)}", style if no_longer else MUTED)]


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
