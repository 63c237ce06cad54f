"""Every action of a run as a command, its arguments made from the table of intents."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import Refused
from ..run.events import Entry, HandedOver, HandoverOffered
from ..run.intents import BY_NAME, FOUND, OUTCOMES, Action, FieldKind, IntentField
from ..run.reading_text import read_number
from ..run.subjects.readings_acts import find_metric
from ..run.two_people import as_a_note
from ..run.wording import describe
from ..session import Session
from .options import add_folder, add_json, add_operator, claimed_time, operator, runs_of
from .output import say, say_json, tell
from .signing import add_signing, signer_of
from .words import receipt, upcoming, warn

# What names the thing that is acted on stands by its place, everything else is an option.
_NAMING = frozenset(
    {
        FieldKind.ITEM,
        FieldKind.STAGE,
        FieldKind.LATER_STAGE,
        FieldKind.METRIC,
        FieldKind.TRIGGER,
        FieldKind.PART,
        FieldKind.PART_STATE,
        FieldKind.SCENARIO,
        FieldKind.OUTCOME,
        FieldKind.NUMBER,
        FieldKind.DURATION,
    }
)
_METAVARS = {
    FieldKind.FILE: "FILE",
    FieldKind.DATE: "DATE",
    FieldKind.NAME: "NAME",
    FieldKind.BLOCKERS: "ID",
    FieldKind.PART: "ITEM",
    FieldKind.PARTS: "ITEM=STATE",
    FieldKind.ITEM: "ITEM",
    FieldKind.LATER_STAGE: "STAGE",
    FieldKind.NUMBER: "VALUE",
}


def configure(parser: argparse.ArgumentParser) -> None:
    action = _action(parser)
    parser.description = action.help
    parser.set_defaults(action=action)
    parser.add_argument("run", metavar="RUN", help="the run's id, a unique beginning of it, or its log's path")
    for each in action.fields:
        _add(parser, each)
    if not any(each.kind is FieldKind.FILE for each in action.fields):
        parser.add_argument("--evidence", metavar="FILE", help="file to keep as evidence", default="")
    parser.add_argument("--happened", metavar="TIME", help="when it happened, if earlier: HH:MM, or with its date")
    add_operator(parser)
    add_signing(parser)
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    action: Action = arguments.action
    runs = runs_of(arguments)
    who = operator(arguments)
    session = Session(runs.open(runs.find(arguments.run)), clock, who, signer_of(arguments, who))
    intent = action.intent(**{each.name: _given(session, arguments, each) for each in action.fields})
    warn(session)
    happened = claimed_time(arguments.happened, session.moment().at)
    try:
        entry = session.act(intent, happened, evidence=arguments.evidence)
    except Refused as refusal:
        found = _recorded_before(session, intent, arguments.evidence)
        if found is None:
            raise refusal
        _print(session, found, as_json=arguments.json, again=True)
        if session.signer is not None and not found.signature:
            tell("Nobody signed that entry, and it stays so: revoke what it says and do it again to have it signed.")
    else:
        _print(session, entry, as_json=arguments.json)
        if as_a_note(session.run, entry.seq):
            # Two have to agree, and this word counts for nothing.
            return Refused.exit_code
    return 0


def _given(session: Session, arguments: argparse.Namespace, asked: IntentField) -> Any:
    """Give what was typed for a field; a reading may have its metric's own unit behind it."""
    typed = getattr(arguments, asked.name)
    if asked.kind is FieldKind.NUMBER:
        sequence = session.run.sequence
        return read_number(typed, sequence.metrics[find_metric(sequence, arguments.metric)].threshold.unit)
    return tuple(typed) if isinstance(typed, list) else typed


def _recorded_before(session: Session, intent: Any, evidence: str) -> Entry | None:
    """Give the entry by which this operator recorded just this before, with the same file, if it stands."""
    from hashlib import sha256

    from ..journal.evidence import read_file
    from ..run.already import already_recorded

    found = already_recorded(session.entries, session.run, intent, session.operator)
    file = evidence or getattr(intent, "evidence", "")
    if found is not None and file and sha256(read_file(Path(file).expanduser())).hexdigest() != found.extras.evidence:
        return None
    return found


def _action(parser: argparse.ArgumentParser) -> Action:
    return BY_NAME[parser.prog.rpartition(" ")[2]]


def _add(parser: argparse.ArgumentParser, asked: IntentField) -> None:
    metavar = _METAVARS.get(asked.kind, asked.name.upper().replace("_", "-"))
    choices = {FieldKind.OUTCOME: OUTCOMES, FieldKind.PART_STATE: FOUND}.get(asked.kind)
    if asked.required and (asked.kind in _NAMING or asked.name == "text"):
        parser.add_argument(asked.name, metavar=None if choices else metavar, help=asked.label, choices=choices)
        return
    option = f"--{asked.name.replace('_', '-')}"
    if asked.kind in {FieldKind.BLOCKERS, FieldKind.PARTS}:
        parser.add_argument(option, metavar=metavar, help=asked.label, nargs="+", action="extend", default=[])
    else:
        parser.add_argument(option, metavar=metavar, help=asked.label, required=asked.required, default=asked.default)


def _print(session: Session, entry: Entry, *, as_json: bool, again: bool = False) -> None:
    run = session.run
    told = () if again else _read_back(session, entry)
    if as_json:
        recorded: dict[str, Any] = {
            "run": run.id,
            "event": entry.seq,
            "hash": entry.hash,
            "kind": entry.event.kind,
            "at": entry.stamp.at.isoformat(timespec="milliseconds"),
            "by": entry.stamp.by,
            "words": describe(entry, run.sequence_at(entry.seq)),
        }
        if entry.signature:
            recorded["key"] = entry.actor.key
        if again:
            recorded["again"] = True
        say_json(recorded | {"open": list(told)} if told else recorded)
    else:
        for line in told:
            say(f"  {line}")
        say(receipt(run, entry, again=again))
        if session.signer is not None and not entry.signature and not again:
            tell("It is not signed: the key did not, and this waits for none (rollout whoami).")
    tell(f"next: {upcoming(run, session.moment())}")


def _read_back(session: Session, entry: Entry) -> tuple[str, ...]:
    """Give what is open where the lead changes hands: the one who takes it has to know, the one who offers it too."""
    if isinstance(entry.event, HandedOver):
        return entry.event.open
    if isinstance(entry.event, HandoverOffered):
        from ..run.read_back import read_back

        return read_back(session.run, session.moment())
    return ()
