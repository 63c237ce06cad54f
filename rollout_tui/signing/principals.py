"""Principals: whose each key is, as a run freezes it where its plan tells two people apart by keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from .. import EVENT_NAMESPACE
from ..errors import UsageError

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..run.state import Run
    from ..settings import Settings
    from .signers import Signers


def principals(plan: Plan, settings: Callable[[], Settings], at: datetime) -> tuple[str, ...]:
    """Give what the user's signers file says of that time; nothing where names or logins decide, or there is no file.

    UsageError where there is one that can't be read, or lists nobody: any key that somebody makes would count then.
    """
    signers = _own(plan, settings)
    if signers is None:
        return ()
    found = listed(signers, at)
    if not found:
        wrong = f" {'; '.join(signers.mistakes)}." if signers.mistakes else ""
        raise UsageError(
            f"{signers.path} lists nobody whose key tells people apart.{wrong}",
            "List each who approves by their own key (a line of an authority, cert-authority, says whose no key is).",
        )
    return found


def principals_anew(
    run: Run, plan: Plan, settings: Callable[[], Settings], at: datetime, *, asked: bool = False
) -> tuple[str, ...]:
    """Give whose the keys are from a redline on: nothing, which leaves that as it is, unless somebody asked for it.

    Or unless keys begin to tell people apart by this redline, and the run lists nobody's. UsageError as `principals`,
    and where what was asked for is not there.
    """
    begins = run.plan.header.identity != "signed" and not run.identity.principals
    found = principals(plan, settings, at) if asked or begins else ()
    if asked and not found:
        raise UsageError(
            "There is nobody to list as whose each key is.",
            'It takes identity = "signed" in the plan, and a signers file: signers = "FILE" in config.toml, or git\'s.',
        )
    return found


def unread_lines(plan: Plan, settings: Callable[[], Settings]) -> tuple[str, ...]:
    """Say which lines of that file can't be read, for whoever begins a run in which their keys are nobody's."""
    signers = _own(plan, settings)
    return signers.mistakes if signers is not None else ()


def _own(plan: Plan, settings: Callable[[], Settings]) -> Signers | None:
    if plan.header.identity != "signed":
        return None
    # Few plans ask for it.
    from .configured import signers_file
    from .signers import load

    file = signers_file(settings())
    return load(file) if file is not None else None


def listed(signers: Signers, at: datetime) -> tuple[str, ...]:
    """Give each name with the fingerprint of a key that counts at that time; an authority's own key is nobody's."""
    lines = [each for each in signers.lines if not each.is_authority and each.is_for(EVENT_NAMESPACE)]
    valid = [each for each in lines if each.is_valid(int(at.timestamp()))]
    found = [f"{name} {each.fingerprint}" for each in valid for name in each.principals or (each.names,)]
    return tuple(dict.fromkeys(found))
