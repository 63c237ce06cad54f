"""A gate's rows: what blocks, what no longer holds of earlier stages, and each item with what it was before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual.content import Content

from ...run.gates import Blocker
from ...run.moment import Moment
from ...run.since import Was, changed_before, was
from ...run.stages import Stage
from ...run.state import Run
from ..styled import MUTED, styled
from ..times import clock_time
from .gate import blocker_rows
from .items import item_row
from .row import ListRow, section
from .sensed import DrawCourse

Seen = tuple[Run, datetime]
"""The run as somebody looked at it, and when."""


def gate_rows(
    run: Run, stage: Stage, now: Moment, found: tuple[Blocker, ...], seen: Seen, draw: DrawCourse
) -> list[ListRow]:
    """Give the rows of a stage's gate, where `found` blocks it; `seen` is when it was looked at before."""
    before, at = seen
    changed = {item.id: was(before, run, item) for item in stage.items}
    items = [_with_was(item_row(run, item, now, draw), changed[item.id]) for item in stage.items]
    since = f", and what it was at {clock_time(at, now.at)}" if any(changed.values()) else ""
    return [
        *section("What blocks", blocker_rows(found)),
        *section("Changed since it was done", [item_row(run, item, now) for item in changed_before(run)]),
        *section(f"{stage.title}{since}", items),
    ]


def _with_was(row: ListRow, found: Was | None) -> ListRow:
    """What it was stands whole: what stands right is brief where there is no room for all of it."""
    if found is None:
        return row
    said = styled((f"  was {found.text}", "$warning" if found.worse else MUTED))
    return replace(
        row,
        left=Content.assemble(row.left, said),
        right=row.right if row.brief is None else row.brief,
        ample=row.ample or row.right,
    )
