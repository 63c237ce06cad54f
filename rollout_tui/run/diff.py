"""Two runs of one plan compared: what was done differently, and how long each took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from ..frozen import dataclass
from ..plan.quantities import format_span
from . import events as ev
from .events import Entry
from .figures import Figures, figures
from .observation import JUDGED, PASS
from .stages import Item
from .state import Run, Status

NEVER = "—"


@dataclass(frozen=True)
class Took:
    """How long a stage (or the whole run) took in each of the two; None where it was not finished."""

    what: str
    first: timedelta | None
    second: timedelta | None


@dataclass(frozen=True)
class Difference:
    """What differs: the stage's title, what it is about, and what each of the two runs did, in words."""

    stage: str
    subject: str
    first: str
    second: str


@dataclass(frozen=True)
class RunDiff:
    """Two runs side by side; `same_plan` says whether they followed the same plan to the letter."""

    same_plan: bool
    took: tuple[Took, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class RunLog:
    """A run and how it came there."""

    run: Run
    entries: Sequence[Entry]


def compare(first: RunLog, second: RunLog) -> RunDiff:
    """Compare two runs, item by item and gate by gate; who signed is no difference, what was done with an item is."""
    same = first.run.follows.plan_sha256 == second.run.follows.plan_sha256
    found = (*_starts(first, second), *_items(first, second), *_gates(first, second), *_courses(first, second))
    return RunDiff(same, tuple(_took(first, second)), found)


def _took(first: RunLog, second: RunLog) -> Iterator[Took]:
    both = figures(first.entries), figures(second.entries)
    spans = [dict(each.stages) for each in both]
    titles = {stage.id: stage.title for log in (second, first) for stage in log.run.sequence.stages}
    for stage, title in titles.items():
        if any(stage in each for each in spans):
            yield Took(title, spans[0].get(stage), spans[1].get(stage))
    for what, clocks in (("Rollbacks", [_rollbacks(each) for each in both]), ("The whole run", [b.took for b in both])):
        if any(clock is not None for clock in clocks):
            yield Took(what, *clocks)


def _rollbacks(run: Figures) -> timedelta | None:
    return sum((back.took for back in run.rollbacks), timedelta(0)) if run.rollbacks else None


def _starts(first: RunLog, second: RunLog) -> Iterator[Difference]:
    yield from _differing("Start", "started", *(_start(log.run.started) for log in (first, second)))


def _start(started: ev.RunStarted) -> str:
    marks = [name for name, on in (("as a rehearsal", started.rehearsal), ("as an emergency", started.emergency)) if on]
    marks += [f"after {started.after}"] if started.after else []
    past = [f"past {', '.join(started.overrides)}"] if started.overrides else []
    reason = [f"({started.reason})"] if started.reason else []
    return " ".join([*marks, *past, *reason]) or "as planned"


def _items(first: RunLog, second: RunLog) -> Iterator[Difference]:
    titles = [{stage.id: stage.title for stage in log.run.sequence.stages} for log in (first, second)]
    items = _merged(first.run.sequence.items, second.run.sequence.items)
    paths = _paths(first.entries), _paths(second.entries)
    for item_id in items:
        ways = [path.get(item_id, ()) for path in paths]
        known = [log.run.sequence.items.get(item_id) for log in (first, second)]
        if ways[0] == ways[1] and all(known):
            continue
        item = known[0] or known[1]
        assert item is not None
        stage = titles[0].get(item.stage) or titles[1].get(item.stage) or "Rollback"
        words = [_item(log.run, way, each) for log, way, each in zip((first, second), ways, known, strict=True)]
        yield from _differing(stage, item.title, *words)


def _merged(first: Iterable[str], second: Iterable[str]) -> list[str]:
    """The ids of both in the first one's order, those of the second alone behind what they follow there."""
    merged = list(first)
    known = set(merged)
    before = ""
    for each in second:
        if each not in known:
            merged.insert(merged.index(before) + 1 if before else 0, each)
            known.add(each)
        before = each
    return merged


def _paths(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """What was done with each item, in order; the second approval of one sign-off is no step of its own."""
    paths: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if isinstance(entry.event, ev.PlanRedlined):
            for item in entry.event.voided:
                paths[item] = (*paths.get(item, ()), "voided")
            continue
        step = _STEPS.get(type(entry.event))
        if isinstance(entry.event, ev.Observed) and entry.event.outcome in JUDGED:
            step = "sensed" if entry.event.outcome == PASS else "seen to fail"
        if step is None:
            continue
        item = ev.row(entry.event)
        path = paths.get(item, ())
        if path[-1:] != (step,):
            paths[item] = (*path, step)
    return paths


_STEPS: dict[type[ev.Event], str] = {
    ev.ItemSigned: "signed",
    ev.RollbackStepSigned: "signed",
    ev.ItemFailed: "failed",
    ev.ItemRevoked: "revoked",
    ev.ItemWaived: "waived",
    ev.ItemDeferred: "deferred",
    ev.TriggerFired: "fired",
    ev.TriggerCleared: "cleared",
}


def _item(run: Run, path: tuple[str, ...], item: Item | None) -> str:
    if item is None:
        return "not in its plan"
    if not path:
        return "untouched"
    state = run.state(item.id)
    said = f" by {state.mark.by}" if state.mark else ""
    reason = f" ({state.reason})" if state.reason else ""
    open_again = " and open" if state.status is Status.OPEN and path[-1] in {"revoked", "voided"} else ""
    return f"{', then '.join(path)}{open_again}{said}{reason}"


def _gates(first: RunLog, second: RunLog) -> Iterator[Difference]:
    stages = _merged(first.run.sequence.index, second.run.sequence.index)
    for stage in stages:
        ways = [_gate(log.run, stage) for log in (first, second)]
        if ways[0][0] == ways[1][0]:
            continue
        run = first.run if stage in first.run.sequence.index else second.run
        title = run.sequence.stage(stage).title
        yield Difference(title, "gate", ways[0][1], ways[1][1])


def _gate(run: Run, stage: str) -> tuple[tuple[str, ...] | None, str]:
    """What is compared of a gate, and how it is told: a gate passed without an override is passed as any other."""
    passed = run.gates.get(stage)
    if passed is None:
        return None, "not passed"
    if not passed.overrides:
        return (), f"passed by {passed.mark.by}"
    past = ", ".join(passed.overrides)
    return passed.overrides, f"passed by {passed.mark.by} past {past} ({passed.reason})"


def _courses(first: RunLog, second: RunLog) -> Iterator[Difference]:
    """What happened to the runs as wholes."""
    for subject, kind in _COUNTED:
        counts = [sum(isinstance(entry.event, kind) for entry in log.entries) for log in (first, second)]
        yield from _differing("Course", subject, *(f"{count} ×" if count else NEVER for count in counts))
    breaches = [_breaches(log) for log in (first, second)]
    yield from _differing("Course", "readings in breach", *(", ".join(each) or NEVER for each in breaches))
    yield from _differing("Course", "rollback", *(_rollback_path(log) for log in (first, second)))
    yield from _differing("Course", "outcome", *(_outcome(log.run) for log in (first, second)))


_COUNTED: tuple[tuple[str, type[ev.Event]], ...] = (
    ("plan redlined", ev.PlanRedlined),
    ("held", ev.GateHeld),
    ("phase reduced", ev.PhaseReduced),
    ("soak extended", ev.SoakExtended),
    ("reading that could not be taken", ev.MetricUnread),
    ("time confirmed after a jump", ev.ClockConfirmed),
    ("lead taken over", ev.HandedOver),
    ("incomplete entry recovered", ev.Recovered),
)


def _breaches(log: RunLog) -> list[str]:
    found = []
    for entry in log.entries:
        metric = log.run.sequence_at(entry.seq).metrics.get(ev.metric_read(entry.event))
        value = ev.value_read(entry.event)
        if metric is not None and value is not None and metric.threshold.breached_by(value):
            found.append(metric.metric)
    return [f"{name} {found.count(name)} ×" for name in dict.fromkeys(found)]


def _rollback_path(log: RunLog) -> str:
    finished = figures(log.entries).rollbacks
    ways = {way.id: way.scenario.scenario for way in log.run.sequence.rollback_paths}
    parts = [
        f"{ways.get(back.scenario, back.scenario)}: {back.outcome.replace('-', ' ')} after {format_span(back.took)}"
        f" ({'over its ' if back.over else ''}target {format_span(back.target)})"
        for back in finished
    ]
    return "; ".join([*parts, *(["under way"] if log.run.rolling_back else [])]) or NEVER


def _outcome(run: Run) -> str:
    if run.closed is None:
        return f"open, in {run.stage.title}"
    left = f", {len(run.outstanding)} cleanup steps outstanding" if run.outstanding else ""
    return f"{run.closed.outcome}{left}"


def _differing(stage: str, subject: str, first: str, second: str) -> Iterator[Difference]:
    if first != second:
        yield Difference(stage, subject, first, second)
