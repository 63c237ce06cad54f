"""A time stamp authority, asked over HTTP (RFC 3161, 3.4): the query is posted, and the answer is whole or none."""

from __future__ import annotations

from ..probes.connection import Request, ask
from ..probes.deadline import Deadline
from ..probes.outcome import Unseen
from .timestamp import NotStamped

SECONDS = 15.0
"""How long an authority may take, with all that is repeated."""

ANSWER_LIMIT = 64 * 1024
"""The largest answer that is read, in bytes: with the certificates of a chain it is a tenth of that."""

_OK = 200


class NoAnswer(NotStamped):
    """The authority can't be reached, or gives no time stamp (exit code 5)."""

    exit_code = 5


def name_of(url: str) -> str:
    """Give the address as a record names it: what stands behind a question mark may be a secret."""
    return url.partition("?")[0]


def ask_authority(url: str, query: bytes, seconds: float = SECONDS) -> bytes:
    """Give what the authority at an address of the web answers to a query; raises NoAnswer."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        answer = ask(Request(url, headers, query, limit=ANSWER_LIMIT), Deadline(seconds))
    except Unseen as why:
        raise NoAnswer(f"{name_of(url)} stamped nothing: {why.reason}.") from None
    if answer.status != _OK:
        raise NoAnswer(f"{name_of(url)} stamped nothing: it answers {answer.status}.")
    if answer.is_cut:
        raise NoAnswer(f"{name_of(url)} stamped nothing: its answer is larger than {ANSWER_LIMIT:,} bytes.")
    return answer.body
