"""A run as the Markdown document of its plan: boxes ticked, with names, times, waivers, readings and decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ..plan.markdown.exporting import Additions, write_document
from ..plan.quantities import format_span
from ..plan.sections import FEATURE_FLAGS, MIGRATION, PHASES, ROLLBACK
from ..run import deployed
from ..run.events import Entry
from ..run.firing import is_by_probe
from ..run.part import PartState
from ..run.previous_attempt import told
from ..run.sensed import changed, what_failed
from ..run.stages import Item, ItemKind, Stage
from ..run.stamp import Mark
from ..run.state import Run, Status
from ..run.wording import describe
from .decisions import decisions
from .formats.markdown import inert


def run_document(run: Run, entries: Sequence[Entry]) -> str:
    """Write a run as a document to paste into an issue or a change ticket; times are UTC."""
    checks = [item for item in run.sequence.items.values() if item.kind is ItemKind.CHECK]
    additions = Additions(
        ticked=frozenset(item.id for item in checks if run.state(item.id).status is Status.SIGNED),
        details={item.id: tuple(_details(run, item)) for item in checks},
        below={
            "plan": [*_head(run), "", *_decisions(run, entries)],
            MIGRATION.key: [_line(run, item) for item in run.sequence.steps],
            FEATURE_FLAGS.key: [
                f"- {inert(part.title)}: {inert(deployed.told(run, part))}"
                for part in deployed.parts(run)
                if part.kind == "flag"
            ],
            PHASES.key: [line for stage in run.sequence.stages if stage.phase for line in _phase(run, stage)],
            ROLLBACK.key: list(_rollback(run)),
        },
    )
    return write_document(run.plan, additions)


def _head(run: Run) -> Iterator[str]:
    kind = f" ({', '.join(run.started.marks)})" if run.started.marks else ""
    yield f"**Run {inert(run.id)}**{kind}, started by {inert(run.stamp.by)} at {_time(run.stamp.at)}"
    if run.started.after:
        yield f"**Second attempt** after {inert(run.started.after)} (head {inert(run.started.after_head)})"
    if run.closed is not None:
        outcome = f"{run.closed.outcome.replace('-', ' ')}, {_by(run.closed.mark)}"
        yield f"**Closed as {outcome}**{_why(run.closed.note)}"
    else:
        yield f"**Not closed**: it stands at {inert(run.stage.title)}"


def _decisions(run: Run, entries: Sequence[Entry]) -> Iterator[str]:
    yield "**Decisions in the run:**"
    yield ""
    for decision in decisions(run, entries):
        entry = decision.entry
        yield f"- {_time(entry.stamp.at)} {inert(entry.stamp.by)}: {inert(describe(entry, run.sequence_at(entry.seq)))}"
        yield from (f"  - went past {inert(blocker)}" for blocker in decision.past)
        yield from (f"  - approved {_by(mark)}" for mark in decision.approved)


def _phase(run: Run, stage: Stage) -> Iterator[str]:
    state, passed = run.phases.get(stage.id), run.gates.get(stage.id)
    started = f"started {_by(state.started)}" if state else "not started"
    promoted = f", promoted {_by(passed.mark)}" if passed else ""
    yield f"**{inert(stage.title)}**: {started}{promoted}"
    yield ""
    for item in stage.items:
        if item.kind is ItemKind.METRIC:
            yield f"- {inert(item.title)}: {_reading(run, stage, item.metric_id)}"
        elif item.kind is ItemKind.TRIGGER:
            fired = run.fired.get(item.id)
            yield f"- Trigger {inert(item.title)}: {f'fired {_fired(run, item.id, fired)}' if fired else 'not fired'}"
        elif item.kind in {ItemKind.CRITERION, ItemKind.FLAG}:
            yield _line(run, item)
    yield ""


def _fired(run: Run, trigger: str, fired: tuple[Mark, str]) -> str:
    by_probe = "by its probe, " if is_by_probe(run, trigger) else ""
    return f"{by_probe}{_by(fired[0])}{_why(fired[1])}"


def _reading(run: Run, stage: Stage, metric: str) -> str:
    reading = run.readings.get((stage.id, metric))
    if reading is None:
        return "not read"
    if reading.value is None:
        return f"{'sensed: ' if reading.sensed else ''}could not be read, {_by(reading.mark)}{_why(reading.reason)}"
    threshold = run.judged_by(stage.id, metric).threshold
    value = inert(f"{reading.value:g} {threshold.unit}".strip())
    breach = f"in breach of {inert(str(threshold))}" if reading.breach else "fine"
    return f"{'sensed: ' if reading.sensed else ''}{value}, {breach}, {_by(reading.mark)}"


def _rollback(run: Run) -> Iterator[str]:
    if run.rollback is None:
        return
    outcome = run.rollback.outcome.replace("-", " ") if run.rollback.outcome else "under way"
    took = f" after {format_span(run.rollback.took)}" if run.rollback.outcome else ""
    yield f"**Rolled back: {outcome}**{took}"
    yield ""
    for chosen in run.rollback.chosen:
        title = run.sequence.rollback_path(chosen.scenario).scenario.scenario
        yield f"- {inert(title)}: {_by(chosen.mark)}{_why(chosen.reason)}"
    yield from (_line(run, run.sequence.items[name]) for name in run.rollback.items)


def _line(run: Run, item: Item) -> str:
    """An item as a point with its box, and what became of it behind its title."""
    box = "x" if run.state(item.id).status is Status.SIGNED else " "
    told = "; ".join([*_details(run, item), *_now(run, item)])
    return f"- [{box}] {inert(item.title)}" + (f" — {told}" if told else "")


def _now(run: Run, item: Item) -> Iterator[str]:
    """What a migration step is now where its sign-off does not say so."""
    part = next((each for each in deployed.parts(run) if each.id == item.id), None)
    if part is not None and part.state in {PartState.UNDONE, PartState.UNKNOWN}:
        yield inert(f"now {deployed.told(run, part)}")


def _details(run: Run, item: Item) -> Iterator[str]:
    state = run.state(item.id)
    if item.id in run.in_place:
        yield inert(told(run, item.id).capitalize())
    yield from (f"Signed {_by(mark)}" for mark in state.approvals)
    if state.mark is not None and state.status is Status.SENSED:
        yield f"Sensed, not signed: recorded {_by(state.mark)}"
    if (look := changed(run, item)) is not None:
        yield f"Changed since at {_time(look.at)}: {inert(what_failed(look))}"
    if state.mark is not None and state.status in {Status.FAILED, Status.WAIVED, Status.DEFERRED}:
        due = f" to {inert(state.due)}" if state.due else ""
        yield f"{state.status.value.capitalize()}{due} {_by(state.mark)}{_why(state.reason)}"


def _by(mark: Mark) -> str:
    return f"by {inert(mark.by)} at {_time(mark.at)}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _why(text: str) -> str:
    return f": {inert(text)}" if text else ""
