"""Approval: what somebody said where two people have to agree, by what they were told apart, and whether it counts."""

from __future__ import annotations

from collections.abc import Mapping

from ..frozen import dataclass
from .stamp import Mark


@dataclass(frozen=True)
class Approval:
    """A sign-off, a promotion or a start, and `note`, why it counts for nothing: empty where it counts.

    `item` is what two were asked for; it is empty where a redline changed by what people are told apart by keys.
    """

    item: str
    mark: Mark
    rule: str
    note: str = ""


def is_note(approvals: Mapping[int, Approval], mark: Mark) -> bool:
    """Say whether what a mark stands for counted for nothing where two were asked."""
    return mark.seq in approvals and bool(approvals[mark.seq].note)
