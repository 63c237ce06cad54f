"""`rollout status`: where a run stands, what comes next and what blocks."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import Any

from ..clock import Clock
from ..errors import Damaged, RolloutError, UsageError
from ..plan.quantities import format_clock, format_span
from ..run.deployed import parts, told
from ..run.gates import blockers
from ..run.moment import Moment
from ..run.part import PartState
from ..run.reasons import reason_due, why_held
from ..run.restored import how_shown
from ..run.rollback_clock import elapsed, newest_target
from ..run.running import running
from ..run.soak import soak_left
from ..run.stamp import Mark
from ..run.state import Run
from ..run.two_people import told_apart
from ..run.window import warnings
from ..run.wording import describe, short_head
from ..runs.now import moment
from ..runs.plan_drift import plan_drift
from ..runs.protocols import RunRef, Runs
from ..runs.ranked import ranked
from ..runs.replay import ReplayedLog, replayed
from .newest import newest_unfinished
from .options import add_folder, add_json, runs_of
from .output import say, say_json, tell
from .status_code import exit_code
from .words import problem, second_attempt, signed, standing, title, upcoming


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say where a run stands, what comes next and what blocks. Exit 4: rolled back or aborted."
    parser.add_argument("run", metavar="RUN", nargs="?", help="its id, a unique beginning, or a path (else the newest)")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--gate", action="store_true", help="exit 0 only if the open gate can be promoted, else 3")
    forms.add_argument(
        "--watch", action="store_true", help="follow the run until it is closed; with --json a line each"
    )
    forms.add_argument("--line", action="store_true", help="one short line for a prompt; nothing if no run is open")
    parser.add_argument(
        "--for", dest="place", choices=["ansi", "bash", "tmux", "zsh"], help="where --line is shown: colours as there"
    )
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    if arguments.line:
        return _line(arguments, clock)
    if arguments.place:
        raise UsageError("--for tells where --line is shown.", "Give --line too.")
    runs = runs_of(arguments)
    log = _listed(runs, arguments.run)
    if log.run is None:
        raise _unreadable(log)
    if arguments.watch:
        return _watch(runs, log.ref, clock, as_json=arguments.json)
    now = moment(clock)
    if arguments.json:
        say_json(_json(log, now))
    else:
        for line in _lines(log, log.run, now):
            say(line)
    return _conclude(log, log.run, now, gate=arguments.gate)


def _listed(runs: Runs, name: str | None) -> ReplayedLog:
    """Without a name prefer what is unfinished: the newest may be a rehearsal, whose clock ran ahead of all others."""
    if name is None:
        found = newest_unfinished(runs)
        if found is not None:
            return found
    return replayed(runs.read(runs.find(name)))


def _line(arguments: argparse.Namespace, clock: Clock) -> int:
    """Print a line or, where no run is open, nothing at all: a prompt has no place for errors that are none."""
    if arguments.json:
        raise UsageError("--line is for people, --json for programs.", "Give one of the two.")
    runs, name = runs_of(arguments), arguments.run
    log = newest_unfinished(runs) if name is None else replayed(runs.read(runs.find(name)))
    if log is None:
        return 0
    if log.run is None:
        raise _unreadable(log)
    from .line import print_line

    print_line(log.run, moment(clock), arguments.place, log.problem)
    return Damaged.exit_code if log.problem else 0


def _watch(runs: Runs, ref: RunRef, clock: Clock, *, as_json: bool) -> int:
    from .watch import changes, watch

    def lines(log: ReplayedLog, now: Moment) -> list[str]:
        assert log.run is not None
        return list(_lines(log, log.run, now))

    def block(log: ReplayedLog, now: Moment) -> list[str]:
        if not as_json:
            return [*lines(log, now), ""]
        import json

        return [json.dumps(_json(log, now))]

    code = watch(runs, ref, clock, lines, changes(block), in_place=not as_json)
    if code:
        return code
    log = replayed(runs.read(ref))
    if log.run is None:
        raise _unreadable(log)
    return _conclude(log, log.run, moment(clock), gate=False)


def _json(log: ReplayedLog, now: Moment) -> dict[str, Any]:
    # Only a script pays for what a script reads.
    from .snapshot import snapshot

    assert log.run is not None
    return snapshot(log.run, now, log.problem) | {
        "plan_file": _plan_file_json(log.run),
        "path": str(log.ref.place),
        "problem": problem(log) or None,
        "signed": signed(log),
    }


def _conclude(log: ReplayedLog, run: Run, now: Moment, *, gate: bool) -> int:
    """Give the exit code, after saying that the log is damaged if it is."""
    if log.problem:
        tell(f"The log is not what was written: this is where the run stood before the damage ({log.problem}).")
        return Damaged.exit_code
    return exit_code(log, run, now, gate=gate)


def _unreadable(log: ReplayedLog) -> RolloutError:
    if os.access(log.ref.place, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        return Damaged(log.problem, f"rollout verify {log.ref.place} says more.")
    return RolloutError(log.problem, "Check the name and its permissions.")


def _lines(log: ReplayedLog, run: Run, now: Moment) -> Iterator[str]:
    if run.closed is None:
        found = ranked(run, now, log.problem)
        yield standing(found)
        if found.helps:
            yield f"Helps     {' · '.join(f'rollout {action} {run.id} ({does})' for action, does in found.helps)}"
    yield title(run.started)
    yield f"Run       {run.id}"
    yield f"Plan      {run.plan.header.name}{_redlined(run)}"
    yield from _plan_file(run)
    yield from _attempt(run)
    yield from _lead(run)
    yield from _overrides(run)
    if any((run.identity.proves, *(each.identity.proves for each in run.former))) and (two := told_apart(run)):
        yield f"Identity  two people are {two}"
    yield f"Stage     {_stage(run)}"
    yield f"Next      {upcoming(run, now)}"
    yield from _under_way(run, now)
    for name, mark in run.begun.items():
        if is_running := running(run, run.sequence.items[name], now.at):
            yield f"Running   {run.sequence.items[name].title}: {is_running}, begun by {_who(mark)}"
    yield from _deployed(run)
    if log.torn is not None:
        yield f"Torn      the log {problem(log)}"
    for text in warnings(run, now):
        yield f"Warning   {text}"
    if count := signed(log):
        which = f"{count['entries']} of {count['of']} entries"
        yield f"Signed    {which}, not verified here: rollout verify {log.ref.place}"
    last = log.entries[-1]
    words = describe(last, run.sequence_at(last.seq))
    yield f"Last      {short_head(last)}  {last.stamp.at:%Y-%m-%d %H:%M} UTC  {last.stamp.by}  {words}"
    yield from _blockers(run, now)


def _redlined(run: Run) -> str:
    return f", redlined by {_who(run.redlined[0])}" if run.redlined else ""


def _plan_file(run: Run) -> Iterator[str]:
    """Say that the plan's file is not what the run follows; a closed run follows nothing more."""
    if run.closed is not None:
        return
    found = plan_drift(run)
    if found.state == "changed":
        yield f"Plan file changed since: rollout redline {run.id} --dry-run shows how"
    elif found.state == "unreadable":
        yield f"Plan file not to be compared: {found.problem}"


