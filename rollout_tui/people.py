"""Actor: who acts on a run; and who counts as the same person. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .frozen import dataclass


@dataclass(frozen=True)
class Actor:
    """The person, script or CI job that acts: the name that is claimed, login and host as the machine knows them.

    `key` is the public key that speaks for them; empty where there is none.
    """

    name: str
    login: str = ""
    host: str = ""
    key: str = ""

    @property
    def origin(self) -> str:
        return f"{self.login}@{self.host}"


def same_person(one: Actor | str, other: Actor | str, *, as_written: bool = False) -> bool:
    """Say whether two actors, or the names that a record gives, are one person.

    What was signed is compared by the exact name; `as_written` takes names as people write them, in whatever case.
    """
    first, second = _name(one), _name(other)
    return first.strip().casefold() == second.strip().casefold() if as_written else first == second


def count_people(names: Iterable[str]) -> int:
    """Say how many people stand behind the names that a record gives."""
    found: list[str] = []
    for name in names:
        if not any(same_person(name, known) for known in found):
            found.append(name)
    return len(found)


def is_owner(who: Actor | str, owner: str) -> bool:
    """Say whether an actor is the owner that a plan names, such as `Dana Ruiz (DBA)`."""
    name, named = _name(who).casefold(), owner.casefold()
    return named == name or named.startswith(f"{name} ")


def _name(who: Actor | str) -> str:
    return who if isinstance(who, str) else who.name
