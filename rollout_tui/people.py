"""Actor: who acts on a run; and who counts as the same person. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from unicodedata import normalize

from .frozen import dataclass

Identity = Literal["exact", "as written", "claimed"]
"""By what two people are told apart.

`claimed`: by the names that they claim, however those are written; one login under two names is for the audit to tell.
`exact` and `as written` are how the first rules compared what was signed, and who leads.
"""


@dataclass(frozen=True)
class Actor:
    """The person, script or CI job that acts: the name that is claimed, login and host as the machine knows them.

    `key` is the fingerprint of the key that speaks for them, `via` the login of who called sudo; empty where there is
    none.
    """

    name: str
    login: str = ""
    host: str = ""
    key: str = ""
    via: str = ""

    @property
    def origin(self) -> str:
        """Where it comes from, as a record says it: `root@bastion via dave`."""
        return f"{self.login}@{self.host}{f' via {self.via}' if self.via else ''}"


def actor_of(name: str, origin: str, key: str = "") -> Actor:
    """Give who a record names, by the claimed name, the origin and the key of the signature that it keeps."""
    machine, _, via = origin.partition(" via ")
    login, _, host = machine.rpartition("@")
    return Actor(name, login, host, key, via)


def same_person(one: Actor | str, other: Actor | str, identity: Identity = "claimed") -> bool:
    """Say whether two actors, or the names that a record gives, are one person.

    Two names never prove that there were two people: where they are one person is what this says for sure.
    """
    if identity == "claimed" and _key(one) and _key(one) == _key(other):
        return True
    return _read(_name(one), identity) == _read(_name(other), identity)


def same_login(one: Actor, other: Actor) -> bool:
    """Say whether two actors came from one login: on any host, as people move between machines."""
    return (one.login or one.host) == (other.login or other.host)


def count_people(found: Iterable[Actor | str], identity: Identity = "claimed") -> int:
    """Say how many people stand behind the actors, or the names, that a record gives."""
    people: list[Actor | str] = []
    for each in found:
        if not any(same_person(each, known, identity) for known in people):
            people.append(each)
    return len(people)


def is_owner(who: Actor | str, owner: str) -> bool:
    """Say whether an actor is the owner that a plan names, or one of several: `Dana Ruiz (DBA) + Erik Lund (SRE)`."""
    name = _read(_name(who), "claimed")
    each = (_read(part, "claimed") for part in owner.split("+"))
    return any(named == name or named.startswith(f"{name} ") for named in each)


def _read(name: str, identity: Identity) -> str:
    match identity:
        case "exact":
            return name
        case "as written":
            return name.strip().casefold()
        case "claimed":
            # Casefolding may bring up forms that are to be brought together once more.
            return " ".join(normalize("NFKC", normalize("NFKC", name).casefold()).split())


def _name(who: Actor | str) -> str:
    return who if isinstance(who, str) else who.name


def _key(who: Actor | str) -> str:
    return "" if isinstance(who, str) else who.key