def _plan_file_json(run: Run) -> dict[str, Any] | None:
    if run.closed is not None:
        return None
    found = plan_drift(run)
    return {"path": found.path or None, "state": found.state, "problem": found.problem or None}


def _attempt(run: Run) -> Iterator[str]:
    for number, line in enumerate(second_attempt(run)):
        yield f"{'' if number else 'Attempt':<10}{line}"


def _lead(run: Run) -> Iterator[str]:
    since = f" since {_when(run.took_over)}" if run.took_over else ""
    yield f"Lead      {run.lead}{since}"
    if run.offer is not None:
        note = f": {run.offer.note}" if run.offer.note else ""
        yield f"Offered   to {run.offer.to or 'whoever takes it'} by {_who(run.offer.mark)}{note}"


def _overrides(run: Run) -> Iterator[str]:
    if run.started.overrides:
        yield f"Override  start past {', '.join(run.started.overrides)}: {run.started.reason}"
    for stage, passed in run.gates.items():
        if passed.overrides:
            past = ", ".join(passed.overrides)
            yield f"Override  {run.sequence.stage(stage).title} by {passed.mark.by} past {past}: {passed.reason}"


def _stage(run: Run) -> str:
    if run.closed is not None:
        return f"closed as {run.closed.outcome} by {_who(run.closed.mark)}: {run.closed.note}"
    place = f"{run.stage.title} ({run.position + 1} of {len(run.sequence.stages)})"
    started = run.phases.get(run.stage.id)
    return f"{place}, started by {_who(started.started)}" if started else place


def _under_way(run: Run, now: Moment) -> Iterator[str]:
    if run.held is not None:
        recorded = "a probe, recorded by " if run.held.sensed else ""
        yield f"Held      by {recorded}{_who(run.held.mark)}: {why_held(run.held)}"
    if run.rollback is not None:
        scenarios = ", ".join(
            run.sequence.rollback_path(each.scenario).scenario.scenario for each in run.rollback.chosen
        )
        took = format_clock(elapsed(run.rollback, now.at))
        shown = f" {words}" if (words := how_shown(run.rollback.shown)) else ""
        yield f"Rollback  {scenarios}: {run.rollback.outcome or 'under way'}{shown}, {took} of {_target(run)}"
    if due := reason_due(run):
        yield f"Due       what happened: {due} began without a reason (give-reason)"
    if run.closed is None and run.stage.phase is not None and run.is_started(run.stage):
        left = soak_left(run, run.stage, now)
        yield f"Soak      {f'{format_span(left)} left' if left else 'done'}"
    if run.closed is not None and run.outstanding:
        closed = run.closed
        steps = f"{len(run.outstanding)} cleanup step{'s' if len(run.outstanding) > 1 else ''}"
        yield f"To do     {steps} by {closed.follow_up_date}: {closed.follow_up_owner} ({closed.follow_up_ticket})"
    if run.unknown:
        yield f"Locked    the log holds an entry of a later version ({run.unknown}): it is read-only here"


def _deployed(run: Run) -> Iterator[str]:
    """What is deployed, part by part, once anything is or was; what is not yet, in one line."""
    if not run.effects:
        return
    known = parts(run)
    lines = [f"{part.title}: {told(run, part)}" for part in known if part.state is not PartState.NOT_YET]
    still = [part.title for part in known if part.state is PartState.NOT_YET]
    lines += [f"not yet: {', '.join(still)}"] if still else []
    for number, line in enumerate(lines):
        yield f"{'' if number else 'Deployed':<10}{line}"


def _target(run: Run) -> str:
    return format_clock(newest_target(run))


def _blockers(run: Run, now: Moment) -> Iterator[str]:
    found = blockers(run, now)
    if not found:
        return
    what = "the run can close" if run.rollback is not None and not run.rolling_back else f"{run.stage.title} can end"
    yield f"Blocks    {len(found)} before {what}:"
    for each in found:
        yield f"  {each.text}  [{each.id}]: {each.remedy}"


def _who(mark: Mark) -> str:
    return f"{mark.by} at {_when(mark)}"


def _when(mark: Mark) -> str:
    return f"{mark.at:%Y-%m-%d %H:%M} UTC (#{mark.seq})"
