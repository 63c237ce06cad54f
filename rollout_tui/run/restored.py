"""Whether a rollback restored what ran before, shown by readings after its last step, said by the operators, or not:
only one that did was ever within its target.
"""

from __future__ import annotations

from datetime import timedelta

from ..frozen import dataclass
from .state import Reading, Rollback, RollbackOutcome, Run, Status

READINGS, WORD, NOT_SHOWN = "readings", "word", "not shown"

_WORDS = {READINGS: "by readings", WORD: "by the operators' word", NOT_SHOWN: "not shown"}


def how_shown(shown: str) -> str:
    """Put what shows a restore in words; nothing where the rollback did not restore, or an old run does not say."""
    return _WORDS.get(shown, "")


@dataclass(frozen=True)
class RollbackTime:
    """A rollback that was finished, with its clock, in whole seconds as recorded; its newest scenario is `scenario`.

    `shown` is by what it is known to have restored, `seen` how long something was wrong before it began.
    """

    scenario: str
    outcome: RollbackOutcome
    took: timedelta
    target: timedelta
    seq: int
    shown: str = ""
    seen: timedelta = timedelta(0)

    @property
    def over(self) -> bool:
        return self.took > self.target

    @property
    def within(self) -> bool:
        return is_within(self.outcome, self.shown, self.took, self.target)


def is_restored(outcome: str, shown: str) -> bool:
    """Say whether what ran before is back; logs before the third rules do not say what showed it."""
    return outcome == "restored" and shown != NOT_SHOWN


def is_within(outcome: str, shown: str, took: timedelta, target: timedelta) -> bool:
    """Say whether a rollback restored what ran before within its target."""
    return is_restored(outcome, shown) and took <= target


def shown(run: Run, rollback: Rollback, reason: str) -> str:
    """Say what shows that it restored: all that was wrong is well since the last step; else a reason, or nothing.

    Where nothing was recorded as wrong every metric has to be fine since then.
    """
    wrong, left = _to_show(run, rollback)
    if wrong and not left:
        return READINGS
    return WORD if reason else NOT_SHOWN


def to_be_shown(run: Run) -> str:
    """Give the first metric or trigger of which nothing shows yet that it is well again, while a rollback runs."""
    left = _to_show(run, run.rollback)[1] if run.rollback is not None else []
    return left[0] if left else ""


def _to_show(run: Run, rollback: Rollback) -> tuple[list[str], list[str]]:
    """Give what was wrong, and what of that is not shown to be well since the last step."""
    states = [run.state(name) for name in rollback.items]
    signed = [each.mark.seq for each in states if each.status is Status.SIGNED and each.mark is not None]
    since = max(signed, default=rollback.chosen[0].mark.seq)
    wrong = list(dict.fromkeys((*rollback.wrong, *run.breached, *run.fired))) or list(run.sequence.metrics)
    return wrong, [name for name in wrong if not _is_well(run, name, since)]


def seen_before(rollback: Rollback) -> timedelta:
    """Give how long something was wrong before the rollback was decided on; zero where nothing was recorded."""
    if rollback.seen is None:
        return timedelta(0)
    return max(timedelta(0), rollback.started - rollback.seen)


def newest_reading(run: Run, name: str) -> Reading | None:
    """Give what was read of a metric last, whatever the stage; None if it never was."""
    found = (reading for (_, metric), reading in run.readings.items() if metric == name)
    return max(found, key=lambda reading: reading.mark.seq, default=None)


def _is_well(run: Run, name: str, since: int) -> bool:
    """A metric by a fine reading since then, a trigger by being cleared."""
    if name not in run.sequence.metrics:
        return name not in run.fired
    newest = newest_reading(run, name)
    return newest is not None and newest.mark.seq > since and newest.value is not None and not newest.breach
