"""Triggers with a probe: a look that fails fires one, and nothing that a probe sees clears it.

One that was cleared fires again only by looks that all came after: a person knows what was seen until then. Where a
look came after that, and began before, it is met again: nobody has answered that, so it blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ..plan.quantities import format_span
from .blocker import Blocker, BlockerKind
from .builder import Builder
from .moment import Moment
from .observation import FAIL, Look, Observation, is_ahead
from .sensed import TIME, from_the_future, what_failed
from .stages import Item, ItemKind
from .state import Held, Run
from .watching import ill_from

LOOK_AGAIN = "let its probe look (m, or rollout probe), or promote with an override"
FIRE_IT = "let its probe look (m, or rollout probe), fire it, or promote with an override"


def follow_look(run: Builder, item: Item, look: Look, since: datetime, *, afterwards: bool) -> None:
    """Keep what was seen from `since` on, and fire where it failed; what is read afterwards is no newer for it."""
    seen = run.observed.get(item.id)
    is_late = seen is not None and look.at < seen.newest.at and not is_ahead(seen.newest.at, look.mark.at)
    if seen is None or not (afterwards and is_late):
        seen = (seen or Observation(look)).after(look)
    run.observed[item.id] = seen
    cleared = run.cleared.get(item.id)
    if look.outcome == FAIL and (cleared is None or since > cleared.at):
        _fire(run, item, look, since)


def fire_again(run: Builder, item: Item, look: Look) -> None:
    """A rollback was called off: what a probe saw meanwhile is answered by nothing."""
    cleared = run.cleared.get(item.id)
    if cleared is None or look.at > cleared.at:
        _fire(run, item, look, look.mark.at)


def _fire(run: Builder, item: Item, look: Look, since: datetime) -> None:
    """Of one that is fired already the first time stands, and a rollback answers what it was begun for."""
    if item.id in run.fired or run.rollback is not None:
        return
    run.fired[item.id] = look.mark, what_failed(look)
    run.observed[item.id] = replace(run.observed[item.id], fired=look)
    if item.trigger is not None and item.trigger.on_fire == "hold" and run.held is None:
        run.held = Held(look.mark, f"trigger fired: {item.title}", sensed=True)
    run.follow_health(look.mark)
    ill_from(run, look.mark, since)


def fired_by(run: Run, trigger: str) -> str:
    """Say who fired a trigger: a person, or its probe."""
    return "its probe" if is_by_probe(run, trigger) else run.fired[trigger][0].by


def is_by_probe(run: Run, trigger: str) -> bool:
    """Whether it was a probe that fired a trigger, in whose name whoever let it look stands."""
    seen = run.observed.get(trigger)
    return seen is not None and seen.fired is not None and seen.fired.mark == run.fired[trigger][0]


def met_again(run: Run, trigger: str) -> Look | None:
    """Give the newest look that judged a trigger, where it failed after the clearing and fired nothing; None if not."""
    seen, cleared = run.observed.get(trigger), run.cleared.get(trigger)
    failed = seen.failed if seen is not None else None
    is_answered = failed is None or cleared is None or failed.at <= cleared.at or trigger in run.fired
    return None if is_answered else failed


def unread_triggers(run: Run, now: Moment) -> Iterator[Blocker]:
    """What of the triggers of the phase that is open no probe can tell now: not seen is not well."""
    for item in run.stage.items:
        if item.kind is not ItemKind.TRIGGER or item.probe is None or item.id in run.fired or run.started.rehearsal:
            continue
        seen = run.observed.get(item.id)
        if seen is None:
            yield Blocker(BlockerKind.UNREAD, f"not looked at: trigger {item.title}", LOOK_AGAIN, item.id)
        elif (failed := met_again(run, item.id)) is not None:
            since = f"since it was cleared at {run.cleared[item.id].at:{TIME}}"
            seen_at = f"{what_failed(failed)}, seen at {failed.at:{TIME}}"
            text = f"trigger {item.title}: its condition is met again {since} ({seen_at})"
            yield Blocker(BlockerKind.UNREAD, text, FIRE_IT, item.id)
        elif seen.unseen is not None:
            text = f"unknown: trigger {item.title} could not be seen at {seen.unseen.at:{TIME}} ({seen.unseen.reason})"
            last = f"; {_last(seen)}" if seen.judged is not None else ""
            yield Blocker(BlockerKind.UNREAD, f"{text}{last}", LOOK_AGAIN, item.id)
        elif is_ahead(seen.newest.at, now.at):
            text = from_the_future(f"trigger {item.title}", seen.newest.at)
            yield Blocker(BlockerKind.STALE, text, LOOK_AGAIN, item.id)
        elif now.at - seen.newest.at > item.max_age.value:
            age = format_span(now.at - seen.newest.at)
            text = f"too old: trigger {item.title} was looked at {age} ago (at most {item.max_age})"
            yield Blocker(BlockerKind.STALE, text, LOOK_AGAIN, item.id)


def _last(seen: Observation) -> str:
    assert seen.judged is not None
    was = what_failed(seen.judged) if seen.judged.outcome == FAIL else "it was well"
    return f"{was} at {seen.judged.at:{TIME}}"
