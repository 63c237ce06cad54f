"""Trust: what the probes of a plan would run, as lines that a user agrees to, and which lists this user has agreed to.

A plan comes from a repository that others write to, and a probe is a program or a request. What is agreed to is what
would run and who would be asked with which credentials. What is asked of a server and how its answer is judged are no
part of it: a query reads, and goes to a server that is trusted; thresholds and queries are what people mend most, and
who is asked too often stops to read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from .contents import contents, is_file, opener
from .errors import RolloutError
from .frozen import dataclass
from .plan.model import Plan
from .plan.probe import Probe, Source
from .plan.probes_of import probes_of

Asks = tuple[str, ...]

FORMAT = "rollout-trust/1"

# The file that such a program is given is what runs: `python3 check.py`, `env -S node check.js`.
_INTERPRETER = re.compile(r"env|(ba|da|k|z|fi)?sh|python[\d.]*|perl|ruby|node|php")

# Of one plan's lists the newest is compared; so many are kept in all.
_KEPT = 200


def asks(plan: Plan, folder: Path) -> Asks:
    """Say what would run, a line for each: nothing of where in the plan it stands, so that its order does not matter.

    `folder` is that of the plan's file, where commands run. No two programs or requests give the same line.
    """
    place = os.path.realpath(folder)
    return tuple(sorted({_line(probe, plan.sources, place) for _, probe in probes_of(plan)}))


def said_by_plan(plan: Plan, folder: Path) -> Asks:
    """Give those of the lines that the plan says in full: of the others a file holds what would run."""
    place = os.path.realpath(folder)
    return tuple(
        sorted({_line(each, plan.sources, place) for _, each in probes_of(plan) if not _has_file(each, plan, place)})
    )


def digest(asks: Asks) -> str:
    """Give the name of a list, by which a script trusts it."""
    return "sha256:" + hashlib.sha256("\n".join((FORMAT, *asks)).encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """What a list has that the one trusted last for the same plan had not, and what it has not any more."""

    added: Asks
    removed: Asks

    @property
    def words(self) -> str:
        """Say how many lines each is."""
        counts = ((len(self.added), "new"), (len(self.removed), "gone"))
        return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing changed"


def compared(asks: Asks, difference: Difference | None) -> tuple[tuple[str, str], ...]:
    """Give a list's lines and those that it has not any more, each with its mark: `+` is new, `-` is gone.

    A line of which a part changed stands beside what it was. Where there is nothing to compare with, nothing is new.
    """
    added, removed = (difference.added, difference.removed) if difference else ((), ())
    marks = dict.fromkeys(asks, " ") | dict.fromkeys(added, "+") | dict.fromkeys(removed, "-")
    return tuple((marks[each], each) for each in sorted(marks))


@dataclass(frozen=True)
class _Record:
    plan: str
    asks: Asks


class Trusted:
    """What a user trusts, in a file of this user's state folder; read anew each time, since others add to it.

    What can't be read is not trusted, and `problem` says why.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def problem(self) -> str:
        """Say why nothing of the file counts; empty where there is none, or it is sound."""
        try:
            self._records()
        except _Unsound as why:
            return f"{self.file} {why}: nothing in it is trusted"
        return ""

    def is_trusted(self, digest_: str) -> bool:
        """Whether a list is; one in which nothing stands needs no trust."""
        return digest_ == digest(()) or any(digest(each.asks) == digest_ for each in self._sound())

    def are_known(self, lines: Asks) -> bool:
        """Whether each of these lines stands in a list that is trusted."""
        known = {line for each in self._sound() for line in each.asks} if lines else set()
        return known >= {*lines}

    def trust(self, asks: Asks, plan_file: str) -> None:
        """Trust a list from now on; raises RolloutError where that can't be kept."""
        new = _Record(plan_file, asks)
        self._write([each for each in self._sound() if each != new] + [new])

    def forget(self, asks: Asks, plan_file: str) -> None:
        """Trust a list no more, and nothing of what was trusted for this plan before."""
        self._write([each for each in self._sound() if each.asks != asks and each.plan != plan_file])

    def difference(self, plan_file: str, asks: Asks) -> Difference | None:
        """Compare a list to the one that was trusted last for this plan; None where none was."""
        before = next((each.asks for each in reversed(self._sound()) if each.plan == plan_file), None)
        if before is None or not plan_file:
            return None
        return Difference(tuple(sorted({*asks} - {*before})), tuple(sorted({*before} - {*asks})))

    def _sound(self) -> list[_Record]:
        try:
            return self._records()
        except _Unsound:
            return []

    def _records(self) -> list[_Record]:
        try:
            with open(self.file, "rb", opener=opener) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise _Unsound("is no file")
                if found.st_uid != os.geteuid() or found.st_mode & 0o022:
                    raise _Unsound("can be written by others")
                return _read(file.read())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _Unsound(f"can't be read ({error.strerror})") from None

    def _write(self, records: list[_Record]) -> None:
        kept = [{"plan": each.plan, "asks": each.asks} for each in records[-_KEPT:]]
        data = json.dumps({"format": FORMAT, "trusted": kept}, indent=1).encode()
        temporary = self.file.with_name(f".{self.file.name}.{os.urandom(4).hex()}.tmp")
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.file)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise RolloutError(f"{self.file} could not be written: {error.strerror}.", "Nothing changed.") from None


