"""A plan exported and imported again is the same plan, whatever its texts hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from rollout_tui.plan import toml
from rollout_tui.plan.markdown.exporting import write_document
from rollout_tui.plan.markdown.watched import read_watched, write_watched
from rollout_tui.plan.model import Criterion, Plan, Trigger
from rollout_tui.plan.probe import Probe, Watched
from rollout_tui.plan.writing import plain
from rollout_tui.text import safe
from tests.plan.markdown.documents import imported
from tests.plan.plan_strategies import plans
from tests.share import share

PLANS = sorted((Path(__file__).parents[3] / "plans").glob("*.toml"))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(plans())
def test_export_then_import_gives_the_same_plan(plan: Plan) -> None:
    found, _, again = imported(write_document(plan))
    assert again == plan
    assert found.unread == ()
    assert found.comments == {}


WATCHED = {
    Criterion("Orders go through"): "Orders go through",
    Criterion("Orders go", Probe(command=("./go", "a; b"))): 'Orders go { probe = { command = ["./go", "a; b"] } }',
    Trigger(
        "Lost", Probe(command=("./l",)), on_fire="hold"
    ): 'Lost { probe = { command = ["./l"] }, on_fire = "hold" }',
    Trigger("{ max_age = 1 }"): "{ max_age = 1 } {}",
    Trigger("a {}"): "a {} {}",
    Trigger('a { for = "'): 'a { for = "',
}


@pytest.mark.parametrize("watched", WATCHED)
def test_a_text_that_has_a_probe_keeps_its_words_before_it(watched: Watched) -> None:
    assert write_watched(watched) == WATCHED[watched]
    assert read_watched(WATCHED[watched]) == plain(watched)


def test_what_no_plan_takes_stays_a_text() -> None:
    for text in ("a { b = 1 }", "a { for = }", 'a { for = "1 h" } # }', "{ for = 1", '{ for = "1 h" }'):
        assert read_watched(text) == text
    assert read_watched('a {for="1 h"}') == {"text": "a", "for": "1 h"}


@given(plans())
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=share(15))
def test_a_document_holds_nothing_that_acts_unseen(plan: Plan) -> None:
    document = write_document(plan)
    noncharacters = {char for char in document if ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF}
    assert {char for char in set(document) - noncharacters if safe(char, lines=True) != char} == set()


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_plans_of_the_repository_go_there_and_back(path: Path) -> None:
    plan = toml.load(path).plan
    assert imported(write_document(plan))[2] == plan
