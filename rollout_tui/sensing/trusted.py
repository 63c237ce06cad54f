"""Trust in a run: by whose word what its probes would do may be done, and what there is to ask the user who is here.

It reads files, of any size and on any disk: no screen waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import trust
from ..frozen import dataclass
from ..run.events import Entry
from ..run.state import Run
from ..signing.vouching import Vouch, Vouched


@dataclass(frozen=True)
class Untrusted:
    """What would run and was not agreed to; how that differs from what was, and why nothing that was counts.

    `unvouched` says in a sentence why no signature answers it, where the user wants one to.
    """

    asks: trust.Asks
    difference: trust.Difference | None
    problem: str
    unvouched: str = ""


def asks_of(run: Run) -> trust.Asks:
    """Say what the probes of the plan that a run follows would run, a line for each."""
    return trust.asks(run.plan, Path(run.plan_file).parent)


def untrusted(run: Run, entries: Sequence[Entry], also: str = "", vouch: Vouch | None = None) -> Untrusted | None:
    """Give what the user has to be asked; None where all of it is trusted.

    `also` is the digest of a list that is trusted for this time alone, `vouch` tells whose signature spares it.
    """
    if by_whose_word(run, entries, also, vouch):
        return None
    asks, own, vouched = asks_of(run), trust.own(), _vouched(run, entries, vouch)
    return Untrusted(asks, own.difference(run.plan_file, asks), own.problem, _unvouched(vouched))


def is_trusted(run: Run, entries: Sequence[Entry], also: str = "", vouch: Vouch | None = None) -> bool:
    """Whether nobody has to be asked: a loop wants to know that alone, again and again."""
    return bool(by_whose_word(run, entries, also, vouch))


def by_whose_word(run: Run, entries: Sequence[Entry], also: str = "", vouch: Vouch | None = None) -> str:
    """Say by whose word what the probes would do may be done; nothing where the user has to be asked.

    A signature is over the plan, and not over what is in the files that it names: these the user agrees to.
    """
    asks, own = asks_of(run), trust.own()
    digest = trust.digest(asks)
    if digest == also:
        return "named for this time"
    if word := by_own_word(digest):
        return word
    vouched = _vouched(run, entries, vouch)
    if not vouched.word:
        return ""
    of_files = tuple({*asks} - {*trust.said_by_plan(run.plan, Path(run.plan_file).parent)})
    if not own.are_known(of_files):
        return ""
    return f"{vouched.word}{', and you agreed to the files that it names' if of_files else ''}"


def by_own_word(digest: str) -> str:
    """Say that the user has agreed to a list, or need not; nothing where they have to be asked."""
    if digest == trust.digest(()):
        return "nothing would run"
    return "you agreed to it" if trust.own().is_trusted(digest) else ""


def _unvouched(vouched: Vouched) -> str:
    if vouched.word:
        return f"No signature answers all of this: {vouched.word}, and not the files that it names."
    return f"No signature answers this: {vouched.why_not}." if vouched.why_not else ""


def _vouched(run: Run, entries: Sequence[Entry], vouch: Vouch | None) -> Vouched:
    return Vouched() if vouch is None else vouch(run, entries)
