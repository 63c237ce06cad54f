"""Two who act, one person or two, and every place where two have to agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rollout_tui.run import intents
from tests.run.driver import Walk
from tests.run.run_plans import BLUE_GREEN, CANARY
from tests.run.signatures import key_named

Intent = intents.Intent


def telling(text: str, rule: str) -> str:
    return text.replace("[plan]\n", f'[plan]\nidentity = "{rule}"\n', 1)


LISTED = tuple(f"{who}@example.com {key_named(key)}" for who, key in (("alice", "a1"), ("alice", "a2"), ("bob", "b")))


class Rule(NamedTuple):
    """Two who act: by what the plan tells them apart, and how each does it."""

    rule: str
    first: dict[str, Any]
    second: dict[str, Any]
    principals: tuple[str, ...] = ()


def one(by: str, key: str | None = None, login: str = "") -> dict[str, Any]:
    return {"by": by, "key": key, "login": login}


# Two names each, and one person.
ONE_PERSON = {
    "claimed, one key": Rule("claimed", one("alice", "a1"), one("bob", "a1")),
    "claimed, one principal": Rule("claimed", one("alice", "a1"), one("bob", "a2"), LISTED),
    "login": Rule("login", one("alice", login="ci"), one("bob", login="ci")),
    "login, two keys": Rule("login", one("alice", "a1", "ci"), one("bob", "b", "ci")),
    "signed, one key": Rule("signed", one("alice", "a1"), one("bob", "a1")),
    "signed, one key, listed": Rule("signed", one("alice", "a1"), one("bob", "a1"), LISTED),
    "signed, one principal": Rule("signed", one("alice", "a1"), one("bob", "a2"), LISTED),
}

TWO_PEOPLE = {
    "claimed": Rule("claimed", one("alice"), one("bob", login="alice")),
    "login, one name": Rule("login", one("alice"), one("alice", login="bob")),
    "login, one key": Rule("login", one("alice", "a1"), one("bob", "a1")),
    "signed, one account": Rule("signed", one("ops", "a1", "ops"), one("ops", "b", "ops")),
    "signed, one account, listed": Rule("signed", one("ops", "a1", "ops"), one("ops", "b", "ops"), LISTED),
}


class Place(NamedTuple):
    """Where two are asked: how one gets there, what each does, and what the second is told who is the first."""

    plan: str
    reach: Callable[[Walk], object]
    first: Intent
    second: Intent
    refusal: str
    emergency: bool = False


def sign(item: str) -> Intent:
    return intents.Sign(item, confirm=item)


def before(item: str) -> Callable[[Walk], object]:
    """Go on until somebody is to sign this item."""
    return lambda walk: walk.until(lambda run: walk.next().item == run.sequence.find_item(item).id)


ITEM = "has your approval already"
PLACES = {
    "an item": Place(CANARY, lambda walk: walk, sign("security"), sign("security"), ITEM),
    "a migration step": Place(BLUE_GREEN, before("migration/convert"), sign("convert"), sign("convert"), ITEM),
    "validation": Place(BLUE_GREEN, before("balance"), sign("balance"), sign("balance"), ITEM),
    "cleanup": Place(CANARY, before("migration/drop-column"), sign("drop-column"), sign("drop-column"), ITEM),
    "a promotion": Place(
        CANARY,
        lambda walk: walk.to_gate("some").do(intents.Revoke("some/approval", "once more")),
        sign("some/approval"),
        intents.Promote("some"),
        "You approved the promotion of Some: it needs two people",
    ),
    "an approval that comes later": Place(
        CANARY,
        lambda walk: walk.to_gate("some"),
        intents.Promote("some"),
        sign("some/approval"),
        "You promoted this phase yourself",
        emergency=True,
    ),
    "a second approval under an emergency": Place(
        CANARY, lambda walk: walk, sign("security"), sign("security"), ITEM, emergency=True
    ),
    "a start that waited": Place(
        CANARY,
        lambda walk: walk.to("all").wait("61 min"),
        sign("all/start"),
        intents.StartPhase("all"),
        "You approved the start of All: it needs two people",
    ),
}


def at(place: Place, rule: Rule) -> Walk:
    """A run that stands where two are asked, walked there by people of whom nobody doubts that they are many."""
    walk = Walk(
        telling(place.plan, rule.rule),
        emergency=place.emergency,
        principals=(
            *rule.principals,
            *(f"{who} {key_named(who)}" for who in ("alice", "bob", "carol") if rule.principals),
        ),
        signs=True,
    )
    place.reach(walk)
    return walk


def signed(plan: str = CANARY, principals: tuple[str, ...] = (), **given: Any) -> Walk:
    return Walk(telling(plan, "signed"), principals=principals, signs=True, **given)
