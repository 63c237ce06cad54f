"""How much probes saw of the soaks that they watched, over one run or many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from ...frozen import dataclass
from ...run.figures import Figures


@dataclass(frozen=True)
class Sighted:
    """Time that was `observed`, time in which some metric was not seen, and how many looks saw nothing or failed."""

    observed: timedelta
    blind: timedelta
    looks: int
    unknown: int
    errors: int

    @property
    def share(self) -> float | None:
        """How much of the time was blind, in percent; None where there was none."""
        whole = self.observed + self.blind
        return 100 * (self.blind / whole) if whole else None

    @property
    def is_whole(self) -> bool:
        return not (self.blind or self.unknown or self.errors)


def sighted(runs: Iterable[Figures]) -> Sighted | None:
    """Add up the soaks of these runs; None where probes watched none."""
    found = [each for run in runs for each in run.sights]
    if not found:
        return None
    observed = sum((each.observed for each in found), timedelta(0))
    blind = sum((each.blind for each in found), timedelta(0))
    looks, unknown = sum(each.looks for each in found), sum(each.unknown for each in found)
    return Sighted(observed, blind, looks, unknown, sum(each.errors for each in found))
