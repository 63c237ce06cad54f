"""Signers: whose key is whose, as the file of a verifier says it (ALLOWED SIGNERS in ssh-keygen's manual).

A time without a zone is read as UTC, whatever the zone here: two verifiers are to read one file alike.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Literal

from ..errors import UsageError
from ..frozen import dataclass
from ..people import same_person
from ..sshsig import NotSshsig, Wire, fingerprint
from ..text import safe
from .certificates import Certificate, certificate_of

_LIMIT = 4 * 1024 * 1024

_BLANK = r"[ \t\r\n]"
# As ssh-keygen reads it: a text in quotes ends the names with its second quote.
_NAMES = re.compile(rf'([^ \t\r\n"]*)(?:"([^"]*)"{_BLANK}*|{_BLANK}+)')
_OPTIONS = re.compile(r'(?:"(?:\\"|[^"])*"|[^ \t"])+')
_OPTION = re.compile(
    r'(cert-authority)|(namespaces|valid-after|valid-before)="((?:\\"|[^"\\]|\\(?!"))*)"', re.IGNORECASE
)
_TIME = re.compile(r"(\d{8})(?:(\d{4})(\d\d)?)?(?:Z|UTC)?", re.IGNORECASE)

_DAYS = 31

Standing = Literal["listed", "outside-time", "somebody-else", "nobody"]
"""What a file says of a key and a name: theirs, theirs at another time, somebody else's, or nobody's."""

# Of several lines with one key the best counts.
_ORDER: tuple[Standing, ...] = ("listed", "outside-time", "somebody-else", "nobody")


@dataclass(frozen=True)
class Signer:
    """A line of the file: whose key it is, for what and when; `names` is a list of patterns, `full_name` the comment.

    `key` is in the form of the SSH protocol; that of an authority vouches for the keys that it made certificates for.
    """

    line: int
    names: str
    key: bytes
    full_name: str = ""
    is_authority: bool = False
    purposes: str | None = None
    after: datetime | None = None
    before: datetime | None = None

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)

    @property
    def principals(self) -> tuple[str, ...]:
        """The names that stand there themselves, and are no patterns."""
        return tuple(each for each in self.names.split(",") if each and not _is_pattern(each))

    def is_valid(self, at: int) -> bool:
        """Tell whether its time is at this second since 1970."""
        return not (self.after and at < self.after.timestamp()) and not (self.before and at > self.before.timestamp())

    def is_for(self, purpose: str) -> bool:
        return self.purposes is None or _matches(purpose, self.purposes)

    def is_of(self, by: str) -> bool:
        """Tell whether this is the key of whoever claims that name, by a principal or the full name."""
        patterns = self.names.split(",")
        if any(each.startswith("!") and _is_named(by, each[1:]) for each in patterns):
            return False
        if self.full_name and not self.is_authority and same_person(by, self.full_name):
            return True
        return any(not each.startswith("!") and _is_named(by, each) for each in patterns)

    def principal_of(self, by: str) -> str:
        """Give the principal or the pattern that means this name, literally if one does; else the line's first."""
        meant = [each for each in self.names.split(",") if not each.startswith("!") and _is_named(by, each)]
        return min(meant, key=lambda each: each != by, default=(self.principals or (self.names,))[0])


@dataclass(frozen=True)
class Found:
    """How a key stands to a name: whose it is, under which principal, and by which full name, if the file says so.

    `only_for` are the purposes for which a key of nobody is listed, if it is.
    """

    standing: Standing
    principal: str = ""
    full_name: str = ""
    only_for: str | None = None


@dataclass(frozen=True)
class Signers:
    """The lines of the file at `path` that could be read; `mistakes` are the others, each with its number.

    `problem` says why the whole file can't be read, `is_named` that a verifier named it for what is verified now.
    """

    path: str = ""
    lines: tuple[Signer, ...] = ()
    mistakes: tuple[str, ...] = ()
    problem: str = ""
    is_named: bool = False

    def find(self, key: bytes, by: str, at: datetime, purpose: str) -> Found:
        """Say whose a key is that signed as `by` at that time; a certificate is whose its authority says it is."""
        certificate = certificate_of(key)
        found = self._plain(key, by, int(at.timestamp()), purpose)
        if certificate is not None:
            found = [*found, *self._certified(certificate, by, int(at.timestamp()), purpose)]
        if not found:
            signing = certificate.authority if certificate is not None else key
            purposes = (each.purposes for each in self._by_key.get(signing, ()) if not each.is_for(purpose))
            return Found("nobody", only_for=next(purposes, None))
        return min(found, key=lambda each: _ORDER.index(each.standing))

    def known_as(self, key: str) -> tuple[str, ...]:
        """Give the principals under which the file knows the key of this fingerprint."""
        found = [each for each in self.lines if not each.is_authority and each.fingerprint == key]
        return tuple(dict.fromkeys(name for each in found for name in each.principals or (each.names,)))

    def _plain(self, key: bytes, by: str, at: int, purpose: str) -> list[Found]:
        lines = [each for each in self._by_key.get(key, ()) if not each.is_authority and each.is_for(purpose)]
        return [
            Found(_standing(each.is_of(by), each.is_valid(at)), each.principal_of(by), each.full_name) for each in lines
        ]

    def _certified(self, certificate: Certificate, by: str, at: int, purpose: str) -> Iterator[Found]:
        for each in self._by_key.get(certificate.authority, ()):
            names = [name for name in certificate.names if _matches(name, each.names)]
            if not each.is_authority or not each.is_for(purpose) or not names or not certificate.is_of_users:
                continue
            of = [name for name in names if _is_named(by, name, literally=True)]
            is_valid = each.is_valid(at) and certificate.is_valid(at)
            yield Found(_standing(bool(of), is_valid), (of or names)[0])

    @cached_property
    def _by_key(self) -> dict[bytes, list[Signer]]:
        found: dict[bytes, list[Signer]] = {}
        for each in self.lines:
            found.setdefault(each.key, []).append(each)
        return found


