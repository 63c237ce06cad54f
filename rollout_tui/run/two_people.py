"""Two people: by what a run tells them apart, whose word counts where two have to agree, and what a gate counts on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import Refused
from ..people import CLAIMED, EXACT, Actor, Identity, principals_in, same_person
from ..plan.model import Plan
from .approval import Approval
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
    now = principals_in(principals)
    return tuple(f"Principals: {each}" for each in difference(run.identity, Identity(principals=now))) if now else ()


def difference(before: Identity, after: Identity) -> tuple[str, ...]:
    """Say which keys are listed anew, which no more, and which as somebody else's."""
    was, now = before.principals, after.principals
    said = [f"{_whose(now[key])} {key} is new" for key in now if key not in was]
    said += [f"{_whose(was[key])} {key} is gone" for key in was if key not in now]
    same = [key for key in now if key in was and was[key] != now[key]]
    return (*said, *(f"{key} was {_whose(was[key])}, is {_whose(now[key])}" for key in same))


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
    passed = run.gates.get(run.sequence.items[item].stage)
    marks = (*run.state(item).unsigned, *((passed.mark,) if passed else ()))
    found = (run.approvals.get(mark.seq) for mark in marks)
    notes = [each for each in found if each is not None and each.item == item and each.note]
    return "; ".join(f"{each.mark.by}'s approval (#{each.mark.seq}) is {each.note}" for each in notes)


def as_a_note(run: Run, seq: int) -> str:
    """Add to the words of an event that it counts for nothing where two people have to agree, if it does."""
    note = run.approvals[seq].note if seq in run.approvals else ""
    return f" (a note: it is {note})" if note else ""


def told_apart(run: Run) -> str:
    """Say by which rule two people are two, where the plan asks for two anywhere; by which up to where, if it changed.

    A redline is itself decided by what held before it.
    """
    now = run.identity.words
    held = [(each.until, each.identity.words) for each in run.former]
    following = (*(words for _, words in held[1:]), now)
    ended = [
        f"up to event {until} {words}" for (until, words), then in zip(held, following, strict=False) if words != then
    ]
    if ended:
        return f"told apart {'; then '.join(ended)}; and since then {now}"
    asked = any(item.approvals > 1 or item.kind is ItemKind.APPROVAL for item in run.sequence.items.values())
    return f"told apart {now}" if asked else ""


def need_counted(run: Run, actor: Actor, what: str) -> None:
    """Refuse what somebody does as the second of two people, where their word would be a note."""
    if why := run.identity.uncounted(actor):
        raise Refused(f"{what} takes two people, and yours would be {why}.", HOW_TO_SIGN)


def takes_a_key(run: Run, plan: Plan, principals: Sequence[str]) -> str:
    """Say that a redline takes a signature that counts, if it does: where it changes by which keys people are two."""
    if run.identity.rule != "signed" or identity_by(run, plan, principals) == run.identity:
        return ""
    return "Changes whose word counts where two have to agree: it takes a signature that counts itself."


def need_counted_change(run: Run, plan: Plan, principals: Sequence[str], actor: Actor) -> None:
    """Refuse a redline that changes by which keys people are two, where it is not signed by one of them."""
    if (why := run.identity.uncounted(actor)) and takes_a_key(run, plan, principals):
        raise Refused(
            f"This changes whose word counts where two have to agree, and yours would be {why}.",
            f"{HOW_TO_SIGN} Or leave identity, and whose the keys are, as the run has them.",
        )


def need_no_note(run: Run, item: Item, actor: Actor) -> None:
    """Refuse to note a second time what counts for nothing."""
    if run.identity.uncounted(actor):
        given = [m for m in run.state(item.id).unsigned if same_person(m.actor, actor, run.identity)]
        if given:
            what = f"Your approval of {item.title!r} stands as a note (#{given[-1].seq}): it is "
            raise Refused(f"{what}{run.identity.uncounted(given[-1].actor)}.", HOW_TO_SIGN)


def counted_on(run: Run) -> tuple[Mark, ...]:
    """Give what the run counts on from here, of that which keys told apart: what two people say, and whose keys count.

    Whether those signatures are good is to be asked before more is decided. A rollback counts on nobody.
    """
    if run.rollback is not None:
        return ()
    return tuple(each.mark for each in run.approvals.values() if _counts(run, each))


def _counts(run: Run, given: Approval) -> bool:
    if given.rule != "signed" or given.note:
        return False
    item = run.sequence.items.get(given.item)
    if item is None:
        return not given.item
    passed = run.gates.get(item.stage) if item.kind is ItemKind.APPROVAL else None
    stands = given.mark in run.state(item.id).approvals or (passed is not None and passed.mark == given.mark)
    return stands and asks_two(item)
