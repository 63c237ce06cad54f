"""Every action of a run as a command, its arguments made from the table of intents."""

from __future__ import annotations

import argparse
from typing import Any

from ..clock import Clock
from ..run.events import Entry, HandedOver, HandoverOffered
from ..run.intents import BY_NAME, OUTCOMES, Action, Ask, Role, asks
from ..run.wording import describe
from ..session import Session
from .options import add_folder, add_json, add_operator, operator, point_in_time, runs_of
from .output import say, say_json, tell
from .words import receipt, upcoming, warn

# What names the thing that is acted on stands by its place, everything else is an option.
_NAMING = frozenset(
    {Role.ITEM, Role.STAGE, Role.LATER_STAGE, Role.METRIC, Role.TRIGGER, Role.SCENARIO, Role.OUTCOME}
    | {Role.NUMBER, Role.DURATION}
)
_METAVARS = {
    Role.FILE: "FILE",
    Role.DATE: "DATE",
    Role.NAME: "NAME",
    Role.BLOCKERS: "ID",
    Role.ITEM: "ITEM",
    Role.LATER_STAGE: "STAGE",
    Role.NUMBER: "VALUE",
}


def configure(parser: argparse.ArgumentParser) -> None:
    action = _action(parser)
    parser.description = action.help
    parser.set_defaults(action=action)
    parser.add_argument("run", metavar="RUN", help="the run's id, a unique beginning of it, or its log's path")
    for ask in asks(action.intent):
        _add(parser, ask)
    parser.add_argument("--happened", metavar="TIME", type=point_in_time, help="when it happened, if it was earlier")
    add_operator(parser)
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    action: Action = arguments.action
    fields = {ask.name: getattr(arguments, ask.name) for ask in asks(action.intent)}
    intent = action.intent(**fields | {name: tuple(v) for name, v in fields.items() if isinstance(v, list)})
    runs = runs_of(arguments)
    session = Session(runs.open(runs.find(arguments.run)), clock, operator(arguments))
    warn(session)
    entry = session.act(intent, arguments.happened)
    _print(session, entry, as_json=arguments.json)
    return 0


def _action(parser: argparse.ArgumentParser) -> Action:
    return BY_NAME[parser.prog.rpartition(" ")[2]]


def _add(parser: argparse.ArgumentParser, ask: Ask) -> None:
    metavar = _METAVARS.get(ask.role, ask.name.upper().replace("_", "-"))
    choices = OUTCOMES if ask.role is Role.OUTCOME else None
    kind = float if ask.role is Role.NUMBER else str
    if ask.required and (ask.role in _NAMING or ask.name == "text"):
        parser.add_argument(ask.name, metavar=None if choices else metavar, help=ask.label, type=kind, choices=choices)
        return
    option = f"--{ask.name.replace('_', '-')}"
    if ask.role is Role.BLOCKERS:
        parser.add_argument(option, metavar=metavar, help=ask.label, nargs="+", action="extend", default=[])
    else:
        parser.add_argument(option, metavar=metavar, help=ask.label, required=ask.required, default=ask.default)


def _print(session: Session, entry: Entry, *, as_json: bool) -> None:
    run = session.run
    told = _read_back(session, entry)
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
        say_json(recorded | {"open": list(told)} if told else recorded)
    else:
        for line in told:
            say(f"  {line}")
        say(receipt(run, entry))
    tell(f"next: {upcoming(run, session.moment())}")


def _read_back(session: Session, entry: Entry) -> tuple[str, ...]:
    """Give what is open where the lead changes hands: the one who takes it has to know, the one who offers it too."""
    if isinstance(entry.event, HandedOver):
        return entry.event.open
    if isinstance(entry.event, HandoverOffered):
        from ..run.handover import read_back

        return read_back(session.run, session.moment())
    return ()
