"""Read-back: what is open in a run, said to somebody who takes it over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..plan.quantities import format_clock
from .blocker_groups import COUNTED
from .briefing import waiting
from .gates import BlockerKind, blockers
from .ledger import deferrals
from .moment import Moment
from .next import next_step
from .rollback_clock import elapsed, newest_target
from .state import Run

# It is read aloud, and has to fit into an entry: a reason alone may be as long as an entry's longest text.
_MOST, _LONGEST = 40, 200


def read_back(run: Run, now: Moment) -> tuple[str, ...]:
    """Say what is open in a run to somebody who takes it over: at most 40 lines of 200 characters."""
    lines = [_short(line) for line in _open(run, now)]
    more = [f"and {len(lines) - _MOST + 1} more"] if len(lines) > _MOST else []
    return (*lines[: _MOST - len(more)], *more)


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _open(run: Run, now: Moment) -> Iterator[str]:
    phase = run.exposed.phase if run.exposed is not None else None
    exposed = f", {phase.audience} exposed" if phase is not None else ""
    yield f"stands at {run.stage.title} ({run.position + 1} of {len(run.sequence.stages)}){exposed}"
    if run.rollback is not None:
        titles = ", ".join(run.sequence.rollback_path(each.scenario).scenario.scenario for each in run.rollback.chosen)
        took = f"{format_clock(elapsed(run.rollback, now.at))} of {format_clock(newest_target(run))}"
        yield f"rollback {run.rollback.outcome or 'under way'}: {titles}, {took}"
    yield f"next: {next_step(run, now).text.rstrip('.')}"
    found = [each for each in blockers(run, now) if each.kind is not BlockerKind.ROLLBACK]
    yield from (each.text for each in found if each.kind not in COUNTED)
    counts = Counter(COUNTED[each.kind] for each in found if each.kind in COUNTED)
    if counts:
        yield f"before it ends: {', '.join(f'{number} {word}' for word, number in counts.items())}"
    for each in deferrals(run):
        if not each.is_due:
            yield f"deferred to the end of {each.stage.title}: {each.item.title}"
    yield from waiting(run)
