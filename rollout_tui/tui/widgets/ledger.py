"""What stands below the stages: what the run went on without, where that comes due, and how it keeps to its plan."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ...run.ledger import but_for, deferrals
from ...run.moment import Moment
from ...run.pace import pace
from ...run.state import Run
from ..styled import MUTED, styled
from .lines import Lines

# As many as leave room for the stages on a small terminal.
_MOST = 3


class Ledger(Lines):
    """Deferrals with their stage, then planned against actual."""

    def repaint(self, run: Run, now: Moment) -> None:
        self.show(*_lines(run, now))


def _lines(run: Run, now: Moment) -> Iterator[Content]:
    without = but_for(run)
    if without:
        yield styled((f" {without}", "$warning bold"))
    put_off = deferrals(run)
    for each in put_off[:_MOST]:
        style = "$error bold" if each.is_due else MUTED
        yield styled((" ◷ ", "$warning"), (each.item.title, ""))
        yield styled(("   due now" if each.is_due else f"   due: {each.stage.title}", style))
    if len(put_off) > _MOST:
        yield styled((f"   and {len(put_off) - _MOST} more", MUTED))
    kept = pace(run, now)
    for line in kept.words if kept is not None else ():
        style = "$error bold" if line.startswith("misses") else "$warning" if "over plan" in line else MUTED
        yield styled((f" {line}", style))
