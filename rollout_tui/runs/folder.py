"""A folder of runs: a file a run, named after its id."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RolloutError, Taken, UsageError
from ..journal.reader import FileReader, marks
from ..journal.values import spell_text
from ..run.events import RunClosed, RunStarted, Stamp
from .protocols import RunLog, RunRef
from .replay import judged, replayed

if TYPE_CHECKING:
    from ..journal.verdicts import AskAuthorities, AskSigners, Verification
    from .file_store import FileStore

_ENDS_SIZE = 4096
# No value holds a line feed, so what looks like the line of a close is one.
_CLOSE = b'\nkind = "run_closed"\n'
_TIME = re.compile(rb"\nat = (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})Z\n")
_POLL_SECONDS = 0.5


class FolderRuns:
    """The runs in a folder; it need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def where(self) -> str:
        return str(self._folder)

    def list(
        self, *, unfinished: bool = False, service: str | None = None, waiting_for: str | None = None
    ) -> Iterator[RunLog]:
        """Give the logs, that with the newest end first; see Runs."""
        found = self._paths()
        if service is not None:
            line = f"\nservice = {spell_text(service)}\n".encode()
            found = [path for path in found if _may_hold(line, path)]
        ends = [(path, _part(path, at_end=True)) for path in found]
        if unfinished:
            ends = [(path, end) for path, end in ends if _CLOSE not in end]
        ends.sort(key=lambda each: (_last_time(*each), each[0].name), reverse=True)
        for path, _ in ends:
            log = self.read(_ref(path))
            if _is_asked_for(log, unfinished=unfinished, service=service, waiting_for=waiting_for):
                yield log

    def find(self, name: str | None, *, unfinished: bool = False) -> RunRef:
        """Find a log by its run's id, a unique beginning of it, or a path; see Runs."""
        if name is None:
            return self._newest(unfinished=unfinished)
        if not name:
            raise UsageError("An empty name is no run's.", "Give a run's id or the beginning of one; rollout list.")
        path = Path(name)
        if path.suffix == ".toml" and ("/" in name or path.exists()):
            return _ref(path)
        known = self._paths()
        hits = [each for each in known if each.stem == name] or [each for each in known if each.stem.startswith(name)]
        if len(hits) == 1:
            return _ref(hits[0])
        if hits:
            some = ", ".join(each.stem for each in hits[:6])
            raise UsageError(f"{name!r} could be any of {len(hits)} runs: {some}", "Give more of its id.")
        some = ", ".join(each.stem for each in known[-4:])
        hint = f"Newest: {some}." if some else "The folder holds no run yet: rollout run PLAN, or give --runs DIR."
        raise UsageError(f"There is no run {name!r} in {self._folder}.", hint)

    def refs(self) -> Sequence[RunRef]:
        """Give every log by its name, without reading any; see Runs."""
        return [_ref(path) for path in self._paths()]

    def read(self, ref: RunRef) -> RunLog:
        """Read one log without touching it, up to its damage if there is any."""
        path = Path(ref.place)
        # Before it is opened: what is written meanwhile is a change.
        version = marks(path)
        try:
            with FileReader(path) as reader:
                damage = reader.damage
                problem = f"damaged: {damage}" if damage else ""
                torn = None if damage else reader.torn
                return RunLog(ref, reader.entries, reader.starts, torn, damage, problem, reader.version)
        except RolloutError as error:
            return RunLog(ref, problem=error.message, version=version)

    def start(self, started: RunStarted, stamp: Stamp, signature: str = "") -> FileStore:
        """Make the journal of a new run; see Runs."""
        from .file_store import create

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from None
        path = self._folder / f"{started.run}.toml"
        if path.exists():
            raise Taken(f"{path} exists already.", "Resume that run, or start another.")
        return create(path, started, stamp, signature)

    def open(self, ref: RunRef) -> FileStore:
        """Open a journal to go on with it; see Runs."""
        from .file_store import FileStore

        return FileStore(Path(ref.place))

    def recover(self, ref: RunRef, stamp: Stamp) -> FileStore:
        """Open a journal that ends in an incomplete entry, whose bytes are kept in `<name>.torn-<time>`; see Runs."""
        from .file_store import recover

        return recover(Path(ref.place), stamp)

    def wait(self, log: RunLog, timeout: float) -> bool:
        """Return when the file may have changed since the log was read; see Runs."""
        path, deadline = Path(log.ref.place), time.monotonic() + timeout
        while marks(path) == log.version:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, _POLL_SECONDS))
        return True

    def evidence(self, ref: RunRef, sha256: str) -> bytes:
        """Give a file that was kept beside the journal; see Runs."""
        from ..journal import evidence

        return evidence.kept(Path(ref.place), sha256)

    def verify(
        self,
        ref: RunRef,
        expect_head: tuple[int, str] | None = None,
        signers: AskSigners | None = None,
        authorities: AskAuthorities | None = None,
    ) -> Verification:
        """Verify a log, all that is kept with it, and that each event follows from the run before it; see Runs."""
        from ..journal.verification import verify

        return verify(Path(ref.place), expect_head, judged, signers, authorities)

    def _paths(self) -> Sequence[Path]:
        try:
            # `glob` would take a folder that can't be read for an empty one.
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(".toml") and name[0] != ".")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unusable(error) from None
        return [self._folder / name for name in names]

    def _newest(self, *, unfinished: bool) -> RunRef:
        unread: list[str] = []
        for log in self.list(unfinished=unfinished):
            found = replayed(log)
            if found.unfinished if unfinished else found.run is not None:
                return log.ref
            unread.append(log.ref.name)
        kind = "unfinished run" if unfinished else "run"
        if unread:
            what = f"There is no {kind} in {self._folder} that can be read, and {len(unread)} that can't: "
            raise UsageError(f"{what}{', '.join(unread[:6])}.", "rollout list and rollout verify say what is wrong.")
        raise UsageError(f"There is no {kind} in {self._folder}.", "Start one: rollout run PLAN (or give --runs DIR).")

    def _unusable(self, error: OSError) -> RolloutError:
        what = f"The folder of runs {self._folder} can't be used: {error.strerror}."
        return RolloutError(what, "Choose another: --runs DIR.")


