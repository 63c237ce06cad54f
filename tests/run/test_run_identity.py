"""Identity: by what two people are told apart, at every place where two have to agree."""

from __future__ import annotations

import pytest

from rollout_tui.errors import Refused
from rollout_tui.people import Actor
from rollout_tui.run.condition import condition
from rollout_tui.run.next import next_step
from rollout_tui.sshsig import key_of
from tests.run.identities import (
    ONE_PERSON,
    PLACES,
    TWO_PEOPLE,
    Place,
    Rule,
    at,
    sign,
)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("rule", ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_two_names_are_one_person_wherever_two_are_asked(rule: Rule, place: Place) -> None:
    walk = at(place, rule)
    walk.do(place.first, **rule.first)
    walk.refused(place.second, place.refusal, kind=Refused, **rule.second)
    assert walk.replayed() == walk.run


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("rule", TWO_PEOPLE.values(), ids=TWO_PEOPLE.keys())
def test_two_people_are_two_wherever_two_are_asked(rule: Rule, place: Place) -> None:
    walk = at(place, rule)
    walk.do(place.first, **rule.first)
    walk.do(place.second, **rule.second)
    assert walk.replayed() == walk.run


@pytest.mark.parametrize("rule", ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_one_person_is_not_told_to_be_the_other(rule: Rule) -> None:
    walk = at(PLACES["an item"], rule)
    walk.do(sign("security"), **rule.first)
    second = Actor(rule.second["by"], rule.second["login"], "host", key_of(walk.signature("bob", rule.second["key"])))
    others = [item for item in walk.run.stage.items if item.id != "security"]
    walk.sign(*(item.id for item in others), by="carol")
    assert next_step(walk.run, walk.now, second).text == "Someone else approves: Security review"
    assert condition(walk.run, walk.now, second).helps == ()
