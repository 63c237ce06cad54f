"""`rollout rehearse`: walk a whole plan by itself and print the timeline."""

from __future__ import annotations

import argparse
import tempfile
from datetime import datetime
from pathlib import Path

from ..clock import Clock
from ..errors import Damaged
from ..plan import toml
from ..plan.quantities import format_span
from ..rehearsal import Rehearsal, fits_window
from ..run.events import Entry
from ..run.stages import StageSequence
from ..run.wording import describe
from ..runs.folder import FolderRuns
from ..runs.protocols import RunRef, Runs
from .options import add_folder, runs_of
from .output import say


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Walk a whole plan by itself on a simulated clock and print the timeline."
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan's file")
    parser.add_argument(
        "--override", metavar="RULE", nargs="+", action="extend", default=[], help="rules that the start goes past"
    )
    parser.add_argument("--keep", action="store_true", help="keep the journal in the folder of runs, and verify it")
    add_folder(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    if arguments.keep:
        runs = runs_of(arguments)
        return _verdict(runs, _rehearse(arguments, runs, clock))
    with tempfile.TemporaryDirectory(prefix="rollout-") as temporary:
        _rehearse(arguments, FolderRuns(Path(temporary)), clock)
    return 0


def _rehearse(arguments: argparse.Namespace, runs: Runs, clock: Clock) -> RunRef:
    """Print the timeline and what it comes to, and give the run."""
    loaded = toml.load(arguments.plan)
    rehearsal = Rehearsal(runs, loaded.plan, loaded.text, clock.now(), tuple(arguments.override))
    begun = rehearsal.session.run
    start = begun.stamp.at
    _print(rehearsal.session.entries[0], start, begun.sequence)
    for entry in rehearsal.walk():
        _print(entry, start, begun.sequence)
    run = rehearsal.session.run
    assert run.closed is not None
    took = format_span(run.closed.mark.at - start)
    say(f"Rehearsed {run.name}: {run.closed.outcome} after {took}, in {run.seq + 1} entries.")
    fits = fits_window(run)
    if fits:
        say(fits)
    return rehearsal.session.ref


def _print(entry: Entry, start: datetime, sequence: StageSequence) -> None:
    at = entry.stamp.at
    elapsed = f"+{format_span(at - start)}"
    say(f"{at:%Y-%m-%d %H:%M}Z  {elapsed:<14}  {entry.stamp.by:<13}  {describe(entry, sequence)}")


def _verdict(runs: Runs, ref: RunRef) -> int:
    verification = runs.verify(ref)
    say(f"{ref.place}: {verification.words}")
    return 0 if verification.holds else Damaged.exit_code
