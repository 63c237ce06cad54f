"""Whether a rollback restored what ran before: shown by readings after its last step, said by the operators, or not."""

from __future__ import annotations

from datetime import timedelta

from .state import Rollback, Run, Status

READINGS, WORD, NOT_SHOWN = "readings", "word", "not shown"

SHOWN = {READINGS: "by readings", WORD: "by the operators' word", NOT_SHOWN: "not shown"}


def shown(run: Run, rollback: Rollback, reason: str) -> str:
    """Say what shows that it restored: all that was wrong is well since the last step; else a reason, or nothing.

    Where nothing was recorded as wrong every metric has to be fine since then.
    """
    states = [run.state(name) for name in rollback.items]
    signed = [each.mark.seq for each in states if each.status is Status.SIGNED and each.mark is not None]
    since = max(signed, default=rollback.chosen[0].mark.seq)
    wrong = {*rollback.wrong, *run.breached, *run.fired} or set(run.sequence.metrics)
    if wrong and all(_is_well(run, name, since) for name in wrong):
        return READINGS
    return WORD if reason else NOT_SHOWN


def seen_before(rollback: Rollback) -> timedelta:
    """Give how long something was wrong before the rollback was decided on; zero where nothing was recorded."""
    if rollback.seen is None:
        return timedelta(0)
    return max(timedelta(0), rollback.started - rollback.seen)


def _is_well(run: Run, name: str, since: int) -> bool:
    """A metric by a fine reading since then, a trigger by being cleared."""
    if name not in run.sequence.metrics:
        return name not in run.fired
    newest = max(
        (reading for (_, metric), reading in run.readings.items() if metric == name),
        key=lambda reading: reading.mark.seq,
        default=None,
    )
    return newest is not None and newest.mark.seq > since and newest.value is not None and not newest.breach
