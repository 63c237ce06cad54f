"""`rollout history`: what the logs of a folder come to, across runs."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from ..clock import Clock
from ..errors import RolloutError, UsageError
from ..report.history import FORMATS, History, render
from ..run.figures import figures
from ..runs.protocols import RunRef, Runs
from .options import add_folder, prints_on_terminal, runs_of
from .output import say_document, tell

_MANY = 100
_DAYS = re.compile(r"(\d{1,5})\s*(d|w)")
_SINCE_FORMS = "Give a date as 2026-03-04, or how long back as 30d or 12w."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say what the logs of a folder come to: the time each stage took, waivers, overrides, rollbacks against "
        "their target, interruptions, and the DORA measures as far as logs can tell them."
    )
    parser.add_argument("--since", metavar="DATE", help="only runs started since: 2026-03-04 (UTC), 30d or 12w")
    parser.add_argument("--service", metavar="NAME", help="only runs of this service")
    parser.add_argument("--rehearsals", action="store_true", help="count rehearsals too")
    add_folder(parser)
    forms = parser.add_mutually_exclusive_group()
    for name, each in FORMATS.items():
        if each.help:
            forms.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=each.help)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    runs = runs_of(arguments)
    now = clock.now()
    since = None if arguments.since is None else _since(arguments.since, now)
    history = read(runs, now, since, arguments.service, rehearsals=arguments.rehearsals)
    if not (arguments.format or history.runs or history.skipped):
        tell(f"There is no such run in {runs.where}.")
    else:
        # Only who looks at a table pays for drawing it.
        say_document(render(arguments.format or ("table" if prints_on_terminal() else "lines"), history))
    if history.skipped:
        count = len(history.skipped)
        tell(f"{count} log{'s' if count > 1 else ''} skipped as unreadable or damaged: rollout verify {runs.where}")
    return 0


def read(
    place: Runs, now: datetime, since: datetime | None, service: str | None, *, rehearsals: bool = False
) -> History:
    """Read every log once, one after the other; no more than one is in memory at a time."""
    runs, skipped, torn, left_out = [], [], [], 0
    for ref in _with_progress(place.refs()):
        name, log = ref.label, place.read(ref)
        if log.problem:
            skipped.append((name, log.problem))
            continue
        try:
            found = figures(log.entries)
        except RolloutError as error:
            skipped.append((name, error.message))
            continue
        except (ValueError, OverflowError) as error:
            # Its blocks verify, but no run of this version comes to this.
            skipped.append((name, f"makes no run: {error}"))
            continue
        if (service is not None and found.started.service != service) or (since and found.stamp.at < since):
            continue
        if found.started.rehearsal and not rehearsals:
            left_out += 1
            continue
        runs.append(found)
        if cut := log.torn:
            torn.append((name, f"ends in an incomplete entry of {cut.size} bytes after event {cut.after}"))
    ordered = sorted(runs, key=lambda each: (each.stamp.at, each.run))
    return History(tuple(ordered), tuple(skipped), tuple(torn), left_out, since, now)


def _since(text: str, now: datetime) -> datetime:
    back = _DAYS.fullmatch(text.strip().lower())
    try:
        if back:
            return now - timedelta(days=int(back[1]) * (7 if back[2] == "w" else 1))
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if len(text) == 10 else _with_offset(text)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is not a date.", _SINCE_FORMS) from None


def _with_offset(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no offset")
    return at


def _with_progress(refs: Sequence[RunRef]) -> Iterator[RunRef]:
    """Draw a bar on a terminal's stderr while many logs are read, and take it away again."""
    if len(refs) < _MANY or sys.stderr is None or not sys.stderr.isatty():
        yield from refs
        return
    try:
        for number, ref in enumerate(refs):
            if number * 100 % len(refs) < 100:
                share = number * 40 // len(refs)
                bar = "#" * share + "-" * (40 - share)
                sys.stderr.write(f"\r[{bar}] {number} of {len(refs)} logs")
                sys.stderr.flush()
            yield ref
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
