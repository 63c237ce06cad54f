"""The history across runs as lines: each says first what it is about, so that grep finds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from ...plan.quantities import format_span
from ...run.dora import DoraMetric, dora, most_waived
from ...run.figures import Figures
from ...run.restored import NOT_SHOWN, WORD, RollbackTime, how_shown
from ...text import one_line
from . import History
from .blind import Sighted, sighted

_MOST_WAIVED = 10
_FEW = 3


def render(history: History) -> str:
    """Give a line for each run, the oldest first, and the lines of `notable`."""
    return printed([*_runs(history), *notable(history)])


def printed(lines: Iterable[str]) -> str:
    """Give each as one line that acts on no terminal."""
    return "".join(f"{one_line(line)}\n" for line in lines)


def _runs(history: History) -> Iterator[str]:
    for run in history.runs:
        stages = ", ".join(f"{stage} {format_span(took)}" for stage, took in run.stages)
        took = format_span(run.took) if run.took is not None else "open"
        yield f"run          {name(run)}  {outcome(run)}  {run.stamp.at:%Y-%m-%d %H:%M}Z  {took}: {stages or '—'}"


def notable(history: History) -> Iterator[str]:
    """Give what stands out in the runs, and what they come to."""
    yield _summary(history)
    waived = most_waived(history.runs)
    for item in waived[:_MOST_WAIVED]:
        yield f"waived       {item.item}  in {item.times} of {item.runs} runs of {item.service}"
    if len(waived) > _MOST_WAIVED:
        yield f"waived       {len(waived) - _MOST_WAIVED} items more, less often (--json has them all)"
    for run in history.runs:
        for each in run.overrides:
            past = ", ".join(each.past) if len(each.past) <= _FEW else f"{len(each.past)} blockers"
            yield f"override     {name(run)}  {each.stage} by {each.by} past {past}: {each.reason} (#{each.seq})"
    for run in history.runs:
        for back in run.rollbacks:
            yield f"rollback     {name(run)}  {back.scenario}: {rollback(back)} (#{back.seq})"
    yield from _blind(history)
    yield from _interruptions(history)
    for measure in dora(history.runs, history.since, history.now):
        runs = f" ({measure.runs} counted)" if measure.value is not None else ""
        yield f"measure      {measure.name}: {value(measure)}{runs}; {measure.how}"
    for log, problem in history.skipped:
        yield f"skipped      {log}: {problem}"


def _summary(history: History) -> str:
    services = len({run.started.service for run in history.runs})
    count = f"{_count(len(history.runs), 'run')} of {_count(services, 'service')}"
    left_out = f"; {_count(history.rehearsals, 'rehearsal')} left out" if history.rehearsals else ""
    waivers = sum(len(run.waived) for run in history.runs)
    overrides = sum(len(run.overrides) for run in history.runs)
    backs = [back for run in history.runs for back in run.rollbacks]
    kept = [f"{sum(back.over for back in backs)} over target"]
    kept += [f"{number} {what}" for what, number in Counter(map(_reserve, backs)).items() if what]
    return (
        f"total        {count}: {_count(waivers, 'waiver')}, {_count(overrides, 'override')}, "
        f"{_count(len(backs), 'rollback')} ({', '.join(kept)}){left_out}"
    )


def _reserve(back: RollbackTime) -> str:
    """Say why a rollback does not count as one that readings show to have restored; nothing where it does."""
    if back.outcome != "restored":
        return back.outcome.replace("-", " ")
    return {WORD: how_shown(WORD), NOT_SHOWN: "not shown to have restored"}.get(back.shown, "")


def _blind(history: History) -> Iterator[str]:
    """What probes did not see of the soaks that they watched: run by run, and of each service together."""
    for run in history.runs:
        found = sighted([run])
        if found is not None and not found.is_whole:
            yield f"blind        {name(run)}  {unseen(found)}"
    services = dict.fromkeys(run.started.service for run in history.runs)
    for service in services:
        watched = [run for run in history.runs if run.sights and run.started.service == service]
        found = sighted(watched)
        if found is not None and len(watched) > 1:
            yield f"blind        {service}, {len(watched)} runs  {unseen(found)}"


def _interruptions(history: History) -> Iterator[str]:
    for run in history.runs:
        if not run.interrupted:
            continue
        parts = [f"{_count(run.recovered, 'incomplete entry', 'incomplete entries')} recovered"] * bool(run.recovered)
        parts += [f"nothing recorded for {format_span(gap.took)} before #{gap.seq}" for gap in run.gaps]
        yield f"interrupted  {name(run)}  {', '.join(parts)}"
    for log, problem in history.torn:
        yield f"interrupted  {log}  {problem}"


def name(run: Figures) -> str:
    """Give what people call the run, and what it is marked as."""
    called, marks = f"{run.started.service} {run.started.release}", run.started.marks
    return f"{called} ({', '.join(marks)})" if marks else called


def outcome(run: Figures) -> str:
    """Say in one word how the run ended, or that it has not."""
    return run.outcome or ("rollback" if run.rolling_back else "open")


def rollback(back: RollbackTime) -> str:
    """Say how a rollback ended and how long it took, against its target."""
    took, target = format_span(back.took), format_span(back.target)
    shown = f", {words}" if (words := how_shown(back.shown)) else ""
    seen = f"seen {format_span(back.seen)} before, " if back.seen else ""
    kept = "over its target" if back.over else "within its target" if back.within else "target"
    return f"{seen}{back.outcome.replace('-', ' ')} after {took}, {kept} {target}{shown}"


def unseen(found: Sighted) -> str:
    """Say how long soaks were blind, and what the looks at them came to that saw nothing."""
    share = "" if found.share is None else f"{found.share:.1f} %: "
    time = f"{format_span(found.blind)}, {format_span(found.observed)} observed"
    saw_nothing = f"{_count(found.errors, 'error')} and {found.unknown} unknown in {_count(found.looks, 'look')}"
    return f"{share}{time}; {saw_nothing}"


def value(measure: DoraMetric) -> str:
    """Write a measure's value with its unit."""
    if measure.value is None:
        return "—"
    if measure.unit == "s":
        return format_span(timedelta(seconds=measure.value))
    return f"{measure.value:.1f} {measure.unit}"


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"
