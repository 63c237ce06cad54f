"""`rollout probe`: look at what a run's probes name, once or again and again, and record what they see."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from time import sleep
from typing import Any

from ..clock import Clock
from ..errors import Damaged, Refused, RolloutError, Unsynced, UsageError
from ..run.events import Entry, Observed
from ..run.observation import ERROR, PASS
from ..run.probed import at_gate, probe_of
from ..run.state import Run
from ..run.subjects.phrases import subject_title
from ..run.wording import describe, short_head
from ..sensing import Sensing
from ..sensing.trusted import is_trusted
from ..session import Session
from .options import add_folder, add_json, add_operator, operator, runs_of
from .output import flush, say, say_document, say_json, tell
from .signals import Stopped, noted, signals
from .trusting import add_trust, need_trusted, vouch_of
from .words import warn

_LOOP = 1.0


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Look at what a run's probes name, and record what they see. "
        "Exit 0: all pass, 3: something fails or is unknown, 1: something could not be looked at."
    )
    parser.add_argument("run", metavar="RUN", help="the run's id, a unique beginning of it, or its log's path")
    parser.add_argument("items", metavar="ITEM", nargs="*", help="what to look at (else all that the gate asks for)")
    parser.add_argument(
        "--loop", action="store_true", help="go on until the run is closed: it reads, fires and holds, never promotes"
    )
    add_trust(parser)
    add_operator(parser)
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    runs = runs_of(arguments)
    session = Session(runs.open(runs.find(arguments.run)), clock, operator(arguments))
    warn(session)
    if session.run.closed is not None:
        raise Refused("The run is closed: nothing is looked at any more.", f"rollout report {session.run.id} tells it.")
    vouch = vouch_of(clock)
    trusted = partial(need_trusted, named=arguments.trust, vouch=vouch)
    trusted(session.run, session.entries)
    also = arguments.trust or ""
    sensing = Sensing(
        session, lambda run: is_trusted(run, session.entries, also, vouch), os.environ, loops=arguments.loop
    )
    if arguments.loop:
        if arguments.items:
            raise UsageError("--loop looks at all that a soak needs.", "Name no item with it.")
        return _loop(session, sensing, trusted, as_json=arguments.json)
    try:
        # A signal that ended this at once would leave the commands running that were begun.
        with signals():
            return _once(session, sensing, arguments.items, as_json=arguments.json)
    except Stopped as stopped:
        return 128 + stopped.number


def _once(session: Session, sensing: Sensing, items: list[str], *, as_json: bool) -> int:
    found = _subjects(session.run, items)
    sensing.ask(found)
    entries: list[Entry] = []
    while sensing.pending:
        entries += sensing.step()
        sensing.wait()
    seen = [(entry, entry.event) for entry in entries if isinstance(entry.event, Observed)]
    newest = {event.subject: (entry, event) for entry, event in seen if event.subject in found}
    if as_json:
        say_json({"run": session.run.id, "observed": [_json(session.run, *newest[each]) for each in newest]})
    else:
        for line in _table(session.run, newest.values()):
            say(line)
    for each in found:
        if each not in newest:
            tell(f"{each}: the run went on meanwhile, and nothing was recorded of it.")
    return _exit_code([event for _, event in newest.values()], len(found))


def _subjects(run: Run, items: list[str]) -> tuple[str, ...]:
    if not items:
        if found := at_gate(run):
            return found
        raise Refused(f"Nothing that {run.stage.title} asks for has a probe.", "Sign it, or measure it.")
    found = tuple(_subject(run, each) for each in items)
    for each in found:
        if probe_of(run, each) is None:
            raise Refused(f"{each!r} has no probe in the plan that the run follows.", "Sign it, or measure it.")
    return found


def _subject(run: Run, name: str) -> str:
    """Find a metric by its id or its row in any phase, and every other item as everywhere."""
    if name in run.sequence.metrics:
        return name
    item = run.sequence.find_item(name)
    return item.metric_id or item.id


def _table(run: Run, seen: Iterable[tuple[Entry, Observed]]) -> Iterator[str]:
    rows = [
        (event.outcome, subject_title(run.sequence, event.subject), _value(run, event), f"#{entry.seq}", event.reason)
        for entry, event in seen
    ]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(4)]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=False))
        yield f"{'  '.join(cells)}  {row[4]}".rstrip()


def _value(run: Run, event: Observed) -> str:
    metric = run.sequence.metrics.get(event.subject)
    probe = probe_of(run, event.subject)
    unit = metric.threshold.unit if metric is not None else probe.unit if probe is not None else ""
    return "" if event.value is None else f"{event.value:g} {unit}".rstrip()


def _json(run: Run, entry: Entry, event: Observed) -> dict[str, Any]:
    return {
        "subject": event.subject,
        "title": subject_title(run.sequence, event.subject),
        "outcome": event.outcome,
        "value": event.value,
        "reason": event.reason or None,
        "event": entry.seq,
        "evidence": entry.extras.evidence or None,
    }


def _exit_code(seen: list[Observed], asked: int) -> int:
    if any(event.outcome == ERROR for event in seen):
        return RolloutError.exit_code
    is_fine = len(seen) == asked and all(event.outcome == PASS for event in seen)
    return 0 if is_fine else Refused.exit_code


def _loop(
    session: Session, sensing: Sensing, need_trusted: Callable[[Run, Sequence[Entry]], None], *, as_json: bool
) -> int:
    """Go on until the run is closed or a signal comes; what could not be recorded is told, and tried again."""
    told: list[str | None] = [None]

    def tell_once(said: str) -> None:
        if told[-1] != said:
            told[:] = [said]
            tell(said)

    with noted() as stopping:
        while session.run.closed is None and not stopping.number:
            need_trusted(session.run, session.entries)
            try:
                for entry in sensing.step():
                    _tell(session.run, entry, as_json=as_json)
                if sensing.prober is not None:
                    other = f"{sensing.prober} senses for this run; this takes over when that ends."
                    tell_once(other if sensing.prober else "Sensing now.")
                session.wait(_LOOP)
                session.refresh()
            except (Damaged, Unsynced):
                raise
            except RolloutError as error:
                tell_once(f"{error.message} {error.hint}")
                sleep(_LOOP)
        for entry in sensing.end():
            _tell(session.run, entry, as_json=as_json)
    return 128 + stopping.number if stopping.number else 0


def _tell(run: Run, entry: Entry, *, as_json: bool) -> None:
    if as_json and isinstance(entry.event, Observed):
        import json

        # Inert, and cut it would be none.
        say_document(f"{json.dumps(_json(run, entry, entry.event))}\n")
    else:
        say(f"{short_head(entry)}  {entry.stamp.at:%H:%M:%S} UTC  {describe(entry, run.sequence_at(entry.seq))}")
    flush()
