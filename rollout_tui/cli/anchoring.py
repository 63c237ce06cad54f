"""The CA that vouches for who stamped a log: as a command names it, else as the user is configured."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError

if TYPE_CHECKING:
    from ..settings import Settings

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


def _own() -> Settings:
    # Asked only where there is an anchor: a user's file costs more to read than a log does.
    from ..settings import own

    return own()
