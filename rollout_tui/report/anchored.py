"""The anchors of a log, told: the newest and what lies behind it, and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..signing.anchors import Anchors


def anchor_lines(anchors: Anchors) -> Iterator[str]:
    """Name the newest anchor, and each that a verifier has to know of besides."""
    if anchors.words:
        yield anchors.words
    for each in anchors.rows:
        if each is not anchors.newest and each.kind not in {"verified", "not-asked"}:
            yield each.words


def anchors_object(anchors: Anchors | None) -> dict[str, Any] | None:
    """Give the anchors as plain values; None where nothing was anchored, nor anybody asked."""
    if anchors is None:
        return None
    newest = anchors.newest
    return {
        "words": anchors.words,
        "newest": newest.seq if newest else None,
        "behind": anchors.events - newest.head if newest else None,
        "each": [
            {
                "event": each.seq,
                "anchored": each.head,
                "kind": each.kind,
                "authority": each.authority,
                "time": each.time.isoformat(timespec="milliseconds") if each.time else None,
                "words": each.words,
            }
            for each in anchors.rows
        ],
    }
