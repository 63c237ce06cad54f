"""A judge: whether a value holds, by a metric's threshold, which is the breach, or by what a probe expects."""

from __future__ import annotations

import re

from ..frozen import dataclass
from ..plan.probe import Probe
from ..plan.quantities import Comparison
from .outcome import error, unknown

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


@dataclass(frozen=True)
class Judge:
    """A comparison, and whether it says what is wrong or what is right."""

    comparison: Comparison
    is_breach: bool

    def takes(self, value: float) -> bool:
        return self.comparison.breached_by(value) is not self.is_breach

    def words(self, value: float) -> str:
        """Say why a value is not taken."""
        said = f"{value:.12g} {self.comparison.unit}".rstrip()
        return f"{said} breaches {self.comparison}" if self.is_breach else f"{said}, expected {self.comparison}"


def judge_of(probe: Probe, threshold: Comparison | None) -> Judge | None:
    """Give what judges a probe's value; a mistake of the plan, which would let everything pass, is an error."""
    comparison = threshold or probe.expect
    if comparison is None:
        if probe.kind == "prometheus":
            raise error("nothing judges its value: give `expect`")
        return None
    if not comparison.operator:
        raise error(f"{comparison} is a placeholder, and judges nothing")
    if probe.unit and probe.unit.split()[:1] != comparison.unit.split()[:1]:
        raise error(f"its value is in {probe.unit}, and {comparison} is not: nothing is converted")
    return Judge(comparison, is_breach=threshold is not None)


def is_number(text: str) -> bool:
    """Say whether a text is a number, NaN and the infinite ones among them."""
    return bool(_NUMBER.fullmatch(text) or _NOT_FINITE.fullmatch(text))


def finite(text: str) -> float:
    """Read a number; NaN and what is infinite are no value to judge, since a comparison with NaN is never true."""
    if not is_number(text):
        raise error(f"not a number: {text[:80]}")
    value = float(text)
    if value - value != 0:
        raise unknown(f"{text[:80]} is no value to judge")
    return value
