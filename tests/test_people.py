"""Who counts as the same person, and what a record keeps of where somebody acted."""

from __future__ import annotations

from typing import Literal

import pytest

from rollout_tui.people import Actor, Identity, actor_of, count_people, is_owner, same_login, same_person

ALICE = Actor("alice", "al", "bastion")

SAME = [
    pytest.param("alice", "alice", id="one name"),
    pytest.param("alice", "Alice", id="another case"),
    pytest.param("Alice Meyer", "  alice   MEYER ", id="other spaces"),
    pytest.param("Jose\u0301", "JOSÉ", id="another Unicode form"),
    pytest.param("\uff21lice", "alice", id="wide letters"),
    pytest.param("Strauß", "STRAUSS", id="folded"),
    pytest.param("alice\u00a0meyer", "alice meyer", id="a space that does not break"),
    pytest.param(ALICE, "ALICE", id="an actor and a name"),
    pytest.param(Actor("alice", key="k1"), Actor("al", key="k1"), id="one key under two names"),
]
OTHER = [
    pytest.param("alice", "bob", id="two names"),
    pytest.param(ALICE, Actor("bob", "al", "bastion"), id="one login under two names: a finding, no proof"),
    pytest.param(Actor("alice"), Actor("bob"), id="no keys"),
    pytest.param(Actor("alice", key="k1"), Actor("bob", key="k2"), id="two keys"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_are_one_person(one: Actor | str, other: Actor | str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)
    assert count_people([one, other]) == 1


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_are_two_people(one: Actor | str, other: Actor | str) -> None:
    assert not same_person(one, other)
    assert count_people([one, other]) == 2


@pytest.mark.parametrize(
    ("rule", "one", "other", "same"),
    [
        ("exact", "alice", "Alice", False),
        ("exact", "alice", "alice", True),
        ("as written", " alice", "Alice", True),
        ("as written", "alice  meyer", "alice meyer", False),
    ],
)
def test_the_first_rules_compare_as_they_did(
    rule: Literal["exact", "as written"], one: str, other: str, same: bool
) -> None:
    assert same_person(one, other, Identity(rule)) is same


@pytest.mark.parametrize(
    "actor",
    [
        pytest.param(ALICE, id="a login"),
        pytest.param(Actor("alice", "root", "bastion", via="dave"), id="through sudo"),
        pytest.param(Actor("alice", "a@corp", "bastion"), id="a login with an @"),
        pytest.param(Actor("alice", "dave", "bastion", runs_as="root"), id="of who logged in, through sudo"),
        pytest.param(Actor("alice", "dave", "bastion", via="erik", runs_as="root"), id="by two words"),
    ],
)
def test_a_record_gives_back_who_it_was(actor: Actor) -> None:
    assert actor_of(actor.name, actor.origin) == actor


def test_the_caller_of_sudo_stands_beside_the_login_and_makes_no_other_one() -> None:
    dave, erik = (Actor(name, "root", "bastion", via=name) for name in ("dave", "erik"))
    assert dave.origin == "root@bastion via dave"
    assert same_login(dave, erik)
    assert not same_login(dave, ALICE)


@pytest.mark.parametrize(
    ("name", "owner", "owns"),
    [
        ("dana ruiz", "Dana Ruiz (DBA)", True),
        ("Dana", "Dana Ruiz (DBA)", True),
        ("erik lund", "Dana Ruiz (DBA) + Erik Lund (SRE)", True),
        ("dan", "Dana Ruiz (DBA)", False),
        ("alice", "On-call engineer", False),
    ],
)
def test_an_owner_is_known_by_name(name: str, owner: str, owns: bool) -> None:
    assert is_owner(name, owner) is owns
