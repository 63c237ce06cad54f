"""`rollout import`: a Markdown document becomes a plan, and what was not understood is listed by line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..plan import source, toml
from ..plan.markdown.importing import Imported, import_document
from ..plan.mistakes import render
from ..plan.model import Plan
from ..plan.placeholders import placeholders
from ..plan.rules import check
from ..plan.sections import LISTS
from ..plan.toml_text import LARGEST
from ..plan.writing import write_plan
from ..text import one_line
from .output import say, say_document, tell

_GIVEN = ("name", "service", "release", "owner", "ticket")
_SHOWN = 90


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Make a plan of a Markdown document. What was inferred is marked in it by a comment; what was not understood "
        "is listed by line, and kept as a note of its section. rollout check says what is still to be filled in."
    )
    parser.add_argument("document", metavar="DOC.md", type=Path, help="the document")
    parser.add_argument("-o", "--output", metavar="PLAN.toml", type=Path, help="write the plan there (else print it)")
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    for key in _GIVEN:
        parser.add_argument(f"--{key}", metavar="TEXT", help=f"the plan's {key}, where the document does not say it")


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    document = source.read_text(arguments.document)
    given = {key: one_line(getattr(arguments, key) or "") for key in _GIVEN}
    imported = import_document(document, arguments.document.stem, given)
    text = write_plan(imported.data, imported.comments)
    if len(text.encode()) > LARGEST:
        raise UsageError(f"{arguments.document} becomes a plan larger than 1 MiB.", "Import the part that is the plan.")
    if arguments.output:
        _write(arguments.output, text, force=arguments.force)
    else:
        say_document(text)
    _report(say if arguments.output else tell, arguments, imported, text)
    return 0


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists already.", "Give another name, or --force to write over it.") from None


def _report(out: Callable[[str], None], arguments: argparse.Namespace, imported: Imported, text: str) -> None:
    for line in _lines(arguments, imported, text):
        out(line)


def _lines(arguments: argparse.Namespace, imported: Imported, text: str) -> Iterator[str]:
    found = [f"{len(imported.data.get(each.key, []))} {each.many}" for each in LISTS]
    yield f"{arguments.document}: {', '.join(found)}"
    if imported.ticked:
        yield f"{imported.ticked} boxes were ticked: a plan holds no results, so all items are open."
    for line in imported.unclosed:
        yield f"line {line}: this code fence is never closed; what follows was read as part of the plan."
    if imported.unread:
        yield f"Not understood, and kept as notes ({len(imported.unread)}):"
        for each in imported.unread:
            yield f"  line {each.line}: {each.section}: {one_line(each.text, limit=_SHOWN)}"
    yield from _left(arguments, imported, text)


def _left(arguments: argparse.Namespace, imported: Imported, text: str) -> Iterator[str]:
    name = arguments.output or "PLAN.toml"
    plan = toml.parse(text, str(name))
    if isinstance(plan, Plan):
        open_ends = (
            (len(placeholders(plan)), "to fill in"),
            (imported.inferred, "to confirm"),
            (len(check(plan)), "against a rule"),
        )
        said = ", ".join(f"{count} {what}" for count, what in open_ends if count)
        yield f"Left: {said}. rollout check {name} names each." if said else f"Nothing is left: rollout run {name}"
    else:
        yield "The document holds what a plan does not take; mend these lines of the plan:"
        yield from (f"  {render(mistake)}" for mistake in plan)
