"""Signing, failing, revoking, waiving, deferring and notes: what each needs, gives and refuses."""

from collections.abc import Callable

import pytest

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.intents import Intent
from rollout_tui.run.state import Status
from tests.run.driver import Walk
from tests.run.run_plans import BLUE_GREEN, CANARY, ROLLING


@pytest.fixture
def walk() -> Walk:
    return Walk(CANARY)


@pytest.mark.parametrize(
    ("intent", "event"),
    [
        pytest.param(
            intents.Sign("tests", " ran twice ", "log.txt"),
            ev.ItemSigned("tests", "ran twice"),
            id="sign with a note; evidence is attached when it is kept",
        ),
        pytest.param(intents.Fail("tests", " flaky "), ev.ItemFailed("tests", "flaky"), id="fail"),
        pytest.param(intents.Waive("tests", "no tests"), ev.ItemWaived("tests", "no tests"), id="waive"),
        pytest.param(
            intents.Defer("tests", "all", "later"), ev.ItemDeferred("tests", "all", "later"), id="defer to a phase"
        ),
        pytest.param(
            intents.Defer("tests", "close", "later"),
            ev.ItemDeferred("tests", "close", "later"),
            id="defer to the close",
        ),
        pytest.param(intents.Note(" hello ", "tests"), ev.NoteAdded("hello", "tests"), id="note on an item"),
        pytest.param(intents.Note("hello"), ev.NoteAdded("hello"), id="note on the run"),
    ],
)
def test_what_an_action_gives(walk: Walk, intent: Intent, event: ev.Event) -> None:
    assert walk.do(intent) == event


@pytest.mark.parametrize(
    "intent",
    [
        pytest.param(intents.Fail("tests", "  "), id="fail"),
        pytest.param(intents.Waive("tests", ""), id="waive"),
        pytest.param(intents.Defer("tests", "all", ""), id="defer"),
        pytest.param(intents.Revoke("tests", ""), id="revoke"),
        pytest.param(intents.Unread("errors", " "), id="unread"),
        pytest.param(intents.Abort(""), id="abort"),
    ],
)
def test_needs_a_reason(walk: Walk, intent: Intent) -> None:
    if isinstance(intent, intents.Revoke):
        walk.sign("tests")
    walk.refused(intent, "needs a reason", kind=UsageError)


def test_an_empty_note_is_refused(walk: Walk) -> None:
    walk.refused(intents.Note(" "), "empty")


@pytest.mark.parametrize(
    ("reach", "intent", "match"),
    [
        pytest.param(
            "pre-deployment", intents.Sign("health"), "out of turn.*\n.*Post-deployment opens when All", id="stage"
        ),
        pytest.param("pre-deployment", intents.Sign("add-column"), "out of turn", id="step before the go"),
        pytest.param("inside", intents.Sign("inside/flag/wallet"), "Inside is not started", id="phase not started"),
        pytest.param("inside", intents.Sign("inside/start"), "start-phase inside", id="a start is not signed"),
        pytest.param("inside", intents.Sign("inside/metric/errors"), "measured, not signed", id="a metric"),
        pytest.param("inside", intents.Sign("inside/trigger/paid-twice"), "rollback trigger", id="a trigger"),
        pytest.param("inside", intents.Sign("rollback/bug/1"), "none is under way", id="a rollback step"),
        pytest.param("inside", intents.Sign("rollback/flag/wallet"), "none is under way", id="a flag reset"),
        pytest.param("inside", intents.Sign("drop-column"), "after post-deployment validation .R7", id="cleanup (R7)"),
        pytest.param("inside", intents.Waive("health", "x"), "out of turn", id="waiving ahead"),
        pytest.param("inside", intents.Fail("health", "x"), "out of turn", id="failing ahead"),
        pytest.param("inside", intents.Waive("inside/metric/errors", "x"), "measured", id="waiving a metric"),
        pytest.param("inside", intents.Waive("inside/start", "x"), "not signed", id="waiving a start"),
        pytest.param(
            "inside", intents.Revoke("inside/metric/errors", "x"), "newest reading counts", id="revoke reading"
        ),
        pytest.param("inside", intents.Revoke("inside/trigger/paid-twice", "x"), "Clear it", id="revoke a trigger"),
        pytest.param(
            "inside", intents.Revoke("some/criterion/refunds", "x"), "nothing to take back", id="revoke nothing"
        ),
        pytest.param("inside", intents.Revoke("rollback/bug/1", "x"), "nothing to take back", id="revoke a way back"),
    ],
)
def test_out_of_turn_or_of_another_kind(walk: Walk, reach: str, intent: Intent, match: str) -> None:
    walk.to(reach).refused(intent, match, kind=Refused)


