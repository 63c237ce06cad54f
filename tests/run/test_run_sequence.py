"""A plan laid out as stages and items."""

import tomllib

import pytest

from rollout_tui.errors import UsageError
from rollout_tui.plan.model import build
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.evolve import begin, evolve
from rollout_tui.run.rollback_clock import struck_out
from rollout_tui.run.sequence import sequence
from rollout_tui.run.stages import ItemKind, StageSequence
from rollout_tui.run.state import DoesNotFit
from tests.run.driver import NOON, Walk, renamed
from tests.run.run_plans import BLUE_GREEN, CANARY, ROLLING


def laid_out(text: str) -> StageSequence:
    return sequence(build(tomllib.loads(text)))


@pytest.mark.parametrize(
    ("timing", "stages"),
    [
        pytest.param("before", "pre-deployment migration shadow live post-deployment cleanup close", id="before"),
        pytest.param("during", "pre-deployment migration shadow live post-deployment cleanup close", id="during"),
        pytest.param(
            "after", "pre-deployment migration shadow live backfill post-deployment cleanup close", id="after"
        ),
    ],
)
def test_stages_stand_in_order(timing: str, stages: str) -> None:
    text = BLUE_GREEN.replace('database_migration = "during"', f'database_migration = "{timing}"')
    assert [stage.id for stage in laid_out(text).stages] == stages.split()


@pytest.mark.parametrize(
    ("timing", "stage"),
    [
        pytest.param("before", "migration", id="before: with schema and code"),
        pytest.param("during", "live", id="during: in the last phase"),
        pytest.param("after", "backfill", id="after: in a stage of its own"),
    ],
)
def test_database_migration_places_the_backfill_alone(timing: str, stage: str) -> None:
    found = laid_out(BLUE_GREEN.replace('database_migration = "during"', f'database_migration = "{timing}"'))
    places = {item.id: item.stage for item in found.steps}
    assert places == {
        "migration/add-table": "migration",
        "migration/install": "migration",
        "migration/convert": stage,
        "migration/drop": "cleanup",
        "migration/shrink": "cleanup",
    }
    assert [item.id for item in found.steps] == list(places)


def test_a_plan_without_migration_has_none_of_its_stages() -> None:
    assert [stage.id for stage in laid_out(ROLLING).stages] == [
        "pre-deployment",
        "everyone",
        "post-deployment",
        "close",
    ]


def test_steps_go_schema_code_backfill_cleanup_however_the_file_has_them() -> None:
    head, _, rest = BLUE_GREEN.partition("[[migration]]")
    steps, _, tail = rest.partition("[[rollback]]")
    backwards = "[[migration]]".join(reversed(steps.split("[[migration]]")))
    found = laid_out(f"{head}[[migration]]{backwards}[[rollback]]{tail}")
    kinds = [item.step.kind for item in found.steps if item.step]
    assert kinds == ["schema", "code", "backfill", "cleanup", "cleanup"]


def test_a_phase_has_its_start_flags_criteria_metrics_triggers_and_approval() -> None:
    some = laid_out(CANARY).stage("some")
    assert [item.id for item in some.items] == [
        "some/start",
        "some/flag/new-shop",
        "some/flag/late",
        "some/criterion/conversion-holds",
        "some/criterion/refunds-arrive",
        "some/metric/errors",
        "some/metric/uptime",
        "some/trigger/paid-twice",
        "some/approval",
    ]


@pytest.mark.parametrize(
    ("phase", "flags"),
    [
        pytest.param("inside", {"new-shop": "internal", "wallet": "internal"}, id="first phase: what is not default"),
        pytest.param("some", {"new-shop": "25 %", "late": "true"}, id="later: what differs from the phase before"),
        pytest.param("all", {"new-shop": "100 %", "wallet": "100 %"}, id="a flag without a value stays as it was"),
    ],
)
def test_flag_changes_of_each_phase(phase: str, flags: dict[str, str]) -> None:
    items = [item for item in laid_out(CANARY).stage(phase).items if item.kind is ItemKind.FLAG]
    assert {item.flag: item.value for item in items} == flags


