"""`rollout export`: a plan as the Markdown document of its format, or a run as that document filled in."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..clock import Clock
from ..errors import Damaged, RolloutError
from ..plan import source, toml
from ..plan.markdown.exporting import write_document
from ..report.plan_document import run_document
from ..runs.replay import replayed
from .options import add_folder, runs_of
from .output import say_document, tell
from .words import problem


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write a plan as a Markdown document, which rollout import turns into the same plan; or a run as that document "
        "with boxes ticked, names, times, waivers, readings and decisions, to paste into an issue or a change ticket."
    )
    parser.add_argument("what", metavar="PLAN|RUN", help="a plan's file; or a run's id, a unique beginning, or a path")
    parser.add_argument("--format", choices=["md"], default="md", help="(there is one so far)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it there instead of printing it")
    add_folder(parser)


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    path = Path(arguments.what)
    if path.is_file() and not source.looks_like_journal(path):
        return _give(arguments, write_document(toml.load(path).plan))
    runs = runs_of(arguments)
    log = replayed(runs.read(runs.find(arguments.what)))
    if log.run is None:
        raise Damaged(log.problem, f"rollout verify {log.ref.place} says more.")
    given = _give(arguments, run_document(log.run, log.entries))
    if not log.problem:
        return given
    tell(f"The log is not what was written; this is the run up to the damage ({problem(log)}).")
    return Damaged.exit_code


def _give(arguments: argparse.Namespace, text: str) -> int:
    if arguments.output is None:
        say_document(text)
    elif arguments.output.suffix == ".toml":
        raise RolloutError(f"{arguments.output} would be a plan or a log.", "Give the document another name.")
    else:
        arguments.output.write_text(text, encoding="utf-8")
    return 0
