"""A run whose log is damaged, open up to the damage: everything can be looked at, and nothing recorded."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Damaged
from ..run.events import Entry
from .appending import Draft, Outcome, ReadOnly
from .protocols import RunRef
from .replay import ReplayedLog

if TYPE_CHECKING:
    from ..journal.chain import Torn
    from ..journal.evidence import Kept


class DamagedStore:
    """The entries before the damage of a log that was read; Damaged where there are none, or no damage."""

    torn: Torn | None = None
    warning = ""
    written: datetime | None = None

    def __init__(self, log: ReplayedLog) -> None:
        if log.run is None or log.damage is None:
            place = log.ref.place
            raise Damaged(log.problem or f"{place} is not damaged.", f"rollout verify {place} says more.")
        self._entries = log.entries
        self._ref = log.ref
        self.read_only = f"damaged at event {log.damage.seq}, byte {log.damage.offset}"

    @property
    def ref(self) -> RunRef:
        return self._ref

    def read(self, after: int) -> list[Entry]:
        return list(self._entries[after + 1 :])

    def append(self, _draft: Draft, _expected_head: str) -> Outcome:
        return ReadOnly(self.read_only)

    def wait(self, _after: int, timeout: float) -> bool:
        """Nothing is read that stands behind the damage."""
        time.sleep(timeout)
        return False

    def keep_evidence(self, _file: Path) -> Kept:
        raise self._kept_as_it_is()

    def take_lease(self, _who: str) -> str:
        raise self._kept_as_it_is()

    def evidence(self, _sha256: str) -> bytes:
        raise self._kept_as_it_is()

    def copy_to(self, _path: Path) -> Entry:
        raise self._kept_as_it_is()

    def drop_evidence(self) -> None:
        """None was kept."""

    def end_lease(self) -> None:
        """It never had it."""

    def close(self) -> None:
        """Nothing is open."""

    def _kept_as_it_is(self) -> Damaged:
        return Damaged(f"{self._ref.place} is {self.read_only}", "It is kept as it is: nothing is recorded in it.")