def _ref(path: Path) -> RunRef:
    return RunRef(path.stem, str(path))


def _may_hold(line: bytes, path: Path) -> bool:
    """Tell whether a log's header may have this line: false only where its beginning has another of its kind."""
    head = _part(path, at_end=False)
    if line in head or b"\nservice = " in head[: head.rfind(b"\n")]:
        return line in head
    # Only what has no header of its own is looked at so.
    from ..plan.source import looks_like_journal

    try:
        return path.is_file() and looks_like_journal(path)
    except OSError:
        # It can't be read: nobody knows.
        return True


def _part(path: Path, *, at_end: bool) -> bytes:
    """Give the last bytes of a log, or its first; nothing where it can't be read."""
    try:
        # Opened so that a pipe does not wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            start = max(0, os.lseek(descriptor, 0, os.SEEK_END) - _ENDS_SIZE) if at_end else 0
            return os.pread(descriptor, _ENDS_SIZE, start)
        finally:
            os.close(descriptor)
    except OSError:
        return b""


def _last_time(path: Path, end: bytes) -> str:
    """Give the time of a log's last entry as its end has it; where that is too long, the log is read."""
    found = _TIME.findall(end)
    if found:
        return str(found[-1], "ascii")
    try:
        with FileReader(path) as reader:
            return reader.entries[-1].stamp.at.isoformat(timespec="milliseconds")[: len("2026-03-04T14:02:00.000")]
    except RolloutError:
        return ""


def _is_asked_for(log: RunLog, *, unfinished: bool, service: str | None, waiting_for: str | None) -> bool:
    if unfinished and any(isinstance(entry.event, RunClosed) for entry in log.entries):
        return False
    if service is not None and log.entries:
        header = log.entries[0].event
        if not isinstance(header, RunStarted) or header.service != service:
            return False
    if waiting_for is None:
        return True
    from ..run.briefing import waits_for

    run = replayed(log).run
    return run is not None and waits_for(run, waiting_for)
