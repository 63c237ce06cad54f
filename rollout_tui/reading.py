"""The logs of a folder as they are read: find one, read it without touching it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .errors import RolloutError, UsageError
from .folding import fold_far
from .frozen import dataclass
from .journal.chain import Damage, Torn
from .journal.folder import logs
from .journal.reader import FileReader
from .run.events import Entry
from .run.state import Run

_TAIL = 4096
# No value holds a line feed, so what looks like the line of a close is one.
_CLOSE = b'\nkind = "run_closed"\n'
_TIME_SIZE = len("2026-03-04T14:02:00.000")


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


def unfinished(folder: Path) -> Iterator[Listed]:
    """Give the runs in the folder that are not closed, the newest first, each read when it is asked for."""
    found = map(read, _by_time(path for path in logs(folder) if _CLOSE not in _tail(path)))
    return (each for each in found if each.unfinished)


def read(path: Path) -> Listed:
    """Read one log without touching it, up to its damage if there is any."""
    try:
        with FileReader(path) as reader:
            return folded(reader)
    except RolloutError as error:
        return Listed(path, problem=error.message)


def folded(reader: FileReader) -> Listed:
    """Fold a log that is open, up to its damage if there is any; raises RolloutError where it makes no run."""
    entries = reader.entries
    run, misfit = fold_far(entries)
    damage = reader.damage
    if misfit is not None:
        entries = entries[: misfit.seq]
        damage = Damage(misfit.seq, reader.start_of(misfit.seq), f"does not fit the run before it: {misfit.reason}")
    torn = None if damage else reader.torn
    return Listed(reader.path, run, tuple(entries), torn, f"damaged: {damage}" if damage else "", damage)


def find(folder: Path, name: str | None, *, unfinished: bool = False) -> Path:
    """Find a log by its run's id, a unique beginning of it, or a path; without a name the newest.

    Raises UsageError if there is none or several. `unfinished` looks for the newest that is not closed.
    """
    if name is None:
        return _newest(folder, only_unfinished=unfinished)
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


def _newest(folder: Path, *, only_unfinished: bool) -> Path:
    if only_unfinished:
        found = next((each.path for each in unfinished(folder)), None)
    else:
        found = next((path for path in _by_time(logs(folder)) if read(path).run is not None), None)
    if found is None:
        kind = "unfinished run" if only_unfinished else "run"
        raise UsageError(f"There is no {kind} in {folder}.", "Start one: rollout run PLAN (or give --runs DIR).")
    return found


def _by_time(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: (_last_time(path), path.name), reverse=True)


def _last_entry(each: Listed) -> str:
    return each.entries[-1].stamp.at.isoformat(timespec="milliseconds")[:_TIME_SIZE] if each.entries else ""


def _last_time(path: Path) -> str:
    """Give the time of a log's last entry as its end has it; where that is too long, the log is read."""
    _, found, behind = _tail(path).rpartition(b"\nat = ")
    return behind[:_TIME_SIZE].decode(errors="replace") if found else _last_entry(read(path))


def _tail(path: Path) -> bytes:
    if not path.is_file():
        # To open a pipe would be to wait for its writer.
        return b""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            return file.read(_TAIL)
    except OSError:
        return b""
