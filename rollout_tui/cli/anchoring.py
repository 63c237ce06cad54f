"""What the commands that read anchors share: the CA that vouches for who stamped them, and what is said of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    from ..settings import Settings
    from ..signing.anchors import Anchors

HOW = "--authority-ca FILE, or authority_ca in config.toml"


def add_authority_ca(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--authority-ca", metavar="FILE", help="the CA of the authority, as PEM (else authority_ca in config.toml)"
    )


def authority_ca(arguments: argparse.Namespace, settings: Settings | None = None) -> Path | None:
    """Give the file of the certificates that vouch for an authority; None where none is named."""
    named = arguments.authority_ca or (settings or _own()).authority_ca
    if not named:
        return None
    path = Path(named).expanduser()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise UsageError(f"The authority's CA {path} can't be read.", f"Name a file: {HOW}.")
    return path


def anchor_lines(anchors: Anchors | None) -> Iterator[str]:
    """Name the newest anchor, and each that a verifier has to know of besides."""
    if anchors is None:
        return
    if anchors.words:
        yield anchors.words
    for each in anchors.rows:
        if each is not anchors.newest and each.kind not in {"verified", "not-asked"}:
            yield each.words


def anchor_json(anchors: Anchors | None) -> dict[str, Any] | None:
    """Give the anchors for a script; `newest` is the event by which the log is anchored furthest."""
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


def _own() -> Settings:
    # Asked only where there is an anchor: a user's file costs more to read than a log does.
    from ..settings import own

    return own()
