"""`rollout report`: a run told to people who were not there."""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from pathlib import Path

from ..clock import Clock
from ..errors import Damaged, RolloutError, UsageError
from ..journal.verdicts import Verification
from ..report.formats import FORMATS, render
from ..report.model import LogVerdict, make_report
from ..report.sections import SECTIONS
from ..runs.replay import replayed
from .options import add_folder, runs_of
from .output import say_document, tell
from .verifying import add_verifier, code_of, files_of, tell_mistakes
from .words import problem


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Tell a run to people who were not there: findings first, then the timeline, decisions, readings and rollback. "
        "Exit 6: the log, or evidence kept beside it, is not what was written. Exit 7: an entry of it does not follow, "
        "or is signed by another than it names."
    )
    parser.add_argument("run", metavar="RUN", nargs="?", help="its id, a unique beginning, or a path (else the newest)")
    parser.add_argument("--format", choices=FORMATS, help="(else by the ending of -o, else text)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it there instead of printing it")
    parser.add_argument("--section", choices=SECTIONS, help="only this part, as text or md")
    add_verifier(parser)
    add_folder(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    name = _format(arguments)
    runs = runs_of(arguments)
    ref = runs.find(arguments.run)
    log = replayed(runs.read(ref))
    verification = runs.verify(ref, None, *files_of(arguments))
    tell_mistakes([verification])
    if verification.events >= len(log.entries):
        # Someone recorded more meanwhile: what is told and what was verified should be the same.
        log = replayed(runs.read(ref))
    if log.run is None:
        raise Damaged(log.problem, f"rollout verify {ref.place} says more.")
    told = make_report(
        log.run, log.entries, _log_verdict(verification), clock.now(), lambda sha256: runs.evidence(ref, sha256)
    )
    text = render(name, told, arguments.section or "")
    if arguments.output:
        _write(arguments.output, text)
    else:
        say_document(text)
    if verification.holds and not verification.evidence and not log.problem:
        if verification.unanswered:
            tell(f"Not all that is asked has an answer: {verification.unanswered}")
        return code_of(verification)
    tell(f"The log does not verify: {problem(log) or verification.words}")
    return code_of(verification) or Damaged.exit_code


def _format(arguments: argparse.Namespace) -> str:
    ending = arguments.output.suffix.lower() if arguments.output else ".txt"
    name = arguments.format or next((name for name, each in FORMATS.items() if ending in each.endings), None)
    if name is None:
        raise UsageError(f"The ending of {arguments.output} does not say which format.", "Give it: --format.")
    if arguments.section and not FORMATS[name].by_section:
        able = " or ".join(name for name, each in FORMATS.items() if each.by_section)
        raise UsageError(f"A {name} report has no sections to choose.", f"Use --format {able}.")
    return str(name)


def _log_verdict(found: Verification) -> LogVerdict:
    problems = tuple(f"{each.what}: {each.name} of event {each.seq}" for each in found.evidence)
    holds = found.holds and not problems
    return LogVerdict(found.words, holds, found.limits, found.head, problems, found.signatures, found.anchors)


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