def test_each_flag_has_a_reset_to_its_default() -> None:
    assert [(item.id, item.value) for item in laid_out(CANARY).resets] == [
        ("rollback/flag/new-shop", "false"),
        ("rollback/flag/wallet", "false"),
        ("rollback/flag/late", "false"),
    ]


def test_an_id_of_its_own_stands_alone_and_any_other_is_made_of_the_title() -> None:
    text = CANARY.replace('id = "tests"\n', "")
    checks = [item.id for item in laid_out(text).stages[0].items]
    assert checks[:2] == ["pre-deployment/all-tests-passing", "security"]


OLD_IDS = {
    "inside/": "phase-inside/",
    "migration/fill": "migration/fill-it",
    "/errors": "/err",
    "rollback/bug/": "rollback/code-bug/",
    "tests": "all-tests",
}


def test_ids_of_the_header_are_used_even_where_they_would_be_others_now() -> None:
    run = begin(renamed(Walk(CANARY).header, OLD_IDS))
    assert run.sequence.stages[2].id == "phase-inside"
    assert {item.stage for item in run.sequence.stages[2].items} == {"phase-inside"}
    assert run.sequence.stages[2].start_id in run.sequence.items
    assert list(run.sequence.metrics) == ["err", "uptime"]
    assert run.sequence.rollback_paths[0].id == "code-bug"
    assert {"all-tests", "migration/fill-it"} < set(run.sequence.items)
    assert "tests" not in run.sequence.items


def test_a_run_with_ids_of_its_own_is_walked_like_any_other() -> None:
    walk = Walk(CANARY)
    walk.header = renamed(walk.header, OLD_IDS)
    walk.run = begin(walk.header)
    walk.until(lambda run: run.closed is not None)
    assert walk.run.closed is not None
    assert walk.run.closed.outcome == "completed"
    assert walk.replayed() == walk.run


def test_until_names_a_step_by_the_id_that_the_header_froze() -> None:
    # An older version made the id of the step's action; the plan's `until` means that one.
    text = CANARY.replace('id = "fill"\n', "").replace('until = "fill"', 'until = "fill-col"')
    walk = Walk(text)
    walk.header = renamed(walk.header, {"migration/fill-the-column": "migration/fill-col"})
    walk.run = begin(walk.header)
    walk.to("inside")
    assert struck_out(walk.run, walk.run.sequence.rollback_path("data")) == "Fill the column"


def test_a_header_that_names_another_number_of_items_makes_no_run() -> None:
    header = Walk(ROLLING).header
    assert isinstance(header.event, ev.RunStarted)
    short = ev.Entry(0, header.stamp, ev.RunStarted(**{**vars(header.event), "items": header.event.items[:-1]}), "h")
    with pytest.raises(DoesNotFit, match="names 8 items, its plan has 9"):
        begin(short)


def test_only_a_header_begins_a_run_and_only_once() -> None:
    walk = Walk(ROLLING)
    with pytest.raises(DoesNotFit, match="does not start a run"):
        begin(ev.Entry(0, ev.Stamp(NOON, "alice", ""), ev.GateReleased("x"), "h"))
    with pytest.raises(DoesNotFit, match="start twice"):
        evolve(walk.run, walk.header)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("some/criterion/refunds-arrive", "some/criterion/refunds-arrive", id="the whole id"),
        pytest.param("refunds-arrive", "some/criterion/refunds-arrive", id="a unique ending"),
        pytest.param("some/criterion/ref", "some/criterion/refunds-arrive", id="a unique beginning"),
        pytest.param("install", "migration/install", id="a step by its own id"),
    ],
)
def test_an_item_is_found_by(name: str, found: str) -> None:
    assert laid_out(CANARY).find_item(name).id == found


@pytest.mark.parametrize(
    ("name", "match"),
    [
        pytest.param("paid-twice", "any of 3 items", id="several"),
        pytest.param("helth", "Did you mean health", id="a typing mistake"),
        pytest.param("", "no item ''", id="nothing"),
    ],
)
def test_a_name_that_is_no_item(name: str, match: str) -> None:
    Walk(CANARY).refused(intents.Note("x", name) if name else intents.Sign(""), match, kind=UsageError)
