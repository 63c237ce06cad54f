"""`rollout report`: a run told to people who were not there."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import tempfile
from pathlib import Path

from ..clock import Clock
from ..errors import Damaged, RolloutError, UsageError
from ..journal.verification import CHAIN_PROVES, Verification
from ..report.account import Account, Proof, account
from ..runs.replay import replayed
from .options import add_folder, runs_of
from .output import say_document, tell
from .words import problem

# Each in a file of its own, of which only the one that is asked for is imported.
_FORMATS = {"text": "text", "md": "markdown", "html": "html", "json": "json_", "csv": "csv_"}
_ENDINGS = {".txt": "text", ".md": "md", ".html": "html", ".htm": "html", ".json": "json", ".csv": "csv"}
_IN_SECTIONS = ("text", "md")
_SECTIONS = ("summary", "findings", "timeline", "decisions", "readings", "rollback", "plan", "about")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Tell a run to people who were not there: findings first, then the timeline, decisions, readings and rollback. "
        "Exit 6: the log, or evidence kept beside it, is not what was written."
    )
    parser.add_argument("run", metavar="RUN", nargs="?", help="its id, a unique beginning, or a path (else the newest)")
    parser.add_argument("--format", choices=_FORMATS, help="(else by the ending of -o, else text)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it there instead of printing it")
    parser.add_argument("--section", choices=_SECTIONS, help="only this part, as text or md")
    add_folder(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    name = _format(arguments)
    runs = runs_of(arguments)
    ref = runs.find(arguments.run)
    log = replayed(runs.read(ref))
    verification = runs.verify(ref)
    if verification.events >= len(log.entries):
        # Someone recorded more meanwhile: what is told and what was verified should be the same.
        log = replayed(runs.read(ref))
    if log.run is None:
        raise Damaged(log.problem, f"rollout verify {ref.place} says more.")
    told = account(log.run, log.entries, _proof(verification), clock.now())
    text = _render(name, told, arguments.section or "")
    if arguments.output:
        _write(arguments.output, text)
    else:
        say_document(text)
    if verification.holds and not verification.evidence and not log.problem:
        return 0
    tell(f"The log does not verify: {problem(log) or verification.words}")
    return Damaged.exit_code


def _format(arguments: argparse.Namespace) -> str:
    by_ending = _ENDINGS.get(arguments.output.suffix.lower()) if arguments.output else "text"
    name = arguments.format or by_ending
    if name is None:
        raise UsageError(f"The ending of {arguments.output} does not say which format.", "Give it: --format.")
    if arguments.section and name not in _IN_SECTIONS:
        raise UsageError(f"A {name} report has no sections to choose.", f"Use --format {' or '.join(_IN_SECTIONS)}.")
    return str(name)


def _proof(found: Verification) -> Proof:
    problems = tuple(f"{each.what}: {each.name} of event {each.seq}" for each in found.evidence)
    return Proof(found.words, found.holds and not problems, CHAIN_PROVES, found.head, problems)


def _render(name: str, told: Account, section: str) -> str:
    module = importlib.import_module(f"rollout_tui.report.{_FORMATS[name]}")
    text: str = module.render(told, section) if section else module.render(told)
    return text


def _write(path: Path, text: str) -> None:
    """Put the report there whole or not at all; a plan or a log is never written over."""
    if path.suffix == ".toml":
        raise UsageError(f"{path} would be a plan or a log.", "Give the report another name.")
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.chmod(draft, 0o666 & ~_umask())
            os.replace(draft, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
    except OSError as error:
        raise RolloutError(f"{path} could not be written: {error.strerror}.", "Choose another: -o FILE.") from None


def _umask() -> int:
    """The mask can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
