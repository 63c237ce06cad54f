"""Acts that end a run: close, abort."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from ...errors import Refused, UsageError
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..deployed import left_in_place, words_of_left
from ..gates import Blocker, BlockerKind, blockers
from ..moment import Moment
from ..rollback_clock import over_target
from ..stages import StageKind
from ..state import Run
from .ending import Event, RunClosed
from .guards import in_lines, need_reason, need_typed


def _leaves_cleanup(run: Run) -> bool:
    """Whether closing may leave cleanup to a follow-up."""
    return run.rollback is None and bool(run.unresolved.get("cleanup"))


@dataclass(frozen=True)
class Close:
    """Close the run, as completed or as rolled back."""

    note: str = ask(FieldKind.TEXT, "closing note")
    follow_up_owner: str = ask(FieldKind.LINE, "who signs the outstanding cleanup steps", "", when=_leaves_cleanup)
    follow_up_date: str = ask(FieldKind.DATE, "by when (YYYY-MM-DD)", "", when=_leaves_cleanup)
    follow_up_ticket: str = ask(FieldKind.LINE, "under which ticket", "", when=_leaves_cleanup)


@dataclass(frozen=True)
class Abort:
    """Abort the run, and record what it leaves in place."""

    reason: str = ask(FieldKind.TEXT, "why the run is aborted")
    confirm: str = ask(FieldKind.NAME, "the run's name, once anything is deployed", "")


Intent = Close | Abort


def _check_close(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    """A follow-up, where cleanup alone keeps the run from closing, is asked for in the form."""
    if run.rollback is not None:
        _need_restored(run)
    else:
        if run.stage.kind is StageKind.CLEANUP:
            _need_outstanding(run)
        _need_completed(run, now, follow_up=run.stage.kind is StageKind.CLEANUP)


def _check_abort(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    if run.rolling_back:
        raise Refused("A rollback is under way.", "Finish it first (as failed, if it can't be done), then abort.")


def _reads_left(run: Run, now: Moment) -> Sequence[str]:
    """What a run that did not complete leaves behind."""
    is_complete = run.rollback is None and run.stage.kind in {StageKind.CLEANUP, StageKind.CLOSE}
    return () if is_complete else words_of_left(run)


ACTIONS = (
    Action("close", "Close the run", Close, _check_close, reads_out=_reads_left, in_rollback=True, after_rollback=True),
    Action(
        "abort",
        "Abort the run",
        Abort,
        _check_abort,
        typed_name=lambda run, subject: run.name if run.deployed else "",
        reads_out=_reads_left,
        in_rollback=True,
        after_rollback=True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    match intent:
        case Close() if run.rollback is not None:
            _need_restored(run)
            what = "Closing a rollback that went over its target" if over_target(run) else "Closing"
            return RunClosed("rolled-back", run.seq + 1, need_reason(intent.note, what), left_in_place(run))
        case Close():
            follow_up = _follow_up(run, intent)
            _need_completed(run, now, follow_up=bool(follow_up))
            return RunClosed("completed", run.seq + 1, need_reason(intent.note, "Closing"), (), *follow_up)
        case Abort():
            _check_abort(run, "", now, actor)
            if run.deployed:
                what = f"{run.name} is deployed in part, and aborting leaves it so"
                need_typed(intent.confirm, {run.name, run.id}, what, f"the run's name {run.name!r}")
            return RunClosed("aborted", run.seq + 1, need_reason(intent.reason, "Aborting"), left_in_place(run))
        case _ as never:
            assert_never(never)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    if event.outcome == "aborted":
        return Abort(event.note, confirm=run.id)
    return Close(event.note, event.follow_up_owner, event.follow_up_date, event.follow_up_ticket)


def _need_restored(run: Run) -> None:
    if run.rolling_back:
        raise Refused("A rollback is under way.", "Finish it first: finish-rollback.")
    if run.rollback is not None and run.rollback.outcome != "restored":
        hint = "Try another scenario (roll-back), or abort and say what is left in place."
        raise Refused("The rollback failed, so the run can't close as rolled back.", hint)


def _need_completed(run: Run, now: Moment, *, follow_up: bool) -> None:
    """Refuse to close as completed what is not; a follow-up takes cleanup over."""
    if run.stage.kind is not StageKind.CLOSE and not (follow_up and run.stage.kind is StageKind.CLEANUP):
        way = (
            "Leave cleanup for later with a follow-up (owner, date, ticket)."
            if run.stage.kind is StageKind.CLEANUP
            else ""
        )
        left = in_lines(blockers(run, now))
        hint = " ".join(filter(None, [f"Now: {run.stage.title}.", way, "A run that is given up is aborted."]))
        rule = " Post-deployment validation always runs (R5)." if run.unresolved.get("post-deployment") else ""
        raise Refused(
            f"The run can't close as completed yet: {run.stage.title} is not done.{rule}\n{left}".rstrip(), hint
        )
    cleanup = {item.id for item in run.sequence.steps if item.step is not None and item.step.kind == "cleanup"}
    left_open = [each for each in blockers(run, now) if not (follow_up and _is_left(each, cleanup))]
    if left_open:
        what = f"The run can't close as completed: {len(left_open)} open\n{in_lines(left_open)}"
        raise Refused(what, "Resolve each first.")


def _is_left(blocker: Blocker, cleanup: set[str]) -> bool:
    """Whether a follow-up takes it over: a cleanup step still to be done, not one whose second approval is due."""
    return blocker.subject in cleanup and blocker.kind in {BlockerKind.OPEN, BlockerKind.FAILED}


def _follow_up(run: Run, intent: Close) -> tuple[str, ...]:
    """Give owner, date and ticket of the follow-up if all are there, nothing if none is."""
    parts = tuple(p.strip() for p in (intent.follow_up_owner, intent.follow_up_date, intent.follow_up_ticket))
    if not any(parts):
        return ()
    if not all(parts):
        raise UsageError("A follow-up needs its owner, date and ticket.", "Give all three, or none.")
    try:
        date.fromisoformat(parts[1])
    except ValueError:
        raise UsageError(f"{parts[1]!r} is not a date.", "Write it as YYYY-MM-DD.") from None
    _need_outstanding(run)
    return parts


def _need_outstanding(run: Run) -> None:
    if not run.unresolved.get("cleanup"):
        raise Refused("No cleanup step is outstanding, so there is nothing to follow up.", "Close without a follow-up.")
