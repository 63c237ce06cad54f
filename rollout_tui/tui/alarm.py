"""An alarm, told once: which of its rows was put before the operator, and when the terminal's bell rings."""

from __future__ import annotations

from textual.widget import Widget

from ..run.condition import Condition, Rank

# What stands before a run of each rank, and its colour.
GLYPHS = {
    Rank.CALM: ("▶", "$accent"),
    Rank.ATTENTION: ("◆", "$warning"),
    Rank.ALARM: ("▲", "$error"),
    Rank.ROLLBACK: ("↩", "$error"),
}

_WORSE = frozenset({Rank.ALARM, Rank.ROLLBACK})


class Alarms:
    """Follows a run's condition from where it stands first."""

    def __init__(self) -> None:
        self._rank: Rank | None = None
        self._told: set[tuple[str, str]] = set()

    def begins(self, found: Condition) -> bool:
        """Say whether this alarm was not told yet; all of them are forgotten when the run is out of it."""
        if found.rank is not Rank.ALARM:
            self._told.clear()
            return False
        what = found.what, found.subject
        is_new = what not in self._told
        self._told.add(what)
        return is_new

    def rings(self, found: Condition) -> bool:
        """Say whether the run has turned to alarm, or to a rollback out of nothing, since this was last asked."""
        before, self._rank = self._rank, found.rank
        if before is None or found.rank is before:
            return False
        return found.rank is Rank.ALARM or (found.rank is Rank.ROLLBACK and before not in _WORSE)


def mark_frame(frame: Widget, found: Condition) -> None:
    """Give a frame the shape and colour of the condition: each rank has a border of its own."""
    for rank in (Rank.ATTENTION, Rank.ALARM, Rank.ROLLBACK):
        frame.set_class(rank is found.rank, f"-{rank}")
