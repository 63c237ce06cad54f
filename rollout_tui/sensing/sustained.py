"""A sustained trigger: it fires once it was in breach for some time."""

from __future__ import annotations

from ..plan.model import Trigger
from ..run.observation import FAIL, PASS, Sight
from ..run.samples import Sample

# How much of the time of a sustained trigger has to have been looked at.
_COVERED = 0.8


class Sustained:
    """Which of the looks at a sustained trigger come to a fail."""

    def __init__(self, trigger: Trigger) -> None:
        assert trigger.probe is not None, trigger
        self._for, self._every = trigger.for_.value, trigger.probe.every.value
        self._fails: list[Sample] = []

    def outcome(self, look: Sample) -> Sight:
        """Give what the trigger comes to with one more look; what saw nothing neither fires it nor says that it holds.

        It fires when every look of its time that could judge was in breach, and 80 % of that time was looked at.
        """
        if look.outcome == PASS:
            self._fails.clear()
        if look.outcome != FAIL:
            return look.outcome
        # Of what is older than its time only the newest says that the time was filled.
        old = [each for each in self._fails if each.at <= look.at - self._for][:-1]
        self._fails = [*self._fails[len(old) :], look]
        return FAIL if self.window else PASS

    @property
    def words(self) -> str:
        """How far it is from firing; nothing where it holds."""
        if not self._fails or self.window:
            return ""
        lasted = self._fails[-1].at - self._fails[0].at
        said = f"in breach for {int(lasted.total_seconds())} of {int(self._for.total_seconds())} s"
        return said if lasted < self._for else f"{said}, looked at too seldom to tell"

    @property
    def window(self) -> tuple[Sample, ...]:
        """The looks by which it fires, over at least its whole time; empty as long as it does not."""
        is_long = bool(self._fails) and self._fails[-1].at - self._fails[0].at >= self._for
        is_covered = (len(self._fails) - 1) * self._every >= _COVERED * self._for
        return tuple(self._fails) if is_long and is_covered else ()
