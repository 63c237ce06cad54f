"""Principals: whose each key is, as a run freezes it where its plan tells two people apart by keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from .. import EVENT_NAMESPACE

if TYPE_CHECKING:
    from ..plan.model import Plan
    from ..settings import Settings
    from .signers import Signers


def principals(plan: Plan, settings: Callable[[], Settings], at: datetime) -> tuple[str, ...]:
    """Give what the user's signers file says of that time; nothing where names or logins decide, or there is no file.

    UsageError where there is one that can't be read.
    """
    if plan.header.identity != "signed":
        return ()
    # Few plans ask for it.
    from .configured import signers_file
    from .signers import load

    file = signers_file(settings())
    return listed(load(file), at) if file is not None else ()


def listed(signers: Signers, at: datetime) -> tuple[str, ...]:
    """Give each name with the fingerprint of a key that counts at that time; an authority's own key is nobody's."""
    lines = [each for each in signers.lines if not each.is_authority and each.is_for(EVENT_NAMESPACE)]
    valid = [each for each in lines if each.is_valid(int(at.timestamp()))]
    found = [f"{name} {each.fingerprint}" for each in valid for name in each.principals or (each.names,)]
    return tuple(dict.fromkeys(found))