def test_signing_twice_says_who_was_first(walk: Walk) -> None:
    walk.sign("tests", by="bob")
    walk.refused(intents.Sign("tests"), "already signed, by bob at 12:00 UTC .#1", kind=Conflict)


def test_a_waived_item_is_signed_only_after_the_waiver_is_revoked(walk: Walk) -> None:
    walk.do(intents.Waive("tests", "none"))
    walk.refused(intents.Sign("tests"), "waived by alice", kind=Conflict)
    walk.refused(intents.Waive("tests", "x"), "already waived, by alice", kind=Conflict)
    walk.do(intents.Revoke("tests", "there are some"))
    walk.sign("tests")
    assert walk.state("tests") is Status.SIGNED


def test_a_signed_item_is_neither_failed_nor_waived_nor_deferred(walk: Walk) -> None:
    walk.sign("tests")
    walk.refused(intents.Fail("tests", "x"), "Revoke that first")
    walk.refused(intents.Waive("tests", "x"), "already signed", kind=Conflict)
    walk.refused(intents.Defer("tests", "all", "x"), "already signed", kind=Conflict)


class TestSecondApproval:
    def test_comes_from_someone_else(self, walk: Walk) -> None:
        walk.do(intents.Sign("security"))
        assert walk.state("security") is Status.OPEN
        walk.refused(intents.Sign("security"), "has your approval already.*\n.*someone else")
        walk.do(intents.Sign("security"), by="bob")
        assert walk.state("security") is Status.SIGNED

    def test_one_of_two_can_be_taken_back(self, walk: Walk) -> None:
        walk.do(intents.Sign("security"))
        assert walk.do(intents.Revoke("security", "wrong item")) == ev.ItemRevoked("security", "approval", "wrong item")
        walk.do(intents.Sign("security"))
        assert len(walk.run.state("security").approvals) == 1

    def test_a_failure_voids_the_first_one(self, walk: Walk) -> None:
        walk.do(intents.Sign("security"))
        walk.do(intents.Fail("security", "a hole"), by="bob")
        walk.do(intents.Sign("security"), by="bob")
        assert walk.state("security") is Status.OPEN
        assert "failed:security" not in walk.blockers()
        walk.do(intents.Sign("security"), by="alice")
        assert walk.state("security") is Status.SIGNED

    def test_the_first_one_keeps_a_deferral_with_its_reason(self, walk: Walk) -> None:
        walk.do(intents.Defer("security", "all", "the reviewer is away"), by="bob")
        walk.do(intents.Sign("security", "looks fine"))
        state = walk.run.state("security")
        assert (state.status, state.due, state.reason) == (Status.DEFERRED, "all", "the reviewer is away")
        walk.do(intents.Sign("security"), by="carol")
        assert (walk.run.state("security").status, walk.run.due) == (Status.SIGNED, {})


class TestFailed:
    def test_blocks_until_signed(self, walk: Walk) -> None:
        walk.do(intents.Fail("tests", "two are red"))
        assert "failed:tests" in walk.blockers()
        walk.sign("tests")
        assert "tests" not in " ".join(walk.blockers())

    def test_blocks_until_waived(self, walk: Walk) -> None:
        walk.do(intents.Fail("tests", "two are red"))
        walk.do(intents.Waive("tests", "known and harmless"))
        assert "tests" not in " ".join(walk.blockers())

    def test_can_fail_again_and_is_not_revoked(self, walk: Walk) -> None:
        walk.do(intents.Fail("tests", "two are red"))
        walk.do(intents.Fail("tests", "three are red"))
        assert walk.run.state("tests").reason == "three are red"
        walk.refused(intents.Revoke("tests", "x"), "is failed: there is nothing to take back")

    def test_a_deferred_item_that_fails_is_due_no_more_and_blocks_at_once(self, walk: Walk) -> None:
        walk.do(intents.Defer("tests", "all", "later"))
        walk.do(intents.Fail("tests", "red"))
        assert walk.run.due == {}
        assert "failed:tests" in walk.blockers()


@pytest.mark.parametrize("item", ["monitoring", "rollback-plan"])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda item: intents.Waive(item, "x"), id="waive"),
        pytest.param(lambda item: intents.Defer(item, "all", "x"), id="defer"),
    ],
)
def test_what_a_rule_proves_is_neither_waived_nor_deferred(
    walk: Walk, item: str, make: Callable[[str], Intent]
) -> None:
    walk.refused(make(item), "proves .*, which a rule needs.*\n.*override")


