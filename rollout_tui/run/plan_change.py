"""What a changed plan means for a run that is under way: which sign-offs it voids, and what it can't change. Pure.

An item keeps its sign-off, waiver or deferral unless what it says changed: a check's title, description or proof, a
criterion's text, the value of a flag, a migration step's action, kind or way back, or more approvals than before. An
item that is gone loses them too, as does a deferral to a stage that is gone, and an override says nothing any more of
an item that reads otherwise now. A failure is no sign-off: it stays until someone signs. Owners, links and the order
of a checklist mean nothing for what was signed.

Readings are kept and judged by the new thresholds, but for those that a gate was passed on; in another unit they say
nothing and are void, as are those of another probe. What a probe saw of an item or a trigger counts for that probe, its
server and `for` alone. The soak goes on by the new duration, and begins anew where a phase asks for a flag change or a
step that is not done.

Where keys tell people apart from now on, an approval that is not signed by one is void, but what two people agreed on
and was done, or passed, stays.

Gates that were passed stay passed. What is open behind them, voided or new, blocks the next gate, as after a
revocation. What was done is done: no redline changes, moves or removes a migration step that was signed, a phase that
was started or what a promoted one set a flag to, and none takes a flag out that is on, or a trigger that has fired.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..people import Identity
from ..plan.model import Plan
from .run_rules import HEALTH, IDENTITY, OBSERVED_SOAK
from .sensed import is_probed_alike, moved_sources
from .sequence import sequence
from .stages import Item, ItemKind, Stage, StageKind, StageSequence
from .state import UNTOUCHED, ItemState, Run, Status
from .two_people import asks_two, changed_principals, identity_by


def changes_by(run: Run, plan: Plan, principals: Sequence[str] = ()) -> tuple[str, ...]:
    """Say what a redline to a new plan, and to these principals, changes of what the run follows."""
    # Rare, and what only it needs is not loaded for every run.
    from ..plan.diff import difference

    return (*(each.words for each in difference(run.plan, plan)), *changed_principals(run, principals))


def frozen_ids(run: Run, plan: Plan) -> tuple[str, ...]:
    """Give the ids of a new plan's items: those that the run's journal froze, whatever they would be called today."""
    today = sequence(run.plan).items
    known = dict(zip(today, run.sequence.items, strict=True))
    return tuple(known.get(item, item) for item in sequence(plan).items)


def voided(run: Run, plan: Plan, principals: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the ids of the items whose sign-off, waiver, deferral, approval, reading or override a new plan voids.

    `principals` are those that the run lists from then on.
    """
    identity = identity_by(run, plan, principals)
    new, moved = sequence(plan, frozen_ids(run, plan)), moved_sources(run.plan, plan)
    went_past = {name.partition(":")[2] for passed in run.gates.values() for name in passed.overrides}
    return tuple(
        item.id
        for item in run.sequence.items.values()
        if _has_something(run, item, item.id in went_past)
        and (
            _is_void(run.state(item.id), item, new, moved)
            or _is_another_start(run, item, new)
            or _is_read_otherwise(run, item, new, moved)
            or _is_uncounted(run, item, identity)
        )
    )


def lost(run: Run, name: str) -> str:
    """Say what a voided item loses: how it stood, and by whom."""
    item, state = run.sequence.items[name], run.state(name)
    if item.metric is not None:
        return "its reading"
    if state.mark is None or (state.status is Status.OPEN and not state.approvals):
        return "in place before this run" if name in run.in_place else "an override went past it"
    status = "approved" if state.status is Status.OPEN else str(state.status)
    return f"{status} by {state.mark.by} (#{state.mark.seq})"


def obstacles(run: Run, plan: Plan) -> tuple[str, ...]:
    """Say what was done already and does not fit the new plan; nothing if the run can go on by it."""
    new = sequence(plan, frozen_ids(run, plan))
    return (
        *_identity(run, plan),
        *_phases(run, new),
        *_steps(run, new),
        *_triggers(run, new),
        *_flags(run, new),
        *_later_fields(run, plan),
    )


def _has_something(run: Run, item: Item, was_overridden: bool) -> bool:
    if item.kind is ItemKind.METRIC:
        return item.stage not in run.gates and (item.stage, item.metric_id) in run.readings
    state = run.state(item.id)
    is_touched = bool(state.approvals) or state.status not in {Status.OPEN, Status.FAILED}
    return was_overridden or item.id in run.in_place or is_touched


def _is_void(state: ItemState, old: Item, sequence: StageSequence, moved: frozenset[str]) -> bool:
    new = sequence.items.get(old.id)
    if new is None or _meaning(new) != _meaning(old):
        return True
    if state.status is Status.SENSED and not is_probed_alike(old, new, moved):
        return True
    if new.approvals > old.approvals and state is not UNTOUCHED:
        return True
    return bool(state.due) and state.due not in sequence.index


def _is_another_start(run: Run, old: Item, sequence: StageSequence) -> bool:
    """Whether somebody approved the start of a phase that is now another one."""
    waits = old.kind is ItemKind.START and old.stage not in run.phases
    return waits and sequence.items[old.id].title != old.title


