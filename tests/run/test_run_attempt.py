"""A second attempt: each step that the run before left in place takes one sign-off, and nothing else carries over."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.plan.model import build
from rollout_tui.run import audit, intents
from rollout_tui.run import events as ev
from rollout_tui.run.audit import Kind, Severity
from rollout_tui.run.evolve import begin
from rollout_tui.run.previous_attempt import left_in_place, strays
from rollout_tui.run.rollback_clock import struck_out
from rollout_tui.run.state import DoesNotFit, Run, Status
from rollout_tui.run.subjects.start_acts import Start, start
from tests.run.driver import Walk, changed
from tests.run.run_plans import BLUE_GREEN, CANARY, ROLLING

# In BLUE_GREEN `convert` asks for two people and can't be undone, and `restore` helps until `drop`.
DONE = ("migration/add-table 7", "migration/install 8", "migration/convert 12")


def aborted(text: str, stage: str) -> Walk:
    """A run that went as far as the stage, and was given up there."""
    walk = Walk(text).to(stage)
    walk.do(intents.Abort("tomorrow", walk.run.name))
    return walk


def attempt(before: Run, text: str, asked: Start = Start()) -> ev.RunStarted:  # noqa: B008
    return start(build(tomllib.loads(text)), text, "0" * 64, asked, before=before)


@pytest.fixture
def walk() -> Walk:
    return Walk(BLUE_GREEN, in_place=DONE).to("migration")


def test_a_start_names_the_run_before_with_its_head_and_its_steps() -> None:
    before = aborted(CANARY, "inside")
    signed = {e.event.item: e.seq for e in before.entries if isinstance(e.event, ev.ItemSigned)}
    started = attempt(before.run, changed(CANARY, release="2.0.1"))
    assert started.after == before.run.id
    assert started.after_head == f"{before.run.seq}:{before.run.head}"
    steps = ("migration/add-column", "migration/install", "migration/fill")
    assert started.in_place == tuple(f"{step} {signed[step]}" for step in steps)


def test_what_was_taken_back_or_waived_is_not_in_place() -> None:
    before = Walk(CANARY).to("migration").sign("add-column", "install")
    before.do(intents.Revoke("install", "the wrong image"))
    before.do(intents.Waive("install", "it is there already"))
    before.do(intents.Abort("tomorrow", before.run.name))
    assert [each.partition(" ")[0] for each in left_in_place(before.run)] == ["migration/add-column"]


def test_a_rolled_back_run_can_be_tried_again() -> None:
    before = Walk(CANARY).to_started("inside")
    before.do(intents.RollBack("bug", "it fell over"))
    before.do(intents.FinishRollback("restored", "x"))
    before.do(intents.Close("back"))
    again = attempt(before.run, CANARY)
    assert again.in_place == ()
    assert [each.split(" ")[:2] for each in again.left if "flag:" not in each] == [
        ["unknown", "migration/add-column"],
        ["unknown", "migration/install"],
        ["unknown", "migration/fill"],
    ], "nobody said what is there now"


NOT_ATTEMPTED = [
    pytest.param(Walk(CANARY).to("inside"), CANARY, "not closed: it stands at Inside.*\n.*resume", id="still open"),
    pytest.param(aborted(CANARY, "inside"), ROLLING, "a run of shop, the plan is one of invoices", id="other service"),
]


@pytest.mark.parametrize(("before", "text", "why"), NOT_ATTEMPTED)
def test_what_can_have_no_second_attempt_is_refused(before: Walk, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        attempt(before.run, text)


def test_nothing_of_a_rehearsal_is_in_place() -> None:
    before = Walk(CANARY, rehearsal=True).to("inside")
    before.do(intents.Abort("tomorrow", before.run.name))
    with pytest.raises(Refused, match="rehearsal"):
        attempt(before.run, CANARY)
    assert attempt(before.run, CANARY, Start(rehearsal=True)).in_place


def test_a_third_attempt_knows_what_nobody_touched_in_the_second() -> None:
    walk = Walk(BLUE_GREEN, in_place=(*DONE, "migration/gone 13")).to("migration").sign("add-table")
    walk.do(intents.Abort("tomorrow", walk.run.name))
    started = attempt(walk.run, BLUE_GREEN)
    kept = {"migration/install 0", "migration/convert 0", "migration/gone 0"}
    assert set(started.in_place) - kept == {f"migration/add-table {walk.run.state('migration/add-table').mark.seq}"}  # type: ignore[union-attr]
    assert kept < set(started.in_place)


def test_a_step_in_place_is_open_until_it_is_confirmed(walk: Walk) -> None:
    assert walk.next().text == "Confirm: Create the table"
    assert "open:migration/add-table" in walk.blockers()
    walk.refused(intents.Sign("install"), "out of order")
    assert walk.do(intents.Sign("add-table", "looked at the schema")) == ev.ItemSigned(
        "migration/add-table", "in place, event 7 of 2026-03-01-shop: looked at the schema"
    )
    assert walk.state("add-table") is Status.SIGNED
    walk.refused(intents.Sign("add-table"), "already signed", "bob", Conflict)


def test_one_person_confirms_even_what_can_not_be_undone(walk: Walk) -> None:
    walk.to_started("live")
    assert walk.do(intents.Sign("convert"), "bob").kind == "item_signed"
    assert walk.state("convert") is Status.SIGNED
    found = audit.findings(walk.run, walk.entries)
    assert not [each for each in found if each.kind in {Kind.ONE_LOGIN, Kind.OWN_ITEM}]


def test_what_was_not_in_place_asks_for_all_again(walk: Walk) -> None:
    walk.sign("add-table", "install").to_started("live")
    walk.do(intents.Fail("convert", "half of the rows are gone"))
    walk.refused(intents.Sign("convert"), "can't be undone", kind=UsageError)
    walk.do(intents.Sign("convert", confirm="convert"))
    assert walk.state("convert") is Status.OPEN, "two people were asked"
    walk.do(intents.Sign("convert", confirm="convert"), "bob")
    assert walk.state("convert") is Status.SIGNED


def test_a_step_that_was_undone_since_is_revoked_in_reverse_order(walk: Walk) -> None:
    walk.refused(intents.Revoke("install", "restored"), "Convert the bookings.* comes first")
    assert walk.do(intents.Revoke("convert", "restored")) == ev.ItemRevoked("migration/convert", "in-place", "restored")
    walk.do(intents.Revoke("install", "restored"))
    assert list(walk.run.in_place) == ["migration/add-table"]
    walk.refused(intents.Revoke("install", "again"), "nothing to take back")


def test_what_is_in_place_can_not_be_skipped(walk: Walk) -> None:
    walk.refused(intents.Waive("add-table", "x"), r"is in place, event 7 of 2026-03-01-shop: it can't be skipped")


def test_a_scenario_that_no_longer_helps_is_struck_out_from_the_start() -> None:
    walk = Walk(BLUE_GREEN, in_place=DONE)
    ways = {way.id: way for way in walk.run.sequence.rollback_paths}
    assert struck_out(walk.run, ways["to-blue"]) == "Convert the bookings"
    assert struck_out(walk.run, ways["restore"]) == ""
    walk.do(intents.Revoke("convert", "restored from the snapshot"))
    assert struck_out(walk.run, ways["to-blue"]) == ""


def test_an_abort_says_what_the_run_before_left_as_well() -> None:
    walk = Walk(BLUE_GREEN, in_place=(*DONE[:1], "migration/gone 13"))
    event = walk.do(intents.Abort("no-go"))
    assert isinstance(event, ev.RunClosed)
    assert event.left == ("migration step Create the table", "migration step migration/gone of an earlier run")


def test_a_step_that_the_plan_lost_is_a_finding() -> None:
    walk = Walk(BLUE_GREEN, in_place=(*DONE, "migration/gone 13"))
    assert strays(walk.run) == (("migration/gone", 13),)
    (found,) = [each for each in audit.findings(walk.run, walk.entries) if each.kind is Kind.LEFT_BEFORE]
    assert (found.severity, found.seq) == (Severity.WARNING, 0)
    assert "migration/gone is in place (event 13 of 2026-03-01-shop)" in found.text


def test_nothing_else_carries_over_but_what_the_flags_are_at() -> None:
    before = aborted(CANARY, "some")
    assert before.run.gates
    assert before.run.flags
    again = begin(replace(Walk(CANARY).header, event=attempt(before.run, CANARY)))
    for kept in (again.items, again.gates, again.phases, again.readings, again.due):
        assert not kept
    assert again.flags == before.run.flags, "they are as the run before left them"
    assert again.position == 0


def test_a_header_that_names_no_events_makes_no_run() -> None:
    with pytest.raises(DoesNotFit, match="int"):
        Walk(BLUE_GREEN, in_place=("migration/add-table",))


def test_a_redline_that_means_another_step_voids_what_was_in_place(walk: Walk) -> None:
    redline(walk, BLUE_GREEN.replace('action = "Convert the bookings"', 'action = "Convert them otherwise"'))
    assert "migration/convert" not in walk.run.in_place
    assert "migration/add-table" in walk.run.in_place
    walk.sign("add-table", "install").to_started("live")
    walk.refused(intents.Sign("convert"), "can't be undone", kind=UsageError)


def test_a_step_that_a_redline_takes_out_of_the_plan_stays_in_place(walk: Walk) -> None:
    before, _, rest = BLUE_GREEN.partition('[[migration]]\nid = "convert"')
    redline(walk, before + rest[rest.index("[[migration]]") :])
    assert strays(walk.run) == (("migration/convert", 12),)


def redline(walk: Walk, text: str) -> None:
    walk.do(intents.Redline(build(tomllib.loads(text)), text, "it reads otherwise now"))
