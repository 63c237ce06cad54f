"""`rollout anchor`: let an authority outside stamp the head of a run's log, and record that it did."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..run.decide import refusal
from ..run.events import Entry, HeadAnchored
from ..run.intents import Anchor
from ..session import Session, read_only_refusal
from ..settings import own
from ..signing.authority import ask_authority, name_of
from ..signing.timestamp import answered, query, verify
from ..verifier import HOW_TO_VOUCH, own_authorities
from .options import add_folder, add_json, add_operator, operator, runs_of
from .output import say, say_json, tell
from .signing import add_signing, signer_of
from .verifying import add_authority_ca
from .words import receipt, warn

_HINT = 'Name one: --authority URL, or authority = "https://…" in config.toml.'


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Let a time stamp authority (RFC 3161) stamp the head of a run's log, and record its answer: what stands up to "
        "there can't be written anew unseen any more. Do it behind the close, too. Nothing but the head's hash and a "
        "random number leaves this machine."
    )
    parser.add_argument("run", metavar="RUN", help="the run's id, a unique beginning of it, or its log's path")
    parser.add_argument("--authority", metavar="URL", help="who stamps it (else authority in config.toml)")
    add_authority_ca(parser)
    add_operator(parser)
    add_signing(parser)
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    url, ca = arguments.authority or own().authority, own_authorities(True, arguments.authority_ca or "")
    if not url:
        raise UsageError("No authority is named.", _HINT)
    runs = runs_of(arguments)
    session = Session(runs.open(runs.find(arguments.run)), clock, operator(arguments))
    warn(session)
    seq, head, authority = session.run.seq, session.run.head, name_of(url)
    last = session.entries[-1]
    if isinstance(last.event, HeadAnchored) and last.event.authority == authority:
        # A job that runs each night finds most logs so.
        _print(session, last, is_verified=None, as_json=arguments.json)
        return 0
    _need_anchorable(session, authority)
    session.sign_as(session.operator, signer_of(arguments, session.operator))
    asked = query(head)
    reply = ask_authority(url, asked)
    stamped = answered(reply, asked)
    if ca is not None:
        verify(reply, stamped, ca)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"anchor-{seq}.tsr"
        file.write_bytes(reply)
        intent = Anchor(f"{seq}:{head}", authority, stamped.time.isoformat(timespec="milliseconds"))
        entry = session.act(intent, evidence=str(file))
    _print(session, entry, is_verified=ca is not None, as_json=arguments.json)
    return 0


def _need_anchorable(session: Session, authority: str) -> None:
    """Ask nobody outside for what could not be recorded."""
    if session.read_only:
        raise read_only_refusal(session.read_only)
    run, now = session.run, session.moment()
    refused = refusal(run, Anchor(f"{run.seq}:{run.head}", authority, now.at.isoformat()), now, session.operator)
    if refused is not None:
        raise refused


def _print(session: Session, entry: Entry, *, is_verified: bool | None, as_json: bool) -> None:
    """Say what was recorded, or with None for `is_verified` was before: nothing came since."""
    event = entry.event
    assert isinstance(event, HeadAnchored)
    if as_json:
        anchored = {
            "run": session.run.id,
            "event": entry.seq,
            "hash": entry.hash,
            "anchored": {"event": event.seq, "hash": event.hash},
            "authority": event.authority,
            "time": event.time,
            "verified": is_verified,
            "evidence": entry.extras.evidence,
        }
        say_json(anchored)
    else:
        say(receipt(session.run, entry, again=is_verified is None))
    if is_verified is False:
        tell(f"Not verified: no CA was given ({HOW_TO_VOUCH}). rollout verify can do it later.")
