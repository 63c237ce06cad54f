"""Starting a run: decided on the runs that there are, and named after its day, service and release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..clock import Clock
from ..errors import Damaged, Refused, RolloutError, Taken
from ..journal.blocks import HEADER_NAMESPACE, header_words
from ..people import Actor
from ..plan.ids import slug
from ..plan.model import Plan
from ..run.events import RunStarted
from ..run.state import Run
from ..run.subjects.start_acts import Start, start
from .now import moment, stamp
from .protocols import RunLog, Runs, Store
from .replay import replayed

if TYPE_CHECKING:
    from ..signing.signer import Signs

_MOST_A_DAY = 999


def start_run(
    runs: Runs, plan: Plan, text: str, asked: Start, clock: Clock, operator: Actor, signer: Signs | None = None
) -> Store:
    """Start a run of a plan, signed if there is a signer, and give its store.

    Raises Refused with what keeps it from starting, and NotSigned.
    """
    service = plan.header.service
    others = [log for log in runs.list(unfinished=True, service=service) if not _is_rehearsal(log)]
    unfinished = [log.ref.name for log in others if not log.problem]
    unread = [log.ref.name for log in others if log.problem]
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    now = moment(clock)
    base = f"{now.at:%Y-%m-%d}-{slug(service)}-{_name_part(plan.header.release)}"
    before = _attempted(runs, asked.after) if asked.after else None
    started = start(plan, text, sha256, asked, (unfinished, unread), before)
    for name in _free(runs, base):
        numbered = replace(started, run=name)
        who = stamp(now, operator, numbered)
        signature = signer.sign(header_words(numbered, who), HEADER_NAMESPACE) if signer else ""
        try:
            return runs.start(numbered, who, signature)
        except Taken:
            continue
    raise RolloutError(
        f"{runs.where} holds {_MOST_A_DAY} runs of {base} already.", "Choose another folder: --runs DIR."
    )


def _free(runs: Runs, base: str) -> Iterator[str]:
    """The names that no run has yet: what is signed for one that is taken would have to be signed again."""
    taken = {each.name for each in runs.refs()}
    return (name for number in range(1, _MOST_A_DAY) if (name := f"{base}-{number}") not in taken)


def _is_rehearsal(log: RunLog) -> bool:
    header = log.entries[0].event if log.entries else None
    return isinstance(header, RunStarted) and header.rehearsal


def _attempted(runs: Runs, name: str) -> Run:
    """Read the run that another attempt follows; raises Damaged where its log is not whole up to its head."""
    found = replayed(runs.read(runs.find(name)))
    if found.run is None or found.problem:
        what = found.problem if found.run is None else f"{found.ref.place} is {found.problem}"
        raise Damaged(what, "A second attempt needs to know what is in place.")
    if found.run.unknown:
        raise Refused(
            f"{found.run.id} holds an entry of a later version ({found.run.unknown}).",
            "Start the second attempt with the version of rollout that wrote it.",
        )
    return found.run


def _name_part(release: str) -> str:
    """Keep a release's dots, which say more than hyphens, and nothing that a file's name can't hold."""
    return ".".join(slug(part) for part in release.split(".") if part.strip()) or "release"
