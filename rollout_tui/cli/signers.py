"""The verifier's own file of signers: as a command names it, else as the user or git is configured."""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from .output import tell

if TYPE_CHECKING:
    from ..journal.verdicts import AskSigners
    from ..runs.protocols import Runs
    from ..signing.signers import Signers


def add_signers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--signers", metavar="FILE", help="whose SSH key is whose (else signers in config.toml, else git's)"
    )


def signers_of(named: str | None, runs: Runs) -> AskSigners:
    """Give what reads the verifier's own file, once, where a log is signed: the named one, the user's, or git's."""

    @cache
    def ask() -> Signers | None:
        from ..settings import own
        from ..signing.configured import signers_file
        from ..signing.signers import load

        path = signers_file(own(), named or "")
        if path is None:
            return None
        if Path(runs.where).resolve() in path.resolve().parents:
            raise UsageError(
                f"The signers file {path} lies with the runs: whoever writes those could write it too.",
                "Keep your own elsewhere: --signers FILE.",
            )
        found = load(path)
        for each in found.mistakes:
            tell(each)
        return found

    return ask
