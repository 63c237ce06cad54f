"""What several commands say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..run.deployed import parts
from ..run.events import Entry, RunStarted
from ..run.moment import Moment
from ..run.next import next_step
from ..run.part import PartState
from ..run.previous_attempt import in_place, strays
from ..run.state import Run
from ..run.two_people import as_a_note
from ..run.wording import describe, short_head
from .output import tell

if TYPE_CHECKING:
    from ..run.condition import Condition
    from ..runs.listing import Summary
    from ..runs.replay import ReplayedLog
    from ..session import Session


def title(started: RunStarted) -> str:
    """Give the run's name, and what it is marked as."""
    return f"{started.name} ({', '.join(started.marks)})" if started.marks else started.name


def upcoming(run: Run, now: Moment) -> str:
    """Say what to do now, with the id by which a command names it."""
    step = next_step(run, now)
    return f"{step.text}  [{step.item}]" if step.item else step.text


def receipt(run: Run, entry: Entry, *, again: bool = False) -> str:
    """Give the line that confirms a record: its number and hash are what `verify --expect-head` takes."""
    recorded = "already recorded" if again else "recorded"
    words = describe(entry, run.sequence_at(entry.seq)) + as_a_note(run, entry.seq)
    signed = f"  ✎ by the key {entry.actor.key}" if entry.signature else ""
    return f"{recorded} {short_head(entry)}  {entry.stamp.by}  {words}{signed}"


def second_attempt(run: Run) -> list[str]:
    """Say what a second attempt found in place, and what of that its plan does not know."""
    if not run.started.after:
        return []
    steps = in_place(run.started)
    number, _, digest = run.started.after_head.partition(":")
    count = f"{len(steps)} migration step{'s' if len(steps) != 1 else ''} in place"
    unknown = [part.title for part in parts(run) if part.state is PartState.UNKNOWN and part.effect.mark is None]
    count += f", not known: {', '.join(unknown)}" if unknown else ""
    lost = [f"In place, and no step of this plan: {step} (event {seq} there)" for step, seq in strays(run)]
    return [f"Second attempt after {run.started.after} (head {number}:{digest[:8]}): {count}", *lost]


def warn(session: Session) -> None:
    """Tell what the operator should know of the place where the journal lies."""
    if session.warning:
        tell(f"Warning: {session.warning}")


def problem(log: ReplayedLog | Summary) -> str:
    """Say what is wrong with a log, or nothing; an incomplete entry at its end is no damage, but has to be known."""
    if log.torn is not None:
        return f"ends in an incomplete entry of {log.torn.size} bytes after event {log.torn.after}"
    return log.problem


def signed(log: ReplayedLog) -> dict[str, object] | None:
    """Count who signed, which nobody verifies only to say where a run stands; None where nobody did."""
    found = [entry for entry in log.entries if entry.signature]
    keys = dict.fromkeys(entry.actor.key for entry in found if entry.actor.key)
    return {"entries": len(found), "of": len(log.entries), "keys": list(keys)} if found else None


def standing(found: Condition) -> str:
    """Say in one line how a run stands: the rank, what is the matter and with which item, and how much else is."""
    subject = f"  [{found.subject}]" if found.subject else ""
    more = f"  (and {found.more} more)" if found.more else ""
    return f"{found.rank.upper():<10}{found.text or 'nothing is wrong'}{subject}{more}"
