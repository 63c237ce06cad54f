"""How much is tried of what is drawn at random: a share by `make test`, all of it by `make faults` (TRY_ALL=1)."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

_SHARE = 3


def share(count: int) -> int:
    """Give how many of `count` to try now."""
    return count if os.environ.get("TRY_ALL") else count // _SHARE


def some(cases: Sequence[object]) -> list[object]:
    """Give cases of one kind to parametrize by: each third is tried now, the others are marked `long`."""
    return [pytest.param(each, marks=pytest.mark.long if place % _SHARE else ()) for place, each in enumerate(cases)]
