"""Finding: what a check of a plan finds at one place of its file."""

from __future__ import annotations

from ..frozen import dataclass
from .mistakes import KeyPath


@dataclass(frozen=True)
class Finding:
    """What a rule finds at a key path of the plan file; the hint says what would mend it.

    What is not overridable keeps a run from starting, whatever the reason.
    """

    rule: str
    path: KeyPath
    message: str
    hint: str
    overridable: bool = True