def load(path: Path) -> Signers:
    """Read a file of signers; UsageError where there is none, or it can't be read."""
    hint = "A line of it is: alice@example.com ssh-ed25519 AAAA… Alice Example"
    try:
        with path.open("rb") as file:
            data = file.read(_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"The signers file {path} can't be read: {error.strerror}.", hint) from None
    if len(data) > _LIMIT:
        raise UsageError(f"The signers file {path} is larger than {_LIMIT // 1024 // 1024} MiB.", hint)
    return read(data.split(b"\n"), str(path))


def read(lines: Iterable[bytes], path: str = "") -> Signers:
    """Read the lines of a file of signers."""
    found, mistakes = [], []
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode().strip(" \t\r")
            if text and not text.startswith("#"):
                found.append(_read_line(number, text))
        except UnicodeDecodeError:
            mistakes.append(f"{path}:{number}: is not UTF-8")
        except NotSshsig as problem:
            mistakes.append(f"{path}:{number}: {problem}")
    return Signers(path, tuple(found), tuple(mistakes))


def _read_line(number: int, text: str) -> Signer:
    names = _NAMES.match(text)
    if names is None:
        raise NotSshsig("gives no key behind its names")
    rest = text[names.end() :]
    options, (key, full_name) = "", _read_key(rest)
    if key is None:
        given = _OPTIONS.match(rest)
        options = given[0] if given else ""
        key, full_name = _read_key(rest[len(options) :].lstrip(" \t"))
        if key is None or not options:
            raise NotSshsig("gives no key that can be read, such as ssh-ed25519 AAAA…")
    is_authority, values = _read_options(options)
    after, before = _time(values, "valid-after"), _time(values, "valid-before")
    if after and before and before <= after:
        raise NotSshsig("ends before it begins: valid-before, valid-after")
    purposes = values.get("namespaces")
    return Signer(number, names[1] + (names[2] or ""), key, full_name, is_authority, purposes, after, before)


def _read_key(text: str) -> tuple[bytes | None, str]:
    """Read a key and the comment behind it; None where none begins here."""
    kind, *rest = re.split(r"[ \t]+", text, maxsplit=2)
    try:
        key = b64decode(rest[0] if rest else "", validate=True)
        if Wire(key).text() != kind:
            return None, ""
        # What is of no known kind, or cut, has none.
        fingerprint(key)
    except (Error, ValueError):
        return None, ""
    return key, rest[1].strip() if len(rest) > 1 else ""


def _read_options(text: str) -> tuple[bool, dict[str, str]]:
    is_authority, values, at = False, dict[str, str](), 0
    while at < len(text):
        option = _OPTION.match(text, at)
        end = option.end() if option else 0
        if option is None or not (end == len(text) or (text[end] == "," and end + 1 < len(text))):
            raise NotSshsig(f"has an option that nobody knows: {safe(text[at:], limit=60)}")
        if option[1]:
            is_authority = True
        elif option[2].lower() in values:
            raise NotSshsig(f"gives {option[2].lower()} twice")
        else:
            values[option[2].lower()] = option[3].replace('\\"', '"')
        at = end + 1
    return is_authority, values


def _time(values: dict[str, str], name: str) -> datetime | None:
    if name not in values:
        return None
    text = values[name]
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        # The 31st of each month is a day there, that of a short one in the next.
        month = datetime.strptime(f"{found[1][:6]}{found[2] or '0000'}{found[3] or '00'}Z", "%Y%m%H%M%S%z")
        if not 1 <= (day := int(found[1][6:])) <= _DAYS:
            raise ValueError
        return month + timedelta(days=day - 1)
    except ValueError:
        raise NotSshsig(f"gives no time as {name}: {safe(text, limit=60)}, where 20261231Z is one") from None


def _standing(is_of: bool, is_valid: bool) -> Standing:
    if not is_of:
        return "somebody-else"
    return "listed" if is_valid else "outside-time"


def _is_pattern(name: str) -> bool:
    return name.startswith("!") or "*" in name or "?" in name


def _is_named(by: str, name: str, *, literally: bool = False) -> bool:
    """Tell whether a name is meant by a principal, by the part of it before the @, or by a pattern."""
    if not name or not by.strip():
        return False
    if _is_pattern(name) and not literally:
        return _is_like(by.casefold(), name.casefold())
    return same_person(by, name) or same_person(by, name.partition("@")[0])


def _matches(text: str, patterns: str) -> bool:
    """Tell whether a text is in a list of patterns, as ssh-keygen compares them."""
    each = patterns.split(",")
    if any(one.startswith("!") and _is_like(text, one[1:]) for one in each):
        return False
    return any(not one.startswith("!") and _is_like(text, one) for one in each)


def _is_like(text: str, pattern: str) -> bool:
    # Only * and ? stand for others there.
    return fnmatchcase(text, pattern.replace("[", "[[]"))