def _is_read_otherwise(run: Run, old: Item, sequence: StageSequence, moved: frozenset[str]) -> bool:
    """Whether a metric was read by a probe that is now another one."""
    reading = run.readings.get((old.stage, old.metric_id))
    return reading is not None and reading.sensed and not is_probed_alike(old, sequence.items[old.id], moved)


def _is_uncounted(run: Run, item: Item, identity: Identity) -> bool:
    """Whether two people have to agree on what is ahead, and one's word would be a note from now on."""
    state = run.state(item.id)
    ahead = item.stage in run.sequence.index and run.sequence.index[item.stage] >= run.position
    is_over = item.kind in {ItemKind.STEP, ItemKind.START} and run.is_resolved(item)
    return ahead and not is_over and asks_two(item) and any(identity.uncounted(m.actor) for m in state.approvals)


def _meaning(item: Item) -> tuple[object, ...]:
    """What a person who signs the item stands for."""
    match item.kind:
        case ItemKind.CHECK:
            return item.title, item.description, item.proves
        case ItemKind.CRITERION:
            return (item.title,)
        case ItemKind.FLAG | ItemKind.FLAG_RESET:
            return item.flag, item.value
        case ItemKind.STEP:
            assert item.step is not None
            return item.title, item.step.kind, item.step.reversible
        case ItemKind.METRIC:
            assert item.metric is not None
            return (item.metric.threshold.unit,)
        case _:
            # A start can't change under a phase that was started; an approval and a trigger are their own ids.
            return ()


def _identity(run: Run, plan: Plan) -> Iterator[str]:
    for name, was, now in (
        ("service", run.started.service, plan.header.service),
        ("release", run.started.release, plan.header.release),
    ):
        if was != now:
            yield f"the run deploys the {name} {was}, the plan {now}: that is another run"


def _phases(run: Run, new: StageSequence) -> Iterator[str]:
    before, after = (_phase_stages(each) for each in (run.sequence, new))
    begun = [stage for stage in before if run.is_started(stage)]
    for place, stage in enumerate(begun):
        found = next((each for each in after if each.id == stage.id), None)
        if found is None:
            yield f"{stage.title} was started, and the plan has no such phase"
        elif after.index(found) != place:
            yield f"{stage.title} was started, and the plan has it in another place"
        elif stage.phase and found.phase and stage.phase.audience != found.phase.audience:
            yield f"{stage.title} was started for {stage.phase.audience}, and the plan has {found.phase.audience}"
    if run.position > run.sequence.index[before[-1].id]:
        for stage in after[len(begun) :]:
            yield f"every phase is promoted, and the plan has another one: {stage.title}"


def _phase_stages(sequence: StageSequence) -> list[Stage]:
    return [stage for stage in sequence.stages if stage.kind is StageKind.PHASE]


def _steps(run: Run, new: StageSequence) -> Iterator[str]:
    done = [step for step in run.sequence.steps if run.is_resolved(step)]
    for place, step in enumerate(done):
        found = new.items.get(step.id)
        if found is None:
            yield f"migration step {step.title!r} is {_how(run, step)}, and the plan no longer has it"
        elif new.steps.index(found) != place:
            yield f"migration step {step.title!r} is {_how(run, step)}, and the plan has it in another place (R7)"
        elif _meaning(found) != _meaning(step) or found.approvals > step.approvals:
            yield f"migration step {step.title!r} is {_how(run, step)}, and the plan has another in its place"


def _later_fields(run: Run, plan: Plan) -> Iterator[str]:
    """What the version that began the run could not read, and so not go on with."""
    for phase in plan.phases:
        if phase.after_breach != "pause" and run.started.rules < HEALTH:
            yield f"{phase.name} has after_breach, which the version that began the run does not know"
    if plan.header.identity != run.plan.header.identity and run.started.rules < IDENTITY:
        yield "it has an identity, which the version that began the run does not know"
    before = any(item.probe is not None for item in run.sequence.items.values())
    probed = (item.title for item in sequence(plan).items.values() if item.probe is not None)
    if run.started.rules < OBSERVED_SOAK and not before and (title := next(probed, "")):
        yield f"{title} has a probe, which the version that began the run does not know"


def _how(run: Run, item: Item) -> str:
    status = run.state(item.id).status
    return "signed" if status is Status.OPEN else str(status)


def _triggers(run: Run, new: StageSequence) -> Iterator[str]:
    for trigger in run.fired:
        if trigger not in new.items:
            title = run.sequence.items[trigger].title
            yield f"trigger {title!r} has fired, and the plan no longer has it: clear it first"


def _flags(run: Run, new: StageSequence) -> Iterator[str]:
    kept = {reset.flag for reset in new.resets}
    for reset in run.sequence.resets:
        value = run.flags.get(reset.flag, reset.value)
        if reset.flag not in kept and value != reset.value:
            yield f"flag {reset.flag} is at {value}, and without it in the plan nobody would be asked to set it back"
    for item in new.items.values():
        # Signed now, it would set the flag back to what an earlier phase was to have.
        if item.kind is ItemKind.FLAG and item.stage in run.gates and _is_new_or_another(run, item):
            title = new.stage(item.stage).title
            yield f"{title} is promoted, and the plan has flag {item.flag} at {item.value} there: set it from now on"


def _is_new_or_another(run: Run, item: Item) -> bool:
    known = run.sequence.items.get(item.id)
    return known is None or _meaning(known) != _meaning(item)
