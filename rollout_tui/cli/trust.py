"""`rollout trust`: show what the probes of a plan or a run would run, and trust it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import Damaged, Refused
from ..frozen import dataclass
from ..plan import source, toml
from ..plan.model import Plan
from ..runs.replay import ReplayedLog, replayed
from ..sensing.trusted import by_own_word, by_whose_word, untrusted
from ..text import safe
from ..trust import FORMAT, Asks, Difference, asks, compared, digest, own
from .options import add_folder, add_json, has_terminal, is_agreed, runs_of
from .output import say, say_document, say_json, tell
from .trusting import vouch_of


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Show what the probes of a plan or a run would run or ask, and trust it: before, nothing of it runs. What is "
        "trusted is kept for you alone, and asked for again when something else would run."
    )
    parser.add_argument("what", metavar="PLAN|RUN", help="a plan's file; or a run's id, a unique beginning, or a path")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--yes", metavar="SHA256", help="trust it without being asked, if it is the sha256:… named here")
    does.add_argument("--forget", action="store_true", help="trust nothing of this plan any more")
    add_folder(parser)
    add_json(parser)


@dataclass(frozen=True)
class _Subject:
    """What is asked about: a plan, or that of a run."""

    name: str
    plan: Plan
    file: str
    log: ReplayedLog | None = None


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    subject, trusted = _subject(arguments), own()
    found = asks(subject.plan, Path(subject.file).parent)
    name, difference = digest(found), trusted.difference(subject.file, found)
    if trusted.problem:
        tell(f"{trusted.problem}.")
    if arguments.forget:
        trusted.forget(found, subject.file)
    elif arguments.yes is not None:
        if arguments.yes != name:
            raise Refused(f"What {subject.name} would run is not what --yes names.", f"It is {name}.")
        trusted.trust(found, subject.file)
    word, unvouched = _standing(subject, name, clock)
    if arguments.json:
        say_json(_json(subject, found, difference, word, unvouched))
        return 0 if word or arguments.forget else Refused.exit_code
    for line in filter(None, (*_lines(subject, found, difference), unvouched)):
        # Whole, however long: what is not shown can't be agreed to.
        say_document(safe(line, limit=len(line)) + "\n")
    if not word and not arguments.forget:
        _need_consent(subject, name)
        trusted.trust(found, subject.file)
        word, _ = _standing(subject, name, clock)
    if arguments.forget and found:
        say(f"You trust it no more, and it still runs: {word}." if word else "Not trusted any more.")
    elif found:
        say(f"Trusted: {name} ({word})")
    return 0


def _standing(subject: _Subject, name: str, clock: Clock) -> tuple[str, str]:
    """Say by whose word it may run, nothing where somebody has to agree; and why no signature does that."""
    if subject.log is None or subject.log.run is None:
        return by_own_word(name), ""
    vouch = vouch_of(clock)
    word = by_whose_word(subject.log.run, subject.log.entries, "", vouch)
    asked = None if word else untrusted(subject.log.run, subject.log.entries, "", vouch)
    return word, asked.unvouched if asked else ""


def _subject(arguments: argparse.Namespace) -> _Subject:
    path = Path(arguments.what)
    if path.is_file() and not source.looks_like_journal(path):
        loaded = toml.load(path)
        return _Subject(arguments.what, loaded.plan, loaded.file)
    runs = runs_of(arguments)
    log = replayed(runs.read(runs.find(arguments.what)))
    if log.run is None or log.problem:
        raise Damaged(log.problem, f"rollout verify {log.ref.place} says more.")
    return _Subject(log.run.id, log.run.plan, log.run.plan_file, log)


def _need_consent(subject: _Subject, name: str) -> None:
    if not has_terminal():
        hint = f"On a terminal rollout trust {subject.name} asks; a script says --yes {name}"
        raise Refused("Not trusted: nothing of it runs.", hint)
    if not is_agreed("Trust this, and let it run as you?"):
        raise Refused("Not trusted: nothing of it runs.", f"rollout trust {subject.name} asks again.")


def _lines(subject: _Subject, found: Asks, difference: Difference | None) -> Iterator[str]:
    if not found:
        yield f"{subject.name} runs nothing: it has no probes."
        return
    yield f"{subject.name} would run or ask:"
    yield from (f"{mark} {line}" for mark, line in compared(found, difference))
    if difference is None:
        yield "You have not trusted anything of this plan before."
    elif difference.added or difference.removed:
        yield f"Since you trusted this plan last: {difference.words}"


def _json(subject: _Subject, found: Asks, difference: Difference | None, word: str, unvouched: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "plan_file": subject.file or None,
        "digest": digest(found),
        "trusted": bool(word),
        "by": word or None,
        "no_signature": unvouched or None,
        "asks": list(found),
        "since": None if difference is None else {"added": difference.added, "removed": difference.removed},
    }
