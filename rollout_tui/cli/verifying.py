"""What the commands that verify a log ask: by whose files, and whether all that was asked is answered."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import cache, partial
from typing import TYPE_CHECKING

from ..errors import Damaged, DoesNotFollow, RolloutError
from ..verifier import own_authorities, own_signers
from .output import tell

if TYPE_CHECKING:
    from ..journal.verdicts import AskAuthorities, AskSigners, Verification


def add_verifier(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--signers", metavar="FILE", help="whose SSH key is whose (else signers in config.toml, else git's)"
    )
    add_authority_ca(parser)


def add_authority_ca(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--authority-ca", metavar="FILE", help="the CA of the authority, as PEM (else authority_ca in config.toml)"
    )


def files_of(arguments: argparse.Namespace) -> tuple[AskSigners, AskAuthorities]:
    """Give what reads the verifier's own files, once for all logs of a folder."""
    signers = cache(partial(own_signers, named=arguments.signers or ""))
    return signers, partial(own_authorities, named=arguments.authority_ca or "")


def tell_mistakes(verified: Iterable[Verification]) -> None:
    """Tell the lines of the signers file that can't be read."""
    asked = [each.signatures for each in verified if each.signatures]
    for mistake in dict.fromkeys(mistake for each in asked for mistake in each.mistakes):
        tell(mistake)


def code_of(found: Verification) -> int:
    """Give the exit code that a verdict comes to."""
    if found.holds:
        # What nobody here can say is no answer to who asks whether it holds.
        return RolloutError.exit_code if found.unanswered else 0
    is_whole = found.verdict in ("does-not-follow", "wrong-signer")
    return DoesNotFollow.exit_code if is_whole else Damaged.exit_code
