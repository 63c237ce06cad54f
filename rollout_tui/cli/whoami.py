"""`rollout whoami`: who acts here, by which key they sign, whether that key would sign now, and who knows it."""

from __future__ import annotations

import argparse
from typing import Any

from ..clock import Clock
from ..errors import GivenUp, NotSigned, UsageError
from ..frozen import dataclass
from ..journal.blocks import EVENT_NAMESPACE
from ..people import Actor
from ..settings import Settings, own
from ..signing.agent import keys, with_agent
from ..signing.configured import configured_key, signers_file
from ..signing.signer import NOT_RECORDED, NoSigner, Signer
from ..signing.signers import load
from .options import add_json, add_operator, operator
from .output import say, say_json, tell
from .signing import TerminalSigner

FORMAT = "rollout-whoami/1"

_NAMESPACE = "rollout-whoami@rollout"

_HOW = {
    "ask": "when you say so: a screen and a command on a terminal ask",
    "always": "always: what can't be signed is not recorded",
    "never": "never",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say who acts here, by which key they sign and whether it can now, and who knows that key."
    add_operator(parser)
    add_json(parser)


@dataclass(frozen=True)
class _Check:
    """Whether a key can sign, None where nobody knows; and in words how that was found out."""

    can_sign: bool | None
    words: str
    hint: str = ""


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    who, settings = operator(arguments), own()
    for mistake in settings.mistakes:
        tell(mistake)
    found = _key_of(settings)
    check = _check(found)
    known = _known(settings, found, who, clock)
    if known.standing == "somebody-else":
        check = _Check(False, f"no: it is not {who.name}'s", "Act as whose it is: --as NAME, or ROLLOUT_OPERATOR.")
    if arguments.json:
        say_json(_json(who, settings, found, check, known))
    else:
        say(f"name      {who.name}")
        say(f"login     {who.origin}")
        say(f"key       {_key(found)}")
        say(f"can sign  {check.words}")
        say(f"signs     {_HOW[settings.sign]}")
        say(f"known as  {known.words}")
    if check.hint:
        tell(check.hint)
    return NotSigned.exit_code if found is not None and check.can_sign is False else 0


def _key_of(settings: Settings) -> Signer | NoSigner | None:
    try:
        return configured_key(settings)
    except NotSigned as why:
        return NoSigner(why)


def _key(found: Signer | NoSigner | None) -> str:
    if found is None or isinstance(found, NoSigner):
        return "none" if found is None else "none that can be read"
    where = f"  {found.path}" if found.path else "  in the agent"
    return f"{found.key}  {found.kind}{where}"


def _check(found: Signer | NoSigner | None) -> _Check:
    """Try the key, but for one that somebody would have to touch: of that only where it lies is looked at."""
    if found is None:
        hint = (
            'Name one: key = "~/.ssh/id_ed25519.pub" in config.toml, or git\'s user.signingKey with gpg.format = ssh.'
        )
        return _Check(False, "no: no key is configured", hint)
    if isinstance(found, Signer) and found.needs_touch:
        return _look_for(found)
    try:
        TerminalSigner(found).sign(b"whoami", _NAMESPACE)
    except GivenUp:
        raise
    except NotSigned as why:
        return _Check(False, f"no: {why.message}", why.hint.removeprefix(NOT_RECORDED).strip())
    return _Check(True, "yes: tried")


def _look_for(found: Signer) -> _Check:
    if any(each.blob == found.public.blob for each in keys(with_agent(found.environment))):
        return _Check(None, "not tried, since it has to be touched: the agent has it")
    if found.private is not None:
        return _Check(None, f"not tried, since it has to be touched: {found.private} leads to it")
    return _Check(False, "no: neither the agent has it nor a file leads to it", "ssh-add -K gives it to the agent.")


@dataclass(frozen=True)
class _Known:
    """Under which principals a signers file knows the key."""

    words: str
    file: str = ""
    standing: str = ""
    principals: tuple[str, ...] = ()


def _known(settings: Settings, found: Signer | NoSigner | None, who: Actor, clock: Clock) -> _Known:
    path = signers_file(settings)
    if path is None:
        return _Known("nobody: there is no signers file (signers in config.toml, or git's gpg.ssh.allowedSignersFile)")
    try:
        signers = load(path)
    except UsageError as error:
        return _Known(f"nobody: {error.message}", str(path))
    for mistake in signers.mistakes:
        tell(mistake)
    if not isinstance(found, Signer):
        return _Known(f"nobody: {path} is asked about a key", str(path))
    now = signers.find(found.public.blob, who.name, clock.now(), EVENT_NAMESPACE)
    principals = signers.known_as(found.key) or ((now.principal,) if now.principal else ())
    known, names = f", in {path}", ", ".join(principals)
    words = {
        "listed": f"{names}{f' ({now.full_name})' if now.full_name else ''}{known}",
        "outside-time": f"{names}, but not at this time{known}",
        "somebody-else": f"{names}, who is not {who.name}{known}",
        "nobody": f"nobody{known}" if not names else f"{names}, but not for entries of a run{known}",
    }
    return _Known(words[now.standing], str(path), now.standing, principals)


def _json(
    who: Actor, settings: Settings, found: Signer | NoSigner | None, check: _Check, known: _Known
) -> dict[str, Any]:
    key = None
    if isinstance(found, Signer):
        file = str(found.path) if found.path else None
        key = {"fingerprint": found.key, "kind": found.kind, "needs_touch": found.needs_touch, "file": file}
    return {
        "format": FORMAT,
        "name": who.name,
        "login": who.login,
        "host": who.host,
        "via": who.via or None,
        "sign": settings.sign,
        "key": key,
        "can_sign": check.can_sign,
        "checked": check.words,
        "signers": {
            "file": known.file or None,
            "standing": known.standing or None,
            "principals": list(known.principals),
            "words": known.words,
        },
    }
