"""A sustained trigger: it fires once it was in breach for some time."""

from __future__ import annotations

from datetime import datetime

from ..plan.model import Trigger
from ..run.observation import FAIL, PASS, UNKNOWN, Sight
from ..run.samples import Sample
from ..run.stages import INTERVALS

# How much of the time of a sustained trigger has to have been looked at.
_COVERED = 0.8


class Sustained:
    """Which of the looks at a sustained trigger come to a fail.

    It fires when every look of its time that could judge was in breach, and 80 % of that time was looked at. Before, a
    breach that followed on a look that was well, without a gap, is none yet; of any other nobody knows.
    """

    def __init__(self, trigger: Trigger) -> None:
        assert trigger.probe is not None, trigger
        self._for, self._every = trigger.for_.value, trigger.probe.every.value
        self._well: datetime | None = None
        self._fails: list[Sample] = []

    def would_be(self, look: Sample) -> Sight:
        """Give what the trigger comes to with one more look; what saw nothing neither fires it nor says it is well."""
        if look.outcome != FAIL:
            return look.outcome
        fails = [*self._fails, look]
        if self._is_sustained(fails):
            return FAIL
        return PASS if self._is_young(fails) else UNKNOWN

    def add(self, look: Sample) -> None:
        if look.outcome == PASS:
            self._well = look.at
            self._fails.clear()
        elif look.outcome == FAIL:
            # Of what is older than its time only the newest says that the time was filled.
            old = [each for each in self._fails if each.at <= look.at - self._for][:-1]
            self._fails = [*self._fails[len(old) :], look]

    @property
    def words(self) -> str:
        """How far it is from firing; nothing where it is well, or fires."""
        if not self._fails or self.window:
            return ""
        lasted = self._fails[-1].at - self._fails[0].at
        said = f"in breach for {int(lasted.total_seconds())} of {int(self._for.total_seconds())} s"
        return said if self._is_young(self._fails) else f"{said}, and before that looked at too seldom to tell"

    @property
    def window(self) -> tuple[Sample, ...]:
        """The looks by which it fires, over at least its whole time; empty as long as it does not."""
        return tuple(self._fails) if self._is_sustained(self._fails) else ()

    def _is_sustained(self, fails: list[Sample]) -> bool:
        last = fails[-1].at if fails else None
        old = [each for each in fails if last is not None and each.at <= last - self._for]
        is_covered = (len(fails) - max(1, len(old))) * self._every >= _COVERED * self._for
        return bool(old) and is_covered

    def _is_young(self, fails: list[Sample]) -> bool:
        """Whether it follows on a look that was well, and 80 % of the time since was looked at."""
        if self._well is None or fails[0].at - self._well > INTERVALS * self._every:
            return False
        lasted = fails[-1].at - self._well - self._every
        is_covered = len(fails) * self._every >= _COVERED * lasted
        return is_covered and lasted < self._for + INTERVALS * self._every
