"""Two people: by what a run tells them apart, whose word counts where two have to agree, and what a gate counts on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import Refused
from ..people import CLAIMED, EXACT, Actor, Identity, principals_in, same_person
from ..plan.model import Plan
from .plan_events import RunStarted
from .run_rules import SAME_PERSON
from .stages import Item, ItemKind
from .stamp import Mark
from .state import Run

# A tuple, as an enum's member is hashed by a function of its own, and this is asked for each event.
_BY_TWO = (ItemKind.APPROVAL, ItemKind.START)

HOW_TO_SIGN = "Sign it with your SSH key (--sign; rollout whoami says which), or leave it to somebody who can."


def identity_of(started: RunStarted, plan: Plan, principals: Mapping[str, frozenset[str]]) -> Identity:
    """Give by what a run tells two people apart: what its plan asks for, but nobody proves who rehearses."""
    rule = "claimed" if started.rehearsal else plan.header.identity
    if rule == "claimed" and started.rules < SAME_PERSON:
        return EXACT
    return Identity(rule, principals) if principals or rule != "claimed" else CLAIMED


def identity_by(run: Run, plan: Plan, principals: Sequence[str]) -> Identity:
    """Give by what the run would tell two people apart if it followed this plan; without principals, by its own."""
    return identity_of(run.started, plan, principals_in(principals) or run.identity.principals)


def changed_principals(run: Run, principals: Sequence[str]) -> tuple[str, ...]:
    """Say which keys a run would list from now on, and which no more, or as somebody else's."""
    was, now = run.identity.principals, principals_in(principals)
    if not now:
        return ()
    said = [f"Principals: {_whose(now[key])} {key} is new" for key in now if key not in was]
    said += [f"Principals: {_whose(was[key])} {key} is gone" for key in was if key not in now]
    same = [key for key in now if key in was and was[key] != now[key]]
    return (*said, *(f"Principals: {key} was {_whose(was[key])}, is {_whose(now[key])}" for key in same))


def _whose(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nobody's"


def asks_two(item: Item) -> bool:
    """Whether a sign-off of the item is the word of one where two have to agree."""
    return item.approvals > 1 or item.kind in _BY_TWO


def approved_by(run: Run, item: str, actor: Actor | None) -> bool:
    """Whether an actor's approval of the item counts already."""
    return actor is not None and any(same_person(m.actor, actor, run.identity) for m in run.state(item).approvals)


def noted(run: Run, item: str) -> str:
    """Say whose approval of an item counts for nothing, and why: `bob's approval (#12) is not signed by a key`."""
    marks = run.state(item).unsigned
    return "; ".join(f"{m.by}'s approval (#{m.seq}) is {run.identity.uncounted(m.actor)}" for m in marks)


def as_a_note(run: Run, seq: int, item: str) -> str:
    """Add to the words of an approval that was just given that it counts for nothing; nothing where it counts."""
    given = [mark for mark in run.state(item).unsigned if mark.seq == seq]
    return f" (a note: it is {run.identity.uncounted(given[0].actor)})" if given else ""


def told_apart(run: Run) -> str:
    """Say by which rule two people are two, where the plan asks for two anywhere."""
    asked = any(item.approvals > 1 or item.kind is ItemKind.APPROVAL for item in run.sequence.items.values())
    return f"told apart {run.identity.words}" if asked else ""


def need_counted(run: Run, actor: Actor, what: str) -> None:
    """Refuse what somebody does as the second of two people, where their word would be a note."""
    if why := run.identity.uncounted(actor):
        raise Refused(f"{what} takes two people, and yours would be {why}.", HOW_TO_SIGN)


def need_no_note(run: Run, item: Item, actor: Actor) -> None:
    """Refuse to note a second time what counts for nothing."""
    if run.identity.uncounted(actor):
        given = [m for m in run.state(item.id).unsigned if same_person(m.actor, actor, run.identity)]
        if given:
            what = f"Your approval of {item.title!r} stands as a note (#{given[-1].seq}): it is "
            raise Refused(f"{what}{run.identity.uncounted(given[-1].actor)}.", HOW_TO_SIGN)


def counted_on(run: Run) -> tuple[Mark, ...]:
    """Give the approvals that the end of the stage that is open now, or its start, would count on.

    Only where keys tell people apart: whether those signatures are good is to be asked before it is decided.
    """
    if run.identity.rule != "signed":
        return ()
    stages = run.sequence.stages[: run.position + 1]
    marks = [mark for stage in stages for item in stage.items if asks_two(item) for mark in _given(run, item)]
    return tuple(sorted(marks, key=lambda mark: mark.seq))


def _given(run: Run, item: Item) -> tuple[Mark, ...]:
    """Of a start, whose approval waits for it."""
    is_over = item.kind is ItemKind.START and item.stage in run.phases
    return () if is_over else run.state(item.id).approvals