class TestDefer:
    @pytest.mark.parametrize(
        ("item", "to", "match"),
        [
            pytest.param("tests", "pre-deployment", "not later than the item's own stage", id="its own stage"),
            pytest.param("inside/criterion/orders-go-through", "migration", "not later", id="an earlier stage"),
            pytest.param("inside/criterion/orders-go-through", "inside", "Choose one of some, all", id="its own phase"),
            pytest.param("tests", "migration", "not later", id="a stage that has passed"),
            pytest.param("tests", "nowhere", "no stage 'nowhere'", id="no stage"),
            pytest.param("inside/flag/wallet", "some", "A flag can't be deferred", id="a flag"),
            pytest.param("fill", "some", "A step can't be deferred", id="a step"),
            pytest.param("inside/metric/errors", "some", "A metric can't be deferred", id="a metric"),
            pytest.param("some/approval", "all", "A approval can't|An approval can't", id="an approval"),
        ],
    )
    def test_only_checks_and_criteria_and_only_to_a_later_stage(
        self, walk: Walk, item: str, to: str, match: str
    ) -> None:
        if to != "pre-deployment":
            walk.to_started("inside")
            walk.do(intents.Revoke("tests", "again"))
        walk.refused(intents.Defer(item, to, "x"), match)

    def test_blocks_the_end_of_its_stage_and_of_none_before(self, walk: Walk) -> None:
        walk.do(intents.Defer("tests", "some", "the lab is closed"))
        walk.to_gate("inside")
        walk.do(intents.Promote("inside"))
        walk.to_started("some")
        assert "due:tests" in walk.blockers()
        walk.sign("tests")
        assert "due:tests" not in walk.blockers()

    def test_to_a_stage_without_a_gate_keeps_it_open(self, walk: Walk) -> None:
        walk.do(intents.Defer("tests", "post-deployment", "the lab is closed"))
        walk.to("post-deployment").sign("health", "flows")
        assert (walk.run.stage.id, walk.blockers()) == ("post-deployment", ["due:tests"])
        walk.do(intents.Waive("tests", "the lab burnt down"))
        assert walk.run.stage.id == "cleanup"

    def test_can_be_put_off_again_and_taken_back(self, walk: Walk) -> None:
        walk.do(intents.Defer("tests", "inside", "x"))
        walk.do(intents.Defer("tests", "all", "y"))
        assert walk.run.due == {"all": ("tests",)}
        assert walk.do(intents.Revoke("tests", "z")) == ev.ItemRevoked("tests", "deferred", "z")
        assert (walk.run.due, walk.state("tests")) == ({}, Status.OPEN)


class TestRevoke:
    def test_a_passed_gate_stays_passed_and_the_item_blocks_the_next_one(self, walk: Walk) -> None:
        walk.to_started("inside")
        walk.do(intents.Revoke("tests", "ran on the wrong branch"))
        assert "pre-deployment" in walk.run.gates
        assert "open:tests" in walk.blockers()

    def test_a_waiver_is_taken_back(self, walk: Walk) -> None:
        walk.do(intents.Waive("tests", "x"))
        assert walk.do(intents.Revoke("tests", "y")) == ev.ItemRevoked("tests", "waived", "y")

    def test_an_approval_taken_back_after_the_promotion_blocks_the_next_gate(self, walk: Walk) -> None:
        walk.to_started("all")
        promoter = walk.run.gates["some"].mark.by
        assert "approval:some/approval" not in walk.blockers()
        walk.do(intents.Revoke("some/approval", "had the wrong dashboard"))
        assert "approval:some/approval" in walk.blockers()
        walk.refused(intents.Sign("some/approval"), "promoted this phase yourself", by=promoter)
        walk.do(intents.Sign("some/approval"), by="carol")
        assert "approval:some/approval" not in walk.blockers()


class TestMistakenStart:
    def test_is_taken_back(self, walk: Walk) -> None:
        walk.to_started("inside")
        assert walk.do(intents.Revoke("inside/start", "too early")) == ev.ItemRevoked(
            "inside/start", "start", "too early"
        )
        assert walk.run.exposed is None
        assert "open:inside/start" in walk.blockers()
        walk.refused(intents.Promote("inside"), "not started")
        walk.do(intents.StartPhase("inside"))
        assert walk.run.exposed is not None

    def test_the_start_of_a_phase_that_was_promoted_is_not(self, walk: Walk) -> None:
        walk.to_started("some")
        walk.refused(intents.Revoke("inside/start", "x"), "later, reduce or roll back")

    def test_one_that_did_not_happen_is_not(self, walk: Walk) -> None:
        walk.to("inside").refused(intents.Revoke("inside/start", "x"), "can't be revoked")

    def test_readings_of_the_mistaken_start_do_not_count_for_the_next(self, walk: Walk) -> None:
        walk.to_started("inside")
        walk.do(intents.Measure("errors", 0))
        walk.do(intents.Measure("uptime", 100))
        walk.do(intents.Revoke("inside/start", "too early"))
        walk.do(intents.StartPhase("inside"))
        assert {"unread:errors", "unread:uptime"} < set(walk.blockers())


