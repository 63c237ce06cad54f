"""The terminal's title, and the bell when a soak ends: what calls an operator back who looks elsewhere."""

from __future__ import annotations

from ..plan.quantities import format_span
from ..run.condition import Condition, Rank
from ..run.moment import Moment
from ..run.soak import soak_left
from ..run.state import Run
from ..text import one_line
from .keys.binding import press

# More than any tab shows; terminals that give up on a long title print the rest of it on the screen.
_LONGEST_TITLE = 200


class SoakBell:
    """Follows a run; rings once for each soak that ends while it is followed."""

    def __init__(self) -> None:
        self._soaking = ""

    def rings(self, run: Run, now: Moment) -> bool:
        """Say whether the soak that was under way when this was last asked is over; a start taken back ends none."""
        was, self._soaking = self._soaking, _soaking(run, now)
        is_over = was == run.stage.id and was in run.phases and run.phases[was].soak_from is not None
        return is_over and not self._soaking and not run.rolling_back and run.closed is None


def title(run: Run, now: Moment, found: Condition) -> str:
    """Give the terminal's title: what is wrong first, which run, where it stands; the same while nothing changes."""
    # The stopwatch of a rollback would write it anew each second.
    wrong = found.word if found.rank is Rank.ROLLBACK else found.brief
    mark = "REHEARSAL " if run.started.rehearsal else ""
    return one_line(f"{wrong}{': ' if wrong else ''}{mark}{run.name}: {_standing(run, now)}", limit=_LONGEST_TITLE)


def _standing(run: Run, now: Moment) -> str:
    if run.closed is not None:
        return f"closed, {run.closed.outcome}"
    state = run.phases.get(run.stage.id)
    if state is None or state.soak_from is None or run.stage.phase is None or not run.stage.phase.duration.value:
        return run.stage.title
    return f"{run.stage.title}, {'soaking' if _soaking(run, now) else 'soak over'}"


def soak_over_words(run: Run) -> str:
    """Say what is possible now."""
    assert run.stage.phase is not None
    soak = format_span(run.stage.phase.duration.value + run.phases[run.stage.id].extended)
    return f"The soak of {run.stage.title} is over ({soak}): press {press('run.gate', 'p')} for its gate."


def _soaking(run: Run, now: Moment) -> str:
    """The phase whose soak is under way, if one is."""
    state = run.phases.get(run.stage.id)
    if run.closed is not None or state is None or state.soak_from is None or not soak_left(run, run.stage, now):
        return ""
    return run.stage.id
