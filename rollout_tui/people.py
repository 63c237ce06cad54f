"""Actor: who acts on a run; and who counts as the same person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal
from unicodedata import normalize

from .frozen import dataclass


@dataclass(frozen=True)
class Actor:
    """The person, script or CI job that acts: the name that is claimed, login and host as the machine knows them.

    `key` is the fingerprint of the key that speaks for them, `via` the login of who called sudo, as sudo says it, and
    `runs_as` that of the process, where it is another than who logged in; empty where there is none.
    """

    name: str
    login: str = ""
    host: str = ""
    key: str = ""
    via: str = ""
    runs_as: str = ""

    @property
    def origin(self) -> str:
        """Where it comes from, as a record says it: `root@bastion via dave`, or `dave@bastion as root`."""
        as_whom = f" as {self.runs_as}" if self.runs_as else ""
        return f"{self.login}@{self.host}{as_whom}{f' via {self.via}' if self.via else ''}"


def actor_of(name: str, origin: str, key: str = "") -> Actor:
    """Give who a record names, by the claimed name, the origin and the key of the signature that it keeps."""
    machine, _, via = origin.partition(" via ")
    machine, _, runs_as = machine.partition(" as ")
    login, _, host = machine.rpartition("@")
    return Actor(name, login, host, key, via, runs_as)


@dataclass(frozen=True)
class Identity:
    """By what a run tells two people apart: its rule, and whose each key is, by the key's fingerprint.

    `claimed`: by the names that they claim, however those are written, though one key or one principal is one person.
    `login`: by the login alone. `signed`: by key and principal alone. What else is alike is then for the audit to tell.
    `exact` and `as written` are how the first rules compared what was signed, and who leads.
    """

    rule: Literal["exact", "as written", "claimed", "login", "signed"] = "claimed"
    principals: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def uncounted(self, who: Actor) -> str:
        """Say why somebody's word is a note where two have to agree: how it is signed; nothing where it counts."""
        if self.rule != "signed" or who.key in self.principals:
            return ""
        if not who.key:
            return "not signed by a key"
        # Whoever can make a key can make two.
        return f"signed by a key that the run does not list, {who.key}" if self.principals else ""

    @property
    def words(self) -> str:
        """Say by what two people were two, and what that is worth."""
        by = f"by {TOLD_APART.get(self.rule, TOLD_APART['claimed'])}"
        if not self.proves:
            return f"{by}: one person can pass for two"
        if self.rule == "signed" and self.principals:
            return f"{by}, of those that the run lists with whose they are"
        return f"{by}: who has two of them can pass for two"

    @property
    def proves(self) -> bool:
        """Whether more than a name that anybody can claim tells two people apart."""
        return self.rule in {"login", "signed"}


TOLD_APART = {"claimed": "the names that they claim", "login": "their logins", "signed": "the keys that they sign with"}
"""The rules that a plan may ask for, in words."""

CLAIMED = Identity()
AS_WRITTEN = Identity("as written")
EXACT = Identity("exact")


def principals_in(texts: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Give whose each key is, by what a run's start lists: a principal, a space and the key's fingerprint each.

    A pattern (`*@example.com`) names nobody: its key is known, and nobody's but its own.
    """
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        principal, _, key = text.rpartition(" ")
        named = {_read(principal, "claimed")} if principal and not set("*?!") & set(principal) else set()
        found[key] = found.get(key, frozenset()) | named
    return found


def same_person(one: Actor | str, other: Actor | str, identity: Identity = CLAIMED) -> bool:
    """Say whether two actors, or the names that a record gives, are one person.

    Two names never prove that there were two people: where they are one person is what this says for sure.
    """
    one, other = _actor(one), _actor(other)
    match identity.rule:
        case "login":
            return same_login(one, other)
        case "signed" if one.key and other.key:
            return same_key(one, other, identity)
        case "signed" | "claimed":
            # Who did not sign is told by the name, and never passes for somebody else by having no key.
            return same_key(one, other, identity) or same_name(one, other)
        case rule:
            return _read(one.name, rule) == _read(other.name, rule)


def same_name(one: Actor, other: Actor) -> bool:
    """Say whether two actors claim one name, however it is written."""
    return _read(one.name, "claimed") == _read(other.name, "claimed")


def same_key(one: Actor, other: Actor, identity: Identity = CLAIMED) -> bool:
    """Say whether two actors signed with one key, or with two keys of one principal."""
    whose = identity.principals
    return bool(one.key and other.key) and (
        one.key == other.key or bool(whose.get(one.key, _NOBODY) & whose.get(other.key, _NOBODY))
    )


def same_login(one: Actor, other: Actor) -> bool:
    """Say whether two actors came from one login: on any host, as people move between machines."""
    return (one.login or one.host) == (other.login or other.host)


def count_people(found: Iterable[Actor | str], identity: Identity = CLAIMED) -> int:
    """Say how many people stand behind the actors, or the names, that a record gives."""
    people: list[Actor | str] = []
    for each in found:
        if not any(same_person(each, known, identity) for known in people):
            people.append(each)
    return len(people)


def is_owner(who: Actor | str, owner: str) -> bool:
    """Say whether an actor is the owner that a plan names, or one of several: `Dana Ruiz (DBA) + Erik Lund (SRE)`."""
    name = _read(_actor(who).name, "claimed")
    each = (_read(part, "claimed") for part in owner.split("+"))
    return any(named == name or named.startswith(f"{name} ") for named in each)


_NOBODY: frozenset[str] = frozenset()


def _read(name: str, rule: str) -> str:
    match rule:
        case "exact":
            return name
        case "as written":
            return name.strip().casefold()
        case _:
            # Casefolding may bring up forms that are to be brought together once more.
            return " ".join(normalize("NFKC", normalize("NFKC", name).casefold()).split())


def _actor(who: Actor | str) -> Actor:
    return Actor(who) if isinstance(who, str) else who