class TestMigrationSteps:
    def test_sign_in_their_order_only(self, walk: Walk) -> None:
        walk.to("migration")
        walk.refused(intents.Sign("install"), "schema → code → backfill → cleanup .R7.*\n.*First: 'Add a column'")
        walk.refused(intents.Waive("fill", "x"), "R7")
        walk.sign("add-column", "install")
        walk.do(intents.Waive("fill", "the table is empty"))
        assert walk.run.stage.id == "inside"

    def test_done_in_a_hold_are_recorded_all_the_same(self, walk: Walk) -> None:
        walk.to("migration").do(intents.Hold("lunch"), by="bob")
        assert walk.next().action == "release"
        walk.sign("add-column")

    def test_by_the_first_rules_a_hold_keeps_them_from_being_recorded(self) -> None:
        walk = Walk(CANARY, rules=1).to("migration")
        walk.do(intents.Hold("lunch"), by="bob")
        walk.refused(intents.Sign("add-column"), "bob .* holds the run.*\n.*Release")
        walk.do(intents.Release("back"))
        walk.sign("add-column")

    def test_are_revoked_in_reverse_order(self, walk: Walk) -> None:
        walk.to("inside")
        walk.refused(intents.Revoke("add-column", "x"), "reverse order: 'Fill the column' comes first")
        walk.refused(intents.Revoke("install", "x"), "reverse order: 'Fill the column'")
        for step in ("fill", "install", "add-column"):
            walk.do(intents.Revoke(step, "restored the database"))

    def test_a_failed_later_step_does_not_keep_an_earlier_one_from_being_revoked(self, walk: Walk) -> None:
        walk.to("migration").sign("add-column")
        walk.do(intents.Fail("install", "does not start"))
        walk.do(intents.Revoke("add-column", "dropped the column again"))
        assert walk.state("add-column") is Status.OPEN

    def test_a_half_approved_later_step_is_revoked_first(self) -> None:
        walk = Walk(BLUE_GREEN).to_started("live").sign("live/flag/double-entry")
        walk.do(intents.Sign("convert", confirm="convert"))
        walk.refused(intents.Revoke("install", "x"), "reverse order: 'Convert the bookings' comes first")

    def test_one_taken_back_before_the_first_phase_keeps_it_from_starting(self, walk: Walk) -> None:
        walk.to("inside").do(intents.Revoke("fill", "the script stopped half way"))
        assert walk.start_blockers() == ["open:migration/fill"]
        walk.refused(intents.StartPhase("inside"), "open: Fill the column")
        walk.sign("fill").do(intents.StartPhase("inside"))

    def test_the_point_of_no_return_asks_its_id(self, walk: Walk) -> None:
        walk.to("cleanup")
        for typed in ("", "drop", "yes"):
            walk.refused(intents.Sign("drop-column", confirm=typed), "can't be undone.*type its id 'drop-column'")
        walk.do(intents.Sign("drop-column", confirm="drop-column"))
        walk.refused(intents.Sign("drop-column"), "can't be undone", by="bob")
        walk.do(intents.Sign("drop-column", confirm=" Drop-Column "), by="bob")
        assert walk.run.stage.id == "close"

    def test_a_reversible_step_asks_for_nothing(self, walk: Walk) -> None:
        walk.to("migration").do(intents.Sign("add-column"))


class TestCleanupComesAfterValidation:
    def test_a_check_taken_back_closes_it_again(self, walk: Walk) -> None:
        walk.to("cleanup").do(intents.Revoke("flows", "one flow was left out"))
        walk.refused(intents.Sign("drop-column", confirm="drop-column"), "R7.*\n.*Key flows work")
        walk.sign("flows", "drop-column")

    def test_a_check_deferred_past_it_keeps_it_waiting(self, walk: Walk) -> None:
        walk.to("post-deployment").do(intents.Defer("flows", "close", "next week"))
        walk.sign("health")
        assert walk.run.stage.id == "cleanup"
        walk.refused(intents.Sign("drop-column", confirm="drop-column"), "R7.*\n.*open or deferred.*Key flows work")
        walk.refused(intents.Waive("drop-column", "x"), "R7")
        walk.sign("flows", "drop-column")

    def test_a_waived_check_does_not(self, walk: Walk) -> None:
        walk.to("post-deployment").do(intents.Waive("flows", "no flows"))
        walk.sign("health", "drop-column")


def test_items_of_one_checklist_are_signed_in_any_order(walk: Walk) -> None:
    walk.sign("rollback-plan", "monitoring", "security", "tests")
    assert walk.blockers() == []


def test_an_item_left_open_by_an_override_stays_signable() -> None:
    walk = Walk(ROLLING).sign("monitoring", "rollback-plan")
    walk.do(intents.Go(("open:tests",), "the fire is bigger"))
    walk.do(intents.StartPhase("everyone"))
    walk.sign("tests")
    assert walk.state("tests") is Status.SIGNED
