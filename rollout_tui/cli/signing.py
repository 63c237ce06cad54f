"""What the commands that record ask of signing: `--sign` and `--no-sign`, else what the user configured."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .options import has_terminal, is_agreed
from .output import tell

if TYPE_CHECKING:
    from ..people import Actor
    from ..settings import Settings, Sign
    from ..signing.signer import Signs
    from ..signing.ssh_keygen import KeygenCall


def add_signing(parser: argparse.ArgumentParser) -> None:
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--sign", dest="sign", action="store_const", const="always", help="sign it by your SSH key")
    does.add_argument("--no-sign", dest="sign", action="store_const", const="never", help="do not, whatever you set")


def signer_of(arguments: argparse.Namespace, who: Actor) -> Signs | None:
    """Give what signs an entry, if anything does; on a terminal ask where the user wants to be asked."""
    if arguments.sign == "never":
        return None
    from ..settings import own

    settings = own()
    for mistake in settings.mistakes:
        tell(mistake)
    how: Sign = arguments.sign or settings.sign
    if how == "ask" and has_terminal():
        return _agreed(settings, who)
    return _needed(settings, who) if how == "always" else None


def signer_at_screen(arguments: argparse.Namespace, who: Actor) -> tuple[Signs | None, bool]:
    """Give what signs at a screen from its beginning, and whether the screen asks for it."""
    from ..settings import own

    settings = own()
    how: Sign = arguments.sign or settings.sign
    return _needed(settings, who) if how == "always" else None, how == "ask"


def _needed(settings: Settings, who: Actor) -> Signs:
    from ..signing.configured import need_signer

    return TerminalSigner(need_signer(settings, who.name))


def _agreed(settings: Settings, who: Actor) -> Signs | None:
    from ..signing.configured import signer
    from ..signing.signer import NoSigner

    found = signer(settings, who.name)
    if found is None:
        return None
    if isinstance(found, NoSigner):
        tell(f"Not signed: {found.why.message}\n{found.why.hint}")
        return None
    return TerminalSigner(found) if is_agreed(f"Sign it by your key {found.key} ({found.kind})?") else None


class TerminalSigner:
    """A signer that says what it waits for, if it waits; a signal that ends the program ends the wait as well."""

    def __init__(self, signer: Signs) -> None:
        self.key, self.kind, self.needs_touch = signer.key, signer.kind, signer.needs_touch
        self._signer = signer

    def sign(self, words: bytes, namespace: str, call: KeygenCall | None = None, /) -> str:
        """Sign in a call of its own, but for a screen, which says itself what it waits for."""
        if call is not None:
            return self._signer.sign(words, namespace, call)
        from ..signing.ssh_keygen import KeygenCall, given_up
        from .signals import Stopped, signals

        what = "Touch your key" if self.needs_touch else "Waiting for the key"
        try:
            with signals():
                return self._signer.sign(words, namespace, KeygenCall(lambda: tell(f"{what} … (ctrl-c gives up)")))
        except Stopped as stopped:
            raise given_up(128 + stopped.number) from None