def own() -> Trusted:
    """Give what the user trusts who is here."""
    from platformdirs import user_state_path

    return Trusted(user_state_path("rollout") / "trust.json")


class _Unsound(Exception):
    """A file of which nothing counts; the text says of it why."""


def _read(data: bytes) -> list[_Record]:
    try:
        document = json.loads(data)
        if document["format"] != FORMAT:
            raise _Unsound("is of another version")
        return [_Record(_text(each["plan"]), tuple(map(_text, each["asks"]))) for each in document["trusted"]]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise _Unsound("is damaged") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _line(probe: Probe, sources: Mapping[str, Source], folder: str) -> str:
    match probe.kind:
        case "command":
            return " · ".join(_command(probe, folder))
        case "http":
            return f"http {_word(probe.http)}"
        case _:
            return " · ".join(_source(sources.get(probe.source), folder))


def _has_file(probe: Probe, plan: Plan, folder: str) -> bool:
    if probe.kind == "command":
        return any(_scripts(probe.command, folder))
    source = plan.sources.get(probe.source) if probe.source else None
    return source is not None and bool(source.ca_file)


def _command(probe: Probe, folder: str) -> Iterator[str]:
    yield f"command {' '.join(map(_word, probe.command))}"
    yield f"in {_word(folder)}"
    if probe.env:
        yield f"given {' '.join(map(_word, sorted(set(probe.env))))}"
    for name in _scripts(probe.command, folder):
        yield f"{_word(name)} {contents(os.path.join(folder, name))}"


def _scripts(argv: tuple[str, ...], folder: str) -> Iterator[str]:
    """The files that a command names as what runs; what is found by PATH is the user's own to know."""
    program, *arguments = argv
    if "/" in program:
        yield program
    if _INTERPRETER.fullmatch(os.path.basename(program)):
        yield from [each for each in arguments if is_file(os.path.join(folder, each))][:1]


def _source(source: Source | None, folder: str) -> Iterator[str]:
    if source is None:
        yield "prometheus of no address"
        return
    yield f"prometheus {_word(source.prometheus)}"
    if source.bearer_env:
        yield f"bearer token of {_word(source.bearer_env)}"
    if source.basic_env:
        yield f"login of {_word(source.basic_env)}"
    if source.header_env:
        yield f"header {_word(source.header)} of {_word(source.header_env)}"
    if source.ca_file:
        # Who may say to be that server.
        path = os.path.join(folder, source.ca_file)
        yield f"authorities {_word(path)} {contents(path)}"


def _word(text: str) -> str:
    """Write a text as one word of a line, as a shell has it; what looks like something else is written as escapes."""
    if text.isascii() and text.isprintable():
        return shlex.quote(text)
    return "$'" + text.encode("unicode_escape").decode().replace("'", "\\'") + "'"
