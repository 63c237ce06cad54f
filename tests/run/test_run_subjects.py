"""The tables that are derived from the subjects: complete, and the same wherever they stand."""

from dataclasses import fields
from typing import Any, get_args

import pytest

from rollout_tui.run import events, intents
from rollout_tui.run.builder import Builder
from rollout_tui.run.state import Run


@pytest.mark.parametrize("kind", get_args(events.Event), ids=lambda kind: kind.__name__)
def test_an_event_is_folded_told_and_found_by_its_name(kind: type[events.Event]) -> None:
    assert kind in events.by_event("fold")
    assert kind in events.by_event("words")
    assert getattr(events, kind.__name__) is kind


def test_no_subject_has_an_event_that_is_not_in_the_union() -> None:
    assert set(events.by_event("fold")) == set(get_args(events.Event))


@pytest.mark.parametrize("intent", get_args(intents.Intent), ids=lambda intent: intent.__name__)
def test_an_intent_has_one_entry_and_is_found_by_its_name(intent: type[Any]) -> None:
    assert intents.BY_INTENT[intent].intent is intent
    assert getattr(intents, intent.__name__) is intent


def test_no_subject_has_an_intent_that_is_not_in_the_union() -> None:
    assert set(intents.BY_INTENT) == set(get_args(intents.Intent))


@pytest.mark.parametrize("action", intents.ACTIONS, ids=lambda action: action.name)
def test_the_field_that_an_action_is_about_has_the_name_of_its_kind(action: intents.Action) -> None:
    about = [each.name for each in action.fields if each.kind is action.about]
    assert about == ([str(action.about)] if action.about else [])


def test_the_builder_has_the_fields_of_a_run() -> None:
    assert list(Builder.__annotations__) == [each.name for each in fields(Run)]
