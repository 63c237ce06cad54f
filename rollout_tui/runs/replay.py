"""Entries → the run that they make, or the first of them that does not fit: damage that no hash shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import Damaged, RolloutError
from ..frozen import dataclass
from ..journal.chain import Damage, Torn
from ..plan.toml_text import Unreadable, guard
from ..run.events import Entry, PlanRedlined, RunStarted, Unknown
from ..run.evolve import begin, evolve, replay
from ..run.state import DoesNotFit, Run
from .protocols import RunLog, RunRef

if TYPE_CHECKING:
    from ..run.consistency import Judgement

_DAMAGE_HINT = "The log is not what this program wrote: compare it with the receipts, and keep it as it is."


@dataclass(frozen=True)
class ReplayedLog:
    """A log with the run that its entries make: up to the first that does not fit, and what is wrong with the rest."""

    ref: RunRef
    run: Run | None = None
    entries: tuple[Entry, ...] = ()
    torn: Torn | None = None
    damage: Damage | None = None
    problem: str = ""

    @property
    def unfinished(self) -> bool:
        return self.run is not None and self.run.closed is None and not self.problem


class Misfit(Damaged):
    """Entries that verify but do not make a run: number `seq` is the first that does not fit, and `reason` says why."""

    def __init__(self, seq: int, kind: str, reason: str) -> None:
        what = f"Event {seq} ({kind}) does not fit the run before it" if seq else "The journal's header makes no run"
        super().__init__(f"{what}: {reason}", _DAMAGE_HINT)
        self.seq = seq
        self.reason = reason


def replayed(log: RunLog) -> ReplayedLog:
    """Make the run of a log's entries, as far as they make one."""
    if not log.entries:
        return ReplayedLog(log.ref, problem=log.problem)
    try:
        run, misfit = _fold_far(log.entries)
    except RolloutError as error:
        return ReplayedLog(log.ref, problem=error.message)
    if misfit is None:
        return ReplayedLog(log.ref, run, tuple(log.entries), log.torn, log.damage, log.problem)
    reason = f"does not fit the run before it: {misfit.reason}"
    damage = Damage(misfit.seq, log.starts[misfit.seq], reason, "rules")
    return ReplayedLog(log.ref, run, tuple(log.entries[: misfit.seq]), None, damage, f"damaged: {damage}")


def fold(entries: Sequence[Entry]) -> Run:
    """Make the run of a journal's entries; raises Misfit, with the event's number, if they do not make one."""
    header = entries[0].event
    if isinstance(header, Unknown):
        raise RolloutError("The log was begun by a later version of rollout.", "Use that version to read it.")
    assert isinstance(header, RunStarted)
    _guard_plan(entries[0], header)
    try:
        run = begin(entries[0])
    except DoesNotFit as error:
        raise Misfit(0, header.kind, str(error)) from error
    return fold_more(run, entries[1:])


def _fold_far(entries: Sequence[Entry]) -> tuple[Run, Misfit | None]:
    """Make the run of the entries up to the first that does not fit; raises Misfit where that is the header."""
    try:
        return fold(entries), None
    except Misfit as error:
        if error.seq == 0:
            raise
        return fold(entries[: error.seq]), error


def judged(entries: Sequence[Entry]) -> Judgement:
    """Say what the rules of a run find in a log: what does not follow, and the first entry that makes no run."""
    # Only who verifies, audits or reports decides again.
    from ..run.consistency import Judgement, judge

    for place, entry in enumerate(entries):
        if isinstance(entry.event, RunStarted | PlanRedlined):
            try:
                _guard_plan(entry, entry.event)
            except Misfit as error:
                before = judge(entries[:place]) if place else Judgement()
                return before if before.misfit else replace(before, misfit=(error.seq, error.reason))
    return judge(entries)


def fold_more(run: Run, entries: Sequence[Entry]) -> Run:
    """Make the run that further entries lead to; raises as `fold`."""
    folded = 0
    for place, entry in enumerate(entries):
        if isinstance(entry.event, PlanRedlined):
            run, folded = _fold_on(run, entries[folded:place]), place
            _guard_plan(entry, entry.event)
    return _fold_on(run, entries[folded:])


def _guard_plan(entry: Entry, event: RunStarted | PlanRedlined) -> None:
    """A parser can be made to take hours: what a plan's file had to pass when it was recorded is asked again."""
    try:
        guard("\n".join(event.plan))
    except Unreadable as error:
        raise Misfit(entry.seq, event.kind, f"its plan has {error.problem.found}") from None


def _fold_on(run: Run, entries: Sequence[Entry]) -> Run:
    try:
        return replay(run, entries)
    except DoesNotFit:
        return _replay_to_the_misfit(run, entries)


def _replay_to_the_misfit(run: Run, entries: Sequence[Entry]) -> Run:
    for entry in entries:
        try:
            run = evolve(run, entry)
        except DoesNotFit as error:
            raise Misfit(entry.seq, entry.event.kind, str(error)) from error
    return run
