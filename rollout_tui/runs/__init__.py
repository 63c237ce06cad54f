"""The folder of runs: start one, go on with it. What only reads it stands in `reading`, and is found here too."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..clock import Clock, to_milliseconds
from ..errors import Conflict, Damaged, Refused, RolloutError
from ..folding import misfit
from ..journal import mounts
from ..journal.folder import unusable
from ..journal.store import FileStore, ReadOnly, create, open_store, recover
from ..people import Actor
from ..plan.ids import slug
from ..plan.model import Plan
from ..reading import Listed as Listed
from ..reading import find as find
from ..reading import folder as folder
from ..reading import read as read
from ..reading import unfinished
from ..run.events import Stamp
from ..run.state import Run
from ..run.subjects.start import Start, start
from ..session import Session

if TYPE_CHECKING:
    from ..journal.verification import Verification as Verification
    from ..summaries import Summary as Summary

_MOST_A_DAY = 999

Opening = Callable[[], Session]


def listed(folder: Path) -> list[Summary]:
    """Sum up every log in the folder, the newest first; a broken one is listed with what is wrong."""
    from .. import summaries

    return summaries.listed(folder)


def verified(path: Path) -> Verification:
    """Say what the log's bytes show; RolloutError if it can't be read."""
    from ..journal.verification import verify

    return verify(path, replay=misfit)


def begin(folder: Path, plan: Plan, text: str, asked: Start, clock: Clock, operator: Actor) -> Session:
    """Start a run of a plan and give the session at it.

    The run is named after its day, service and release, and numbered; raises Refused with what keeps it from starting.
    """
    open_runs = [
        each.run.id
        for each in unfinished(folder)
        if each.run is not None and each.run.started.service == plan.header.service and not each.run.started.rehearsal
    ]
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    now = to_milliseconds(clock.now())
    stamp = Stamp(now, operator.name, operator.origin)
    base = f"{now:%Y-%m-%d}-{slug(plan.header.service)}-{_file_part(plan.header.release)}"
    before = _attempted(folder, asked.after) if asked.after else None
    started = start(plan, text, sha256, asked, open_runs, before)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(folder, error) from None
    for number in range(1, _MOST_A_DAY):
        name = f"{base}-{number}"
        if (folder / f"{name}.toml").exists():
            continue
        try:
            return session_at(create(folder / f"{name}.toml", replace(started, run=name), stamp), clock, operator)
        except Conflict:
            continue
    raise RolloutError(f"{folder} holds {_MOST_A_DAY} runs of {base} already.", "Choose another folder: --runs DIR.")


def _attempted(folder: Path, name: str) -> Run:
    """Read the run that another attempt follows; raises Damaged where its log is not whole up to its head."""
    found = read(find(folder, name))
    if found.run is None or found.problem:
        what = found.problem if found.run is None else f"{found.path} is {found.problem}"
        raise Damaged(what, "A second attempt needs to know what is in place.")
    if found.run.unknown:
        raise Refused(
            f"{found.run.id} holds an entry of a later version ({found.run.unknown}).",
            "Start the second attempt with the version of rollout that wrote it.",
        )
    return found.run


def resume(path: Path, clock: Clock, operator: Actor) -> Session:
    """Open a run to go on with it; raises Damaged if its log is not what was written."""
    return session_at(open_store(path), clock, operator)


def look(path: Path, clock: Clock, operator: Actor) -> Session:
    """Open a damaged run up to its damage: nothing can be recorded; raises Damaged where nothing can be read."""
    found = read(path)
    if found.run is None or found.damage is None:
        raise Damaged(found.problem or f"{path} is not damaged.", f"rollout verify {path} says more.")
    error = Damaged(f"{path} is {found.problem}", "It is kept as it is: nothing is recorded in it.")
    where = f"damaged at event {found.damage.seq}, byte {found.damage.offset}"
    store = ReadOnly(found.entries, error)
    return Session(store, clock, operator, functools.partial(_keep, path), read_only=where)


def recovered(path: Path, clock: Clock, operator: Actor) -> Session:
    """Open a run whose log ends in an incomplete entry: its bytes are kept beside the log, and that is recorded."""
    return session_at(recover(path, to_milliseconds(clock.now()), operator.name, operator.origin), clock, operator)


def session_at(store: FileStore, clock: Clock, operator: Actor) -> Session:
    """Give the session at a run whose log is open; raises Damaged if its entries make no run."""
    keep = functools.partial(_keep, store.path)
    warning = mounts.warning(store.path)
    return Session(store, clock, operator, keep, keep_copy=store.copy_to, warning=warning)


def _keep(journal: Path, file: Path) -> tuple[str, str, int]:
    # Few sign-offs come with a file.
    from ..journal import evidence

    return evidence.keep(journal, file)


def _file_part(release: str) -> str:
    """Keep a release's dots, which say more than hyphens, and nothing that a file's name can't hold."""
    return ".".join(slug(part) for part in release.split(".") if part.strip()) or "release"
