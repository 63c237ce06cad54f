"""The folder of runs: start one, find it, go on with it, read it without touching it."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from .clock import Clock, to_milliseconds
from .errors import Conflict, Damaged, RolloutError, UsageError
from .folding import fold_far, misfit
from .frozen import dataclass
from .journal import evidence, mounts
from .journal.chain import Damage, Torn
from .journal.folder import logs, unusable
from .journal.reader import FileReader
from .journal.store import FileStore, ReadOnly, create, open_store, recover
from .journal.verification import Verification as Verification
from .journal.verification import verify
from .operator import Operator
from .plan.ids import slug
from .plan.model import Plan
from .run.decisions.ending import Start, start
from .run.events import Entry, Stamp
from .run.state import Run
from .session import Session

_MOST_A_DAY = 999

Opening = Callable[[], Session]


@dataclass(frozen=True)
class Listed:
    """A log in the folder: its run and entries as far as they could be read, and what is wrong with it, if anything."""

    path: Path
    run: Run | None = None
    entries: tuple[Entry, ...] = ()
    torn: Torn | None = None
    problem: str = ""
    damage: Damage | None = None

    @property
    def unfinished(self) -> bool:
        return self.run is not None and self.run.closed is None and not self.problem


def folder(option: str | None, environment: Mapping[str, str]) -> Path:
    """Give the folder of runs: `--runs`, else ROLLOUT_RUNS, else ./runs."""
    return Path(option or environment.get("ROLLOUT_RUNS") or "runs")


def listed(folder: Path) -> list[Listed]:
    """Read every log in the folder, the newest first; a broken one is listed with what is wrong."""
    found = [read(path) for path in logs(folder)]
    return sorted(found, key=lambda each: (_last_time(each), each.path.name), reverse=True)


def read(path: Path) -> Listed:
    """Read one log without touching it, up to its damage if there is any."""
    try:
        with FileReader(path) as reader:
            entries = reader.read(-1)
            run, misfit = fold_far(entries)
            damage = reader.damage
            if misfit is not None:
                entries = entries[: misfit.seq]
                damage = Damage(
                    misfit.seq, reader.start_of(misfit.seq), f"does not fit the run before it: {misfit.reason}"
                )
            torn = None if damage else reader.torn
            return Listed(path, run, tuple(entries), torn, f"damaged: {damage}" if damage else "", damage)
    except RolloutError as error:
        return Listed(path, problem=error.message)


def verified(path: Path) -> Verification:
    """Say what the log's bytes show; RolloutError if it can't be read."""
    return verify(path, replay=misfit)


def find(folder: Path, name: str | None, *, unfinished: bool = False) -> Path:
    """Find a log by its run's id, a unique beginning of it, or a path; without a name the newest.

    Raises UsageError if there is none or several. `unfinished` looks for the newest that is not closed.
    """
    if name is None:
        found = [each for each in listed(folder) if each.run is not None and (each.unfinished or not unfinished)]
        if not found:
            kind = "unfinished run" if unfinished else "run"
            raise UsageError(f"There is no {kind} in {folder}.", "Start one: rollout run PLAN (or give --runs DIR).")
        return found[0].path
    path = Path(name)
    if path.suffix == ".toml" and ("/" in name or path.exists()):
        return path
    known = logs(folder)
    hits = [each for each in known if each.stem == name] or [each for each in known if each.stem.startswith(name)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        some = ", ".join(each.stem for each in hits[:6])
        raise UsageError(f"{name!r} could be any of {len(hits)} runs: {some}", "Give more of its id.")
    some = ", ".join(each.stem for each in known[-4:])
    hint = f"Newest: {some}." if some else "The folder holds no run yet: rollout run PLAN, or give --runs DIR."
    raise UsageError(f"There is no run {name!r} in {folder}.", hint)


def begin(folder: Path, plan: Plan, text: str, asked: Start, clock: Clock, operator: Operator) -> Session:
    """Start a run of a plan and give the session at it.

    The run is named after its day, service and release, and numbered; raises Refused with what keeps it from starting.
    """
    open_runs = [
        each.run.id
        for each in listed(folder)
        if each.unfinished
        and each.run is not None
        and each.run.started.service == plan.header.service
        and not each.run.started.rehearsal
    ]
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    now = to_milliseconds(clock.now())
    stamp = Stamp(now, operator.name, operator.origin)
    base = f"{now:%Y-%m-%d}-{slug(plan.header.service)}-{_file_part(plan.header.release)}"
    started = start(plan, text, sha256, asked, open_runs)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(folder, error) from None
    for number in range(1, _MOST_A_DAY):
        name = f"{base}-{number}"
        if (folder / f"{name}.toml").exists():
            continue
        try:
            return _session(create(folder / f"{name}.toml", replace(started, run=name), stamp), clock, operator)
        except Conflict:
            continue
    raise RolloutError(f"{folder} holds {_MOST_A_DAY} runs of {base} already.", "Choose another folder: --runs DIR.")


def resume(path: Path, clock: Clock, operator: Operator) -> Session:
    """Open a run to go on with it; raises Damaged if its log is not what was written."""
    return _session(open_store(path), clock, operator)


def look(path: Path, clock: Clock, operator: Operator) -> Session:
    """Open a damaged run up to its damage: nothing can be recorded; raises Damaged where nothing can be read."""
    found = read(path)
    if found.run is None or found.damage is None:
        raise Damaged(found.problem or f"{path} is not damaged.", f"rollout verify {path} says more.")
    error = Damaged(f"{path} is {found.problem}", "It is kept as it is: nothing is recorded in it.")
    where = f"damaged at event {found.damage.seq}, byte {found.damage.offset}"
    store = ReadOnly(found.entries, error)
    return Session(store, clock, operator, functools.partial(evidence.keep, path), read_only=where)


def recovered(path: Path, clock: Clock, operator: Operator) -> Session:
    """Open a run whose log ends in an incomplete entry: its bytes are kept beside the log, and that is recorded."""
    return _session(recover(path, to_milliseconds(clock.now()), operator.name, operator.origin), clock, operator)


def _session(store: FileStore, clock: Clock, operator: Operator) -> Session:
    keep = functools.partial(evidence.keep, store.path)
    warning = mounts.warning(store.path)
    return Session(store, clock, operator, keep, keep_copy=store.copy_to, warning=warning)


def _file_part(release: str) -> str:
    """Keep a release's dots, which say more than hyphens, and nothing that a file's name can't hold."""
    return ".".join(slug(part) for part in release.split(".") if part.strip()) or "release"


def _last_time(each: Listed) -> float:
    return each.entries[-1].stamp.at.timestamp() if each.entries else 0.0
