"""The verifier's own files: whose key is whose, and who vouches for time stamps; as named, else as configured."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UsageError

if TYPE_CHECKING:
    from .signing.signers import Signers

HOW_TO_VOUCH = "--authority-ca FILE, or authority_ca in config.toml"


def own_signers(folder: Path, is_signed: bool, named: str = "") -> Signers | None:
    """Read whose key is whose, for a log that lies in a folder; for an unsigned one git is not asked.

    UsageError for a file that is named and can't be read, or lies with the log; of another what it gives tells that.
    """
    # Few logs pay for it.
    from .settings import own

    settings = own()
    if not (is_signed or named or settings.signers):
        return None
    from .signing.configured import signers_file
    from .signing.signers import Signers, load

    file = signers_file(settings, named)
    if file is None:
        return None
    try:
        if folder.resolve() in file.resolve().parents:
            raise UsageError(
                f"The signers file {file} lies with the runs: whoever writes those could write it too.",
                "Keep your own elsewhere: --signers FILE.",
            )
        return replace(load(file), is_named=bool(named))
    except UsageError as error:
        if named:
            raise
        return Signers(str(file), problem=error.message)


def own_authorities(is_anchored: bool, named: str = "") -> Path | None:
    """Give the file of the certificates that vouch for time stamps; for a log without any only one that is named."""
    if not (is_anchored or named):
        return None
    if not named:
        from .settings import own

        named = own().authority_ca
    if not named:
        return None
    path = Path(named).expanduser()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise UsageError(f"The authority's CA {path} can't be read.", f"Name a file: {HOW_TO_VOUCH}.")
    return path
