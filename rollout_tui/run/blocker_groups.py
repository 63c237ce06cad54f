"""Groups of blockers, worded once for screen, read-back and report: what there may be hundreds of is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..frozen import dataclass
from .gates import Blocker, BlockerKind

COUNTED = {BlockerKind.OPEN: "open", BlockerKind.UNREAD: "not read", BlockerKind.STALE: "too old"}
"""How many of these there are says enough; every other one is a decision that somebody has to know by itself."""


@dataclass(frozen=True)
class BlockerGroup:
    """Blockers of one kind that are told together, in the words `text`."""

    kind: BlockerKind
    text: str
    blockers: tuple[Blocker, ...]


def grouped(found: Iterable[Blocker]) -> Iterator[BlockerGroup]:
    """Give the blockers in groups, what needs a person now first; a single one keeps its own words."""
    kinds: dict[BlockerKind, list[Blocker]] = {kind: [] for kind in BlockerKind}
    for each in found:
        kinds[each.kind].append(each)
    for kind, group in kinds.items():
        if kind in COUNTED and len(group) > 1:
            yield BlockerGroup(kind, f"{len(group)} {COUNTED[kind]}", tuple(group))
        else:
            yield from (BlockerGroup(kind, each.text, (each,)) for each in group)
