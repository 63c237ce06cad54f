"""Consistency: whether each entry of a log follows from the run before it, found by deciding it again.

A chain of hashes proves that nothing was altered after it was written, not that it may have happened. Decisions are
pure, so of each entry the intent that it stands for is decided once more, on the run before it, at its own time and by
its own actor. What the run would have refused, or recorded otherwise, does not follow. Fields that are told and not
decided (a class of event names them in `told`) are not compared. Taken as given are typed names, and what lies outside
the log: the other runs of its folder, and the jumps of a clock that nobody confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from ..errors import RolloutError
from ..frozen import dataclass
from .builder import Builder
from .decide import decide
from .events import ClockConfirmed, Entry, Event, Recovered, RunStarted, Unknown
from .evolve import apply, begin
from .happened import need_possible
from .intents import SUBJECTS, Intent
from .meaning import meaning_of
from .moment import Moment
from .plan_of import plan_of
from .run_rules import ONE_MOMENT
from .state import DoesNotFit, Run
from .subjects.phrases import LONGEST_SECONDS
from .subjects.start_acts import Start, start
from .wording import describe


class _StandsFor(Protocol):
    def __call__(self, event: Any, run: Run) -> Intent: ...


STANDS_FOR: dict[type[Event], _StandsFor] = {
    kind: each.stands_for for each in SUBJECTS for kind in getattr(each.Event, "__args__", (each.Event,))
}

# What other than a decision gives these: a plan beside the run that is tried again, an earlier version's ids.
_TOLD_OF_START = frozenset({"after", "after_head", "in_place", "items", "left", "principals", "rules"})

# Before the rules asked for one moment, an act was decided a little before it was stamped; with a file to keep, long.
_EARLIER = tuple(timedelta(seconds=seconds) for seconds in (0, 0.05, 1, 10))


@dataclass(frozen=True)
class Inconsistency:
    """An entry that does not follow: its number and kind, what it records, and what the run then allowed."""

    seq: int
    kind: str
    recorded: str
    allowed: str

    def __str__(self) -> str:
        where = f"event {self.seq} ({self.kind})" if self.seq else "the header"
        return f"{where} does not follow from the run before it: it records {self.recorded!r}; {self.allowed}"


@dataclass(frozen=True)
class Judgement:
    """What the rules of a run say of a log, and `rules`, the number of those that it was judged by.

    `found` are the entries that do not follow. Entries from `unjudged_from` on are a later version's to judge, None
    where all were judged. `misfit` is the number of the first entry that can't even be folded, with why.
    """

    rules: int = 0
    found: tuple[Inconsistency, ...] = ()
    unjudged_from: int | None = None
    misfit: tuple[int, str] | None = None


def judge(entries: Sequence[Entry], by: int | None = None) -> Judgement:
    """Decide every entry again by the rules that the log's header names, or by those of the number `by`."""
    header, started = entries[0], entries[0].event
    if not isinstance(started, RunStarted):
        return Judgement(unjudged_from=0)
    earlier = _EARLIER[:1] if started.rules >= ONE_MOMENT else _EARLIER
    if by is not None:
        started = replace(started, rules=by)
        header = replace(header, event=started)
    rules, entry = started.rules, header
    found: list[Inconsistency] = []
    try:
        builder = Builder(begin(header))
        found += _judge_start(header, started)
        for entry in entries[1:]:
            if isinstance(entry.event, Unknown):
                return Judgement(rules, tuple(found), entry.seq)
            # A view of the run before the entry, which is as good as a copy until the entry is folded.
            if not isinstance(entry.event, Recovered):
                found += _judge(builder.freeze(), entry, earlier)
            apply(builder, entry)
    except DoesNotFit as error:
        return Judgement(rules, tuple(found), misfit=(entry.seq, str(error)))
    return Judgement(rules, tuple(found))


def _judge_start(header: Entry, event: RunStarted) -> Iterator[Inconsistency]:
    try:
        plan, sequence = plan_of(event)
        asked = Start(
            event.run, event.rehearsal, event.emergency, event.overrides, event.reason, event.after, event.plan_file
        )
        decided = start(plan, "\n".join(event.plan), event.plan_sha256, asked)
    except RolloutError as error:
        yield Inconsistency(0, event.kind, describe(header, begin(header).sequence), _refused(error))
        return
    if different := _differences(event, decided, _TOLD_OF_START):
        yield Inconsistency(0, event.kind, describe(header, sequence), _otherwise(different, event, decided))


def _judge(run: Run, entry: Entry, moments: Sequence[timedelta]) -> Iterator[Inconsistency]:
    event, stamp = entry.event, entry.stamp
    jump = timedelta(0)
    if isinstance(event, ClockConfirmed):
        jump = timedelta(seconds=max(-LONGEST_SECONDS, min(LONGEST_SECONDS, event.seconds)))
    actor = entry.actor
    allowed = ""
    for earlier in moments:
        try:
            need_possible(run, stamp.happened, stamp.at)
            intent = STANDS_FOR[type(event)](event, run)
            decided = decide(
                run, intent, Moment(stamp.at - earlier, jump, stamp.boot, stamp.up_ms), actor, stamp.happened
            )
        except RolloutError as error:
            allowed = allowed or _refused(error)
            continue
        different = _differences(event, decided, getattr(event, "told", ()))
        if not different:
            allowed = _meant_otherwise(run, entry)
            if not allowed:
                return
            break
        allowed = allowed or _otherwise(different, event, decided)
    yield Inconsistency(entry.seq, event.kind, describe(entry, run.sequence), allowed)


def _meant_otherwise(run: Run, entry: Entry) -> str:
    """Say what who signed an entry did by that, where they signed that they did something else."""
    said, meant = entry.extras.meaning, meaning_of(run, entry.event)
    return (
        f"the run would then have recorded meaning {meant or 'nothing'!r}, not {said!r}"
        if said not in {"", meant}
        else ""
    )


def _differences(event: Event, decided: Event, told: frozenset[str] | tuple[str, ...]) -> list[str]:
    """Give the fields in which two events differ; an override is a set, and `kind` stands for another event."""
    if type(event) is not type(decided):
        return ["kind"]
    if event == decided:
        return []
    return [
        name
        for name, value in vars(event).items()
        if name not in told and value != (other := vars(decided)[name]) and not _same_set(name, value, other)
    ]


def _same_set(name: str, value: object, other: object) -> bool:
    return name == "overrides" and isinstance(value, tuple) and isinstance(other, tuple) and set(value) == set(other)


def _refused(error: RolloutError) -> str:
    return f"the run then refused it: {error.message}"


def _otherwise(different: Sequence[str], event: Event, decided: Event) -> str:
    said = ", ".join(f"{name} {_value(decided, name)}, not {_value(event, name)}" for name in different)
    return f"the run would then have recorded {said}"


def _value(event: Event, name: str) -> str:
    value = getattr(event, name)
    return ", ".join(value) or "none" if isinstance(value, tuple) else repr(value) if value != "" else "nothing"
