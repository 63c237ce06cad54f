"""How much is tried of what is drawn at random: a share by `make test`, all of it by `make faults` (TRY_ALL=1)."""

from __future__ import annotations

import os

_SHARE = 3


def share(count: int) -> int:
    """Give how many of `count` to try now."""
    return count if os.environ.get("TRY_ALL") else count // _SHARE
