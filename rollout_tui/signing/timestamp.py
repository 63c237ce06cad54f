"""Time stamps by RFC 3161: what an authority answers says which hash it saw, and when, by its clock.

openssl makes the query, reads the answer and verifies it; nothing but the hash and a random number is in the query.
"""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from pathlib import Path

from ..errors import RolloutError, UsageError
from ..frozen import dataclass
from ..text import one_line

_SECONDS = 10
_LONGEST = 300

_GRANTED = re.compile(r"Status info:\nStatus: Granted(\.| with modifications\.)\n")
_HASHED = "Hash Algorithm: sha256"
_BYTES = re.compile(r"^    [0-9a-f]{4} - ((?:[0-9a-f]{2}[ -])+)", re.MULTILINE)
_TIME = re.compile(r"^Time stamp: ([A-Z][a-z]{2}) +(\d+) (\d\d:\d\d:\d\d)(\.\d+)? (\d{4}) GMT$", re.MULTILINE)
_NONCE = re.compile(r"^Nonce: (\S+)$", re.MULTILINE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNTRUSTED = re.compile(r"certificate verify error:[^\n]*Verify error:\s*([^\n]*)")
# …:error:17800067:time stamp routines:ts_check_imprints:message imprint mismatch:…
_REASON = re.compile(r":error:[^:\n]*:[^:\n]*:[^:\n]*:([^:\n]+)")
_NO_CA = "Error loading file"
_HINT = "Nothing was recorded. Ask again later, or another authority: --authority URL."


class NotStamped(RolloutError):
    """There is no time stamp: no answer of an authority, or one that is about something else (exit code 1)."""

    def __init__(self, message: str, hint: str = _HINT) -> None:
        super().__init__(message, hint)


class NoOpenssl(RolloutError):
    """There is no openssl on this machine that can be asked (exit code 1)."""


class Untrusted(RolloutError):
    """A time stamp is by an authority for which the given CA does not vouch (exit code 1)."""


@dataclass(frozen=True)
class Stamped:
    """What an authority says: it saw this SHA-256 at this time; `nonce` is the query's, as openssl writes it."""

    digest: str
    time: datetime
    nonce: str


def query(digest: str) -> bytes:
    """Make the query for a SHA-256, which asks for the authority's certificate too; NoOpenssl where none can be."""
    made = _openssl("-query", "-digest", digest, "-sha256", "-cert")
    if made.returncode != 0:
        said = one_line(made.stderr.decode(errors="replace").strip(), limit=_LONGEST)
        raise NoOpenssl(f"openssl makes no query for a time stamp: {said}")
    return made.stdout


def answered(reply: bytes, asked: bytes) -> Stamped:
    """Read the answer to a query; NotStamped where it is none, or is about something else."""
    found, text = read(reply), _openssl("-query", "-in", "/dev/stdin", "-text", given=asked).stdout.decode()
    if found.digest != _digest(text) or found.nonce != _nonce(text):
        raise NotStamped("The authority's answer is about something else than what it was asked.")
    return found


def read(reply: bytes) -> Stamped:
    """Read what an authority answered, unverified; NotStamped where it stamped nothing."""
    text = _openssl("-reply", "-in", "/dev/stdin", "-text", given=reply).stdout.decode(errors="replace")
    # What stands before it is not signed, and could look like it.
    status, begins, stamp = text.rpartition("\nTST info:\n")
    if not begins or not _GRANTED.match(status):
        said = one_line(status or text, limit=_LONGEST).removeprefix("Status info: ")
        raise NotStamped(f"The authority stamped nothing: {said or 'its answer is none to a time stamp query'}.")
    return Stamped(_digest(stamp), _time(stamp), _nonce(stamp))


def verify(reply: bytes, found: Stamped, ca: Path) -> None:
    """Verify an answer by the certificates in a file, at the time that it states.

    Untrusted where these do not vouch for who made it, NotStamped where it is not what they made, UsageError where the
    file holds no certificate.
    """
    at = str(int(found.time.timestamp()))
    asked = ("-verify", "-digest", found.digest, "-in", "/dev/stdin", "-CAfile", str(ca), "-attime", at)
    said = _openssl(*asked, given=reply)
    if said.returncode == 0:
        return
    why = said.stderr.decode(errors="replace")
    if _NO_CA in why:
        raise UsageError(f"{ca} holds no certificate that can be read.", "Give the authority's CA as PEM.")
    if untrusted := _UNTRUSTED.search(why):
        reason = one_line(untrusted[1], limit=_LONGEST)
        raise Untrusted(f"{ca} does not vouch for the authority: {reason}", "Give the CA of that authority.")
    reasons = _REASON.findall(why) or [why]
    raise NotStamped(f"The time stamp does not verify: {one_line(reasons[-1], limit=_LONGEST)}.", "")


def _digest(text: str) -> str:
    if _HASHED not in text.split("\n"):
        raise NotStamped("The time stamp is not over a SHA-256.")
    return "".join(re.findall("[0-9a-f]{2}", "".join(_BYTES.findall(text))))


def _nonce(text: str) -> str:
    found = _NONCE.search(text)
    return found[1] if found else ""


def _time(text: str) -> datetime:
    found = _TIME.search(text)
    try:
        if found is None:
            raise ValueError
        month, day, clock, fraction, year = found.groups()
        at = datetime.fromisoformat(f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{clock}+00:00")
    except ValueError:
        raise NotStamped("The time stamp says no time that can be read.") from None
    return at.replace(microsecond=int((fraction or ".0")[1:4].ljust(3, "0")) * 1000)


def _openssl(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ("openssl", "ts", *arguments), input=given, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoOpenssl(f"openssl did not answer within {_SECONDS} s.", "Do it again.") from None
    except OSError as error:
        hint = "Install openssl: it makes and verifies time stamps."
        raise NoOpenssl(f"openssl can't be started: {error.strerror}.", hint) from None
