"""Sensed items: what a probe's look means for a check, criterion or flag, and what blocks where it no longer holds.

A tick is a probe's as long as nobody signed, failed, waived or put the item off: a person's word stands, whatever a
probe sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..plan.ids import POST_DEPLOYMENT
from ..plan.model import Metric, Plan
from ..plan.quantities import format_span
from .blocker import Blocker, BlockerKind
from .item_state import ItemState, Status
from .moment import Moment
from .observation import FAIL, Look, is_ahead
from .stages import Item, ItemKind, StageKind, StageSequence
from .state import Run

PROBE_AGAIN = "let its probe look again (m, or rollout probe), or sign it"

TICKED = (ItemKind.CHECK, ItemKind.CRITERION, ItemKind.FLAG)
"""What a probe ticks."""

TIME = "%H:%M UTC"


def needs_person(item: Item) -> bool:
    """Whether a probe alone never resolves the item: a rule asks for what it proves, or two people sign it."""
    return bool(item.proves) or item.approvals > 1


def may_look(run: Run, item: Item) -> bool:
    """Whether a look may tick the item as it stands; in a rehearsal nothing looks."""
    is_asked = item.probe is not None and not needs_person(item) and not run.started.rehearsal
    return is_asked and run.state(item.id).status is Status.OPEN


def holds(sequence: StageSequence, item: Item, position: int) -> bool:
    """Whether what a probe sees of the item still counts in the stage at `position`: in its own, or always.

    A later phase sets a flag to something else.
    """
    place = sequence.index[item.stage]
    if place >= position or item.probe is None:
        return place >= position
    is_once = sequence.stages[place].kind is StageKind.PRE_DEPLOYMENT or item.kind is ItemKind.FLAG
    return (item.probe.holds or ("until-go" if is_once else "always")) == "always"


def is_own_gate(run: Run, item: Item) -> bool:
    """Whether the item's own stage has not ended: there nothing seen blocks, later its last pass is kept."""
    return run.sequence.index[item.stage] >= run.position


def moved_sources(old: Plan, new: Plan) -> frozenset[str]:
    """Give the names of the sources that are another server by the new plan, or none."""
    kept = {
        name
        for name, each in new.sources.items()
        if name in old.sources and each.prometheus == old.sources[name].prometheus
    }
    return frozenset(old.sources.keys() - kept)


def is_probed_alike(old: Item | Metric, new: Item | Metric, moved: frozenset[str]) -> bool:
    """Whether what a probe saw by the old plan says the same by the new one: it asks the same of the same server."""
    return old.probe == new.probe and (new.probe is None or new.probe.source not in moved)


def is_seen_alike(old: Item, new: Item, moved: frozenset[str]) -> bool:
    """Whether what was seen of an item still counts; of a trigger it counts for how long its condition had to last."""
    lasts = [item.trigger.for_ if item.trigger is not None else None for item in (old, new)]
    return is_probed_alike(old, new, moved) and lasts[0] == lasts[1]


def came_off(run: Run, name: str) -> Look | None:
    """Give the look that says why an item is open again which a probe or a person had ticked; None if none does."""
    seen, state = run.observed.get(name), run.state(name)
    is_open_again = state.status is Status.OPEN and state.mark is not None and not state.approvals
    return seen.failed if seen is not None and is_open_again else None


def changed(run: Run, item: Item) -> Look | None:
    """Give the look that failed since the item was resolved, which took nothing off; None if none did."""
    seen, state = run.observed.get(item.id), run.state(item.id)
    failed = seen.failed if seen is not None else None
    is_later = failed is not None and state.mark is not None and failed.mark.seq > state.mark.seq
    return failed if is_later and run.is_resolved(item) else None


def sensed_blockers(run: Run, now: Moment) -> Iterator[Blocker]:
    """What only a probe ticked and does not hold now: looked at too long ago, or not to be seen at its own gate."""
    for name, seen in run.observed.items():
        item = run.sequence.items[name]
        if run.state(name).status is not Status.SENSED or not holds(run.sequence, item, run.position):
            continue
        assert seen.passed is not None, name
        age, unseen = max(timedelta(0), now.at - seen.passed.at), seen.unseen
        if is_ahead(seen.passed.at, now.at):
            yield Blocker(BlockerKind.STALE, from_the_future(item.title, seen.passed.at), PROBE_AGAIN, name)
        elif age > item.max_age.value:
            since = f"; since then it could not be seen ({unseen.reason})" if unseen is not None else ""
            text = f"too old: sensed {format_span(age)} ago (at most {item.max_age}): {item.title}{since}"
            yield Blocker(BlockerKind.STALE, text, PROBE_AGAIN, name)
        elif unseen is not None and is_own_gate(run, item):
            when = f"at {unseen.at:{TIME}} ({unseen.reason})"
            text = f"unknown: {item.title} could not be seen {when}; it held at {seen.passed.at:{TIME}}"
            yield Blocker(BlockerKind.UNREAD, text, PROBE_AGAIN, name)


def from_the_future(what: str, at: datetime) -> str:
    """Say that something was looked at by a clock that was ahead."""
    return f"looked at in the future: {what} at {at:%d %b {TIME}}, by a clock that was wrong"


def stale_validation(run: Run, now: Moment) -> tuple[Blocker, ...]:
    """What cleanup waits for beside what is open in post-deployment: a tick there that no longer holds."""
    return tuple(each for each in sensed_blockers(run, now) if _stage_of(run, each) == POST_DEPLOYMENT)


def _stage_of(run: Run, blocker: Blocker) -> str:
    return run.sequence.items[blocker.subject].stage


def seen_of(run: Run, item: Item) -> str:
    """Say what a probe saw of an open item, and why that does not tick it; nothing where it was not looked at."""
    seen = run.observed.get(item.id)
    if seen is None:
        return ""
    unseen = f"could not be seen at {seen.unseen.at:{TIME}}: {seen.unseen.reason}" if seen.unseen is not None else ""
    if seen.judged is None:
        return unseen
    since = f"; since then it {unseen}" if unseen else ""
    at = f"{seen.judged.at:{TIME}}"
    if seen.judged.outcome == FAIL:
        return f"{what_failed(seen.judged)}, probe at {at}{since}"
    if not needs_person(item):
        return f"held at {at}{since}" if since else ""
    asks = "a rule asks for" if item.proves else "it takes"
    people = "a person's sign-off" if item.approvals <= 1 else f"{item.approvals} people's sign-offs"
    return f"the probe at {at} says that it holds, and {asks} {people} besides{since}"


def what_failed(look: Look) -> str:
    """Say what a look saw that failed."""
    return look.reason or (f"is {look.value:g}" if look.value is not None else "does not hold")


def after_look(state: ItemState, item: Item, look: Look, *, takes_off: bool) -> ItemState:
    """Give how an item stands after a look that could judge it."""
    if look.outcome == FAIL:
        if state.status is Status.SENSED and takes_off:
            return ItemState(Status.OPEN, (), look.mark, look.reason)
        return state
    is_untold = state.status is Status.OPEN and not state.approvals
    if (is_untold or state.status is Status.SENSED) and not needs_person(item):
        return ItemState(Status.SENSED, (), look.mark, "")
    return state
