"""The plan changes under way: what a redline voids, what it keeps, and what it can't change."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.evolve import begin
from rollout_tui.run.plan_change import lost
from rollout_tui.run.soak import soak_left
from rollout_tui.run.state import Status
from tests.run.driver import Walk, breach, fine, renamed
from tests.run.edits import Edit, asked, edited, redline
from tests.run.run_plans import AFTER, BLUE_GREEN, CANARY, ROLLING

# A new phase of a large change would need a value for each flag.
SMALL = CANARY.replace('change_size = "large"', 'change_size = "small"')

PHASE = '[[phases]]\nname = "{}"\naudience = "50% of users"\n'
STEP = '[[migration]]\nid = "{}"\naction = "{}"\nkind = "schema"\nreversible = true\nbackward_compatible = true\n'
LOOK = 'max_age = "30 min"\nprobe = { command = ["./look"] }\n'
CHECK = '[[pre_deployment]]\nid = "{}"\ntitle = "{}"\n'


def signed_off(walk: Walk) -> Walk:
    """Before the go: one signed, one approved by two, one waived nowhere, one put off, one failed."""
    walk.sign("monitoring", "security")
    walk.do(intents.Defer("tests", "all", "they run tonight"))
    walk.do(intents.Fail("rollback-plan", "it took an hour"))
    return walk


def in_phase(walk: Walk) -> Walk:
    """In the second phase, nearly ready to be promoted."""
    walk.to_started("some").sign("some/flag/new-shop", "some/flag/late", "conversion-holds")
    walk.do(intents.Waive("refunds-arrive", "no order was sent back"))
    for name in ("errors", "uptime"):
        walk.do(intents.Measure(name, fine(walk.run.sequence.items[f"some/metric/{name}"])))
    return walk


@dataclass(frozen=True)
class Case:
    """A change of the plan, and whose sign-off it voids."""

    name: str
    reached: Callable[[Walk], Walk]
    edits: tuple[Edit, ...]
    voided: tuple[str, ...]


VOIDS = [
    Case("a title", signed_off, (("Security review", "Security review by two teams"),), ("security",)),
    Case(
        "a description",
        signed_off,
        (('title = "Monitoring ready"', 'title = "Monitoring ready"\ndescription = "p95 too"'),),
        ("monitoring",),
    ),
    Case(
        "a proof that is no more",
        signed_off,
        (('id = "tests"', 'id = "tests"\nproves = "rollback-tested"'),),
        ("tests",),
    ),
    Case("an item that is gone", signed_off, ((CHECK.format("tests", "All tests passing") + LOOK, ""),), ("tests",)),
    Case("more approvals", signed_off, (('"Monitoring ready"', '"Monitoring ready"\napprovals = 2'),), ("monitoring",)),
    Case("fewer approvals", signed_off, (("approvals = 2", "approvals = 1"),), ()),
    Case("an owner", signed_off, (('"Monitoring ready"', '"Monitoring ready"\nowner = "dana"'),), ()),
    Case("a link", signed_off, (('"Monitoring ready"', '"Monitoring ready"\nlink = "https://x.example"'),), ()),
    Case("an item that is open", signed_off, (("Health checks", "All health checks"),), ()),
    Case("an item that failed", signed_off, (("Rollback plan tested", "Rollback plan tested twice"),), ()),
    Case("a new item", signed_off, (("[[phases]]", CHECK.format("new", "New") + "[[phases]]"),), ()),
    Case(
        "the stage that a deferral goes to",
        signed_off,
        (('name = "All"\naudience = "100% of users"', 'name = "Everyone"\naudience = "100% of users"'),),
        ("tests",),
    ),
    Case("a soak", in_phase, (('duration = "2 h"', 'duration = "3 h"'),), ()),
    Case(
        "the spelling of a criterion",
        in_phase,
        (("Conversion holds", "Conversion holds!"),),
        ("some/criterion/conversion-holds",),
    ),
    Case(
        "a criterion",
        in_phase,
        (('"Refunds arrive"', '"Refunds arrive in a day"'),),
        ("some/criterion/refunds-arrive",),
    ),
    Case("a flag's value", in_phase, (('"Some" = "25 %"', '"Some" = "20 %"'),), ("some/flag/new-shop",)),
    Case("a flag's value later", in_phase, (('"All" = "100 %"', '"All" = "99 %"'),), ()),
    Case("a threshold", in_phase, (("> 1 %", "> 3 %"),), ()),
    Case(
        "the unit of a threshold",
        in_phase,
        (("> 1 %", "> 10 per mille"),),
        ("some/metric/errors",),
    ),
    Case("who is told of a breach", in_phase, (('channel = "pager"', 'channel = "phone"'),), ()),
    Case("a step that is to come", in_phase, (("Drop the old column", "Drop the column"),), ()),
    Case(
        "the duration of a step that was done", in_phase, (('id = "install"', 'id = "install"\nduration = "1 h"'),), ()
    ),
]


@pytest.mark.parametrize("case", VOIDS, ids=lambda case: case.name)
def test_exactly_these_sign_offs_are_void(case: Case) -> None:
    walk = case.reached(Walk(SMALL))
    before = walk.run
    event = redline(walk, *case.edits)
    assert event.voided == case.voided
    assert event.changes
    for item, state in before.items.items():
        if item not in case.voided:
            assert walk.run.state(item) == state
        elif item in walk.run.sequence.items:
            assert walk.run.state(item).status is Status.OPEN
            assert walk.run.state(item).approvals == ()
    assert walk.run.gates == before.gates
    assert walk.replayed() == walk.run


def test_what_each_loses_is_said() -> None:
    walk = in_phase(Walk(SMALL))
    said = {name: lost(walk.run, name) for name in ("security", "some/criterion/refunds-arrive", "some/metric/errors")}
    assert re.fullmatch(r"signed by bob \(#\d+\)", said["security"])
    assert re.fullmatch(r"waived by alice \(#\d+\)", said["some/criterion/refunds-arrive"])
    assert said["some/metric/errors"] == "its reading"


def test_an_override_and_a_first_approval_are_said() -> None:
    walk = Walk(SMALL).sign("tests", "monitoring", "rollback-plan")
    walk.do(intents.Sign("security"))
    assert lost(walk.run, "security") == "approved by alice (#4)"
    walk.do(intents.Revoke("security", "x"))
    walk.do(intents.Go(("open:security",), "they are on holiday"))
    assert lost(walk.run, "security") == "an override went past it"


def test_the_run_follows_the_new_plan_and_remembers_the_old_one() -> None:
    walk = Walk(SMALL)
    text = edited(walk, ("Shop 2", "Shop 2b"), ("All tests passing", "All tests"))
    event = redline(walk, ("Shop 2", "Shop 2b"), ("All tests passing", "All tests"))
    assert event.reason == "ops asked for it"
    assert "\n".join(event.plan) == text
    assert event.items == tuple(walk.run.sequence.items)
    run = walk.run
    assert run.follows is event
    assert run.plan.header.name == "Shop 2b"
    assert run.sequence_at(event_seq := run.seq).items["tests"].title == "All tests passing"
    assert run.sequence_at(event_seq + 1).items["tests"].title == "All tests"
    redline(walk, ("Shop 2b", "Shop 2c"), ("All tests", "Every test"))
    titles = [walk.run.sequence_at(seq).items["tests"].title for seq in (0, 1, 2, 3)]
    assert titles == ["All tests passing", "All tests passing", "All tests", "Every test"]


def test_ids_that_the_journal_froze_stay_what_they_are() -> None:
    walk = Walk(ROLLING)
    walk.header = renamed(walk.header, {"everyone": "phase-one"})
    walk.entries = [walk.header]
    walk.run = begin(walk.header)
    walk.to_started("phase-one").sign("phase-one/criterion/invoices-add-up")
    event = redline(walk, ('duration = "15 min"', 'duration = "20 min"'), ('["A cent', '["A letter", "A cent'))
    assert event.voided == ()
    assert "phase-one/start" in event.items
    assert walk.run.stage.id == "phase-one"
    assert walk.state("phase-one/criterion/invoices-add-up") is Status.SIGNED


class TestBehindTheRun:
    def test_what_is_void_or_new_blocks_the_next_gate(self) -> None:
        walk = Walk(SMALL).to_gate("some")
        assert walk.blockers() == []
        redline(
            walk, ("Security review", "Security review, again"), ("[[phases]]", CHECK.format("k6", "k6") + "[[phases]]")
        )
        assert set(walk.run.gates) == {"pre-deployment", "inside"}
        assert walk.blockers() == ["open:security", "open:k6"]
        walk.sign("security", "k6")
        assert walk.blockers() == []

    def test_an_override_says_nothing_of_an_item_that_reads_otherwise_now(self) -> None:
        walk = Walk(SMALL).sign("tests", "monitoring", "rollback-plan")
        walk.do(intents.Go(("open:security",), "they are on holiday"))
        event = redline(walk, ("Security review", "Security review of the new shop"))
        assert event.voided == ("security",)
        walk.until(lambda run: run.stage.id in {"close", "cleanup"} or "open:security" in walk.blockers())
        assert "open:security" in walk.blockers()

    def test_a_migration_that_comes_late_blocks_the_phase_that_was_started(self) -> None:
        walk = Walk(ROLLING).to_gate("everyone")
        redline(walk, ("[[rollback]]", f"{STEP.format('add', 'Add')}[[rollback]]"))
        assert walk.run.stage.id == "everyone"
        assert walk.blockers() == ["open:migration/add", "soak"]
        assert walk.next().item == "migration/add"
        walk.sign("migration/add")
        assert walk.blockers() == ["soak"], "what was soaked is another release"
        assert walk.wait("15 min").blockers() == []

    def test_and_comes_first_where_no_phase_was_started(self) -> None:
        walk = Walk(ROLLING).to("everyone")
        redline(walk, ("[[rollback]]", f"{STEP.format('add', 'Add')}[[rollback]]"))
        assert walk.run.stage.id == "migration"

    def test_a_new_phase_before_one_that_was_not_started_comes_first(self) -> None:
        walk = Walk(SMALL).to("some")
        redline(walk, ('[[phases]]\nname = "Some"', PHASE.format("Few") + '[[phases]]\nname = "Some"'))
        assert walk.run.stage.id == "few"
        walk.to_started("few")

    def test_a_stage_that_is_gone_is_left(self) -> None:
        walk = Walk(AFTER).to("backfill")
        redline(walk, ('database_migration = "after"', 'database_migration = "during"'))
        assert "backfill" not in walk.run.sequence.index
        assert walk.run.stage.id == "post-deployment"
        assert "open:migration/convert" in walk.blockers()

    def test_fewer_approvals_may_be_all_that_are_needed(self) -> None:
        walk = Walk(SMALL)
        walk.do(intents.Sign("security"))
        assert "open:security" in walk.blockers()
        event = redline(walk, ("approvals = 2", "approvals = 1"))
        assert event.voided == ()
        assert walk.state("security") is Status.SIGNED
        assert "open:security" not in walk.blockers()

    def test_an_emergency_goes_on_as_one(self) -> None:
        walk = Walk(SMALL, emergency=True)
        walk.do(intents.Sign("security"))
        redline(walk, ("All tests passing", "All tests"))
        assert "open:security" not in walk.blockers()
        assert walk.run.unresolved["pre-deployment"] == 3


class TestInAPhase:
    def test_the_soak_goes_on_by_the_new_duration(self) -> None:
        walk = in_phase(Walk(SMALL)).wait("30 min")
        assert soak_left(walk.run, walk.run.stage, walk.now) == timedelta(minutes=90)
        redline(walk, ('duration = "2 h"', 'duration = "3 h"'))
        assert soak_left(walk.run, walk.run.stage, walk.now) == timedelta(minutes=150)

    def test_a_flag_that_has_to_be_changed_again_begins_it_anew(self) -> None:
        walk = in_phase(Walk(SMALL)).wait("30 min")
        redline(walk, ('"Some" = "25 %"', '"Some" = "20 %"'))
        assert walk.run.flags["new-shop"] == "25 %"
        assert soak_left(walk.run, walk.run.stage, walk.now) == timedelta(hours=2)
        walk.wait("5 min").sign("some/flag/new-shop").wait("30 min")
        assert walk.run.flags["new-shop"] == "20 %"
        assert soak_left(walk.run, walk.run.stage, walk.now) == timedelta(minutes=90)

    def test_a_flag_change_that_is_gone_asks_to_set_the_flag_back(self) -> None:
        walk = Walk(SMALL).to_started("inside").sign("inside/flag/wallet")
        redline(walk, ('rollout = { "Inside" = "internal", "All" = "100 %" }', 'rollout = { "All" = "100 %" }'))
        assert "inside/flag/wallet" not in walk.run.sequence.items
        assert walk.run.resets_due == ("rollback/flag/wallet",)
        assert "open:rollback/flag/wallet" in walk.blockers()
        walk.do(intents.Sign("rollback/flag/wallet"))
        assert walk.run.flags["wallet"] == "false"

    def test_readings_are_judged_by_the_new_threshold(self) -> None:
        walk = in_phase(Walk(SMALL))
        walk.do(intents.Measure("errors", 1.5))
        assert "breach:errors" in walk.blockers()
        redline(walk, ("> 1 %", "> 2 %"))
        assert "breach:errors" not in walk.blockers()
        redline(walk, ("> 2 %", "> 1.2 %"))
        assert "breach:errors" in walk.blockers()

    def test_and_the_soak_with_them(self) -> None:
        walk = in_phase(Walk(SMALL)).wait("30 min")
        walk.do(intents.Measure("errors", 1.5))
        redline(walk.wait("10 min"), ("> 1 %", "> 2 %"))
        assert soak_left(walk.run, walk.run.stage, walk.wait("10 min").now) == timedelta(minutes=80)
        redline(walk, ("> 2 %", "> 1 %"))
        assert soak_left(walk.run, walk.run.stage, walk.wait("10 min").now) == timedelta(minutes=80)

    def test_in_another_unit_they_say_nothing(self) -> None:
        walk = in_phase(Walk(SMALL))
        walk.do(intents.Measure("errors", breach(walk.run.sequence.items["some/metric/errors"])))
        redline(walk, ("> 1 %", "> 10 per mille"))
        assert "unread:errors" in walk.blockers()
        assert walk.run.unwell_since is None

    def test_what_a_gate_was_passed_on_stays_as_it_was(self) -> None:
        walk = in_phase(Walk(SMALL))
        before = walk.run.readings["inside", "errors"]
        redline(walk, ("> 1 %", "> -5 %"))
        redline(walk, ("> -5 %", "> 10 per mille"))
        assert walk.run.readings["inside", "errors"] == before
        assert str(walk.run.judged_by("inside", "errors").threshold) == "> 1 %"
        assert str(walk.run.judged_by("some", "errors").threshold) == "> 10 per mille"

    def test_an_approval_that_is_no_more_asked_for_is_gone(self) -> None:
        walk = in_phase(Walk(SMALL))
        walk.do(intents.Sign("some/approval"), "bob")
        event = redline(
            walk, ('rollback_triggers = ["Paid twice"]\napprovals = 2', 'rollback_triggers = ["Paid twice"]')
        )
        assert event.voided == ("some/approval",)
        assert walk.allows(intents.Note("x"))


DONE = [
    (
        "a phase that was started",
        in_phase,
        (('name = "Some"', 'name = "Others"'),),
        "Some was started, and the plan has no",
    ),
    (
        "a phase before one that was started",
        in_phase,
        (('[[phases]]\nname = "Some"', PHASE.format("Few") + '[[phases]]\nname = "Some"'),),
        "Some was started, and the plan has it in another place",
    ),
    ("the audience of one", in_phase, (("25% of users", "30% of users"),), "was started for 25% of users"),
    (
        "a step that was signed",
        in_phase,
        (('"Install 2.0.0"', '"Install 2.0.1"'),),
        "'Install 2.0.0' is signed, and the plan has another",
    ),
    ("its way back", in_phase, (("reversible = true", "reversible = false"),), "'Add a column' is signed"),
    (
        "a step that was signed is gone",
        in_phase,
        ((STEP.format("add-column", "Add a column"), ""),),
        "no longer has it",
    ),
    (
        "a step before it",
        in_phase,
        (("[[migration]]", STEP.format("before", "Before") + "[[migration]]"),),
        "in another place .R7.",
    ),
    ("another release", in_phase, (('release = "2.0.0"', 'release = "2.0.1"'),), "the release 2.0.0, the plan 2.0.1"),
    ("another service", in_phase, (('service = "shop"', 'service = "till"'),), "that is another run"),
    (
        "a flag that is on",
        in_phase,
        (('[[feature_flags]]\nname = "late"\ndefault = false\nrollout = { "Some" = true }\n', ""),),
        "flag late is at true",
    ),
    (
        "a flag's value in a phase that is promoted",
        in_phase,
        (('"Inside" = "internal"', '"Inside" = "staff"'),),
        "Inside is promoted, and the plan has flag new-shop at staff there",
    ),
    (
        "a new flag there",
        in_phase,
        (("[[feature_flags]]", '[[feature_flags]]\nname = "dark"\nrollout = { "Inside" = true }\n[[feature_flags]]'),),
        "Inside is promoted, and the plan has flag dark at true there",
    ),
    (
        "a trigger that has fired",
        lambda walk: _fired(in_phase(walk)),
        (
            (
                '["Conversion holds", "Refunds arrive"]\nrollback_triggers = ["Paid twice"]',
                '["Conversion holds", "Refunds arrive"]',
            ),
        ),
        "'Paid twice' has fired",
    ),
    (
        "one more phase, when every one is promoted",
        lambda walk: walk.to("post-deployment"),
        (("[[feature_flags]]", PHASE.format("More") + "[[feature_flags]]"),),
        "every phase is promoted, and the plan has another one: More",
    ),
    (
        "a rule is broken",
        signed_off,
        (("[[monitoring]]", '[[pre_deployment]]\ntitle = "x"\n[[monitoring]]'), ('proves = "rollback-tested"', "")),
        "R1",
    ),
    ("the order of migration", lambda walk: walk, (('kind = "backfill"', 'kind = "schema"'),), "R7"),
]


def _fired(walk: Walk) -> Walk:
    walk.do(intents.Fire("some/trigger/paid-twice", "twice"))
    return walk


@pytest.mark.parametrize(("reached", "edits", "said"), [case[1:] for case in DONE], ids=[case[0] for case in DONE])
def test_what_was_done_is_done(reached: Callable[[Walk], Walk], edits: tuple[Edit, ...], said: str) -> None:
    walk = reached(Walk(SMALL))
    walk.refused(asked(walk, *edits), said, kind=Refused)


class TestRefusals:
    def test_nothing_changed(self) -> None:
        walk = Walk(SMALL)
        walk.refused(asked(walk, ("format = 1", "# said otherwise\nformat = 1")), "follows already", kind=Conflict)

    def test_without_a_reason(self) -> None:
        walk = Walk(SMALL)
        change = asked(walk, ("All tests passing", "All tests"))
        walk.refused(replace(change, reason=" "), "needs a reason", kind=UsageError)

    def test_a_placeholder(self) -> None:
        walk = Walk(SMALL)
        walk.refused(asked(walk, ("All tests passing", "All tests of [X]")), "placeholder", kind=UsageError)
        meant = asked(walk, ("All tests passing", "All [kinds of] tests"))
        walk.refused(meant, "(?s)placeholder: .*not_placeholders", kind=Refused)

    def test_in_a_rollback_and_after_it(self) -> None:
        walk = Walk(SMALL).to_started("inside")
        change = asked(walk, ("Health checks respond", "Health checks pass"))
        walk.do(intents.RollBack("bug", "x"))
        walk.refused(change, "A rollback is under way", kind=Refused)
        walk.do(intents.FinishRollback("restored", "x"))
        walk.refused(change, "The rollback is finished", kind=Refused)

    def test_on_a_closed_run(self) -> None:
        walk = Walk(SMALL)
        change = asked(walk, ("All tests passing", "All tests"))
        walk.do(intents.Abort("x"))
        walk.refused(change, "closed", kind=Refused)

    def test_a_rule_that_the_start_went_past_may_stay_broken(self) -> None:
        broken = SMALL.replace('proves = "rollback-tested"', "")
        walk = Walk(broken)
        walk.refused(asked(walk, ("All tests passing", "All tests")), "R1")
        started = walk.header.event
        assert isinstance(started, ev.RunStarted)
        walk.header = replace(walk.header, event=replace(started, overrides=("R1",)))
        walk.run = begin(walk.header)
        redline(walk, ("All tests passing", "All tests"))


def test_a_held_run_may_be_redlined() -> None:
    walk = Walk(BLUE_GREEN)
    walk.do(intents.Hold("the plan is wrong"))
    redline(walk, ("Trial balance", "Trial balance, twice"))
    assert walk.run.held is not None
