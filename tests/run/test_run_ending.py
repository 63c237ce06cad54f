"""Starting a run, closing it with or without a follow-up, aborting it, and what an emergency still owes."""

import re
import tomllib
from collections.abc import Callable

import pytest

from rollout_tui.errors import Refused, RolloutError, UsageError
from rollout_tui.plan.model import build
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.intents import Intent
from rollout_tui.run.subjects.start_acts import Start, start
from tests.run.driver import Walk
from tests.run.run_plans import BLUE_GREEN, CANARY, ROLLING

FOLLOW_UP = intents.Close("done so far", "dana", "2026-05-01", "OPS-9")


def starts(text: str, asked: Start, unfinished: tuple[str, ...] = ()) -> ev.RunStarted:
    return start(build(tomllib.loads(text)), text, "0" * 64, asked, (unfinished, ()))


NO_CHANNEL = ROLLING.replace('channel = "pager"\n', "")
NO_VALIDATION = ROLLING.partition("[[post_deployment]]")[0]
BACKWARDS = BLUE_GREEN.replace('kind = "schema"', 'kind = "later"').replace(
    'kind = "code"\nreversible', 'kind = "schema"\nreversible'
).replace('kind = "later"', 'kind = "code"')  # fmt: skip


class TestStart:
    def test_gives_the_header(self) -> None:
        event = starts(ROLLING, Start("run-1"))
        assert (event.run, event.service, event.release, event.overrides) == ("run-1", "invoices", "1.2.3", ())
        assert "\n".join(event.plan) == ROLLING
        assert event.items[:3] == ("tests", "monitoring", "rollback-plan")

    @pytest.mark.parametrize(
        ("text", "asked", "unfinished", "match"),
        [
            pytest.param(ROLLING.replace("Tests pass", "[X] pass"), Start("r"), (), "1 placeholders", id="placeholder"),
            pytest.param(
                ROLLING.replace("Tests pass", "[X] pass"), Start("r", override=("placeholder",), reason="x"), (),
                "placeholders", id="a placeholder is never overridden",
            ),
            pytest.param(NO_CHANNEL, Start("r"), (), "breaks 1 of its rules.*\n.*R4.*\n.*--override R4", id="a rule"),
            pytest.param(NO_CHANNEL, Start("r", override=("R1",), reason="x"), (), "R4", id="another rule overridden"),
            pytest.param(NO_CHANNEL, Start("r", override=("R4",)), (), "past a rule needs a reason", id="no reason"),
            pytest.param(
                NO_VALIDATION, Start("r", override=("R5",), reason="x"), (), "R5 and R7 can't be overridden", id="R5"
            ),
            pytest.param(
                BACKWARDS, Start("r", override=("R2", "R7"), reason="x"), (), "R7.*\n.*can't be overridden", id="R7"
            ),
            pytest.param(ROLLING, Start("r", emergency=True), (), "emergency run needs a reason", id="emergency"),
            pytest.param(ROLLING, Start("r"), ("run-0",), "unfinished run of invoices exists: run-0", id="unfinished"),
        ],
    )  # fmt: skip
    def test_refused(self, text: str, asked: Start, unfinished: tuple[str, ...], match: str) -> None:
        with pytest.raises(RolloutError) as caught:
            starts(text, asked, unfinished)
        assert caught.value.hint
        assert re.search(match, str(caught.value)), str(caught.value)

    @pytest.mark.parametrize(
        ("text", "asked", "unfinished", "overrides"),
        [
            pytest.param(
                NO_CHANNEL, Start("r", override=("R4", "R1"), reason="x"), (), ("R4",), id="a rule overridden"
            ),
            pytest.param(ROLLING, Start("r", emergency=True, reason="fire"), (), (), id="emergency"),
            pytest.param(ROLLING, Start("r", reason="the other is abandoned"), ("run-0",), (), id="unfinished, reason"),
            pytest.param(ROLLING, Start("r", rehearsal=True), ("run-0",), (), id="a rehearsal beside a run"),
        ],
    )
    def test_accepted(self, text: str, asked: Start, unfinished: tuple[str, ...], overrides: tuple[str, ...]) -> None:
        event = starts(text, asked, unfinished)
        assert (event.overrides, event.emergency, event.rehearsal) == (overrides, asked.emergency, asked.rehearsal)


class TestClose:
    def test_completed_with_a_note_and_the_number_of_events(self) -> None:
        walk = Walk(ROLLING).to("close")
        walk.refused(intents.Close("  "), "Closing needs a reason", kind=UsageError)
        assert walk.do(intents.Close(" all well ")) == ev.RunClosed("completed", len(walk.entries) - 1, "all well")

    @pytest.mark.parametrize("reach", ["pre-deployment", "migration", "inside", "post-deployment", "cleanup"])
    def test_not_before_the_end(self, reach: str) -> None:
        walk = Walk(CANARY).to(reach)
        error = walk.refused(intents.Close("x"), f"can't close as completed yet: {walk.run.stage.title} is not done")
        assert "aborted" in error.hint

    def test_never_with_validation_open(self) -> None:
        walk = Walk(CANARY).to("post-deployment").sign("health")
        walk.refused(intents.Close("x"), "always runs .R5")
        walk.refused(FOLLOW_UP, "always runs .R5")

    def test_nor_with_validation_taken_back(self) -> None:
        walk = Walk(CANARY).to("close")
        walk.do(intents.Revoke("health", "wrong host"))
        walk.refused(intents.Close("x"), "can't close as completed: 1 open\n.*Health checks respond")

    def test_what_an_override_left_open_does_not_keep_it_from_closing(self) -> None:
        walk = Walk(ROLLING).sign("monitoring", "rollback-plan")
        walk.do(intents.Go(("open:tests",), "fire"))
        walk.to_started("everyone").sign("invoices-add-up").wait("15 min").do(intents.Measure("errors", 0))
        walk.do(intents.Promote("everyone", ("open:tests",), "fire"))
        walk.sign("health").do(intents.Close("x"))

    def test_nor_a_deferral_that_was_overridden(self) -> None:
        walk = Walk(ROLLING)
        walk.do(intents.Defer("tests", "everyone", "x"))
        walk.to_started("everyone").sign("invoices-add-up").wait("15 min").do(intents.Measure("errors", 0))
        walk.do(intents.Promote("everyone", ("due:tests",), "fire"))
        walk.sign("health")
        assert walk.blockers() == []
        walk.do(intents.Close("x"))

    def test_but_what_was_touched_since_does(self) -> None:
        walk = Walk(ROLLING).sign("monitoring", "rollback-plan")
        walk.do(intents.Go(("open:tests",), "fire"))
        walk.do(intents.Fail("tests", "red"))
        walk.to("close")
        walk.do(intents.Revoke("tests", "x"))
        walk.refused(intents.Close("x"), "open: Tests pass")

    @pytest.mark.parametrize(
        ("ill", "match"),
        [
            pytest.param(intents.Hold("wait"), "held by alice", id="held"),
            pytest.param(intents.Revoke("tests", "x"), "open: Tests pass", id="an item taken back"),
            pytest.param(intents.Fire("everyone/trigger/a-cent-is-off", "x"), "trigger fired", id="a trigger fired"),
        ],
    )
    def test_not_while_something_blocks(self, ill: Intent, match: str) -> None:
        walk = Walk(ROLLING).to("close")
        walk.do(ill)
        walk.refused(intents.Close("x"), match, kind=Refused)


class TestFollowUp:
    def test_leaves_cleanup_for_later(self) -> None:
        walk = Walk(CANARY).to("cleanup")
        walk.refused(intents.Close("x"), "Leave cleanup for later with a follow-up")
        event = walk.do(FOLLOW_UP)
        assert event == ev.RunClosed(
            "completed", len(walk.entries) - 1, "done so far", (), "dana", "2026-05-01", "OPS-9"
        )
        assert [item.id for item in walk.run.outstanding] == ["migration/drop-column"]

    @pytest.mark.parametrize(
        ("asked", "match"),
        [
            pytest.param(intents.Close("x", "dana"), "its owner, date and ticket", id="owner alone"),
            pytest.param(intents.Close("x", "dana", "2026-05-01"), "Give all three, or none", id="no ticket"),
            pytest.param(intents.Close("x", "dana", "soon", "T"), "'soon' is not a date", id="no date"),
            pytest.param(intents.Close("", "dana", "2026-05-01", "T"), "Closing needs a reason", id="no note"),
        ],
    )
    def test_needs_owner_date_and_ticket(self, asked: intents.Close, match: str) -> None:
        Walk(CANARY).to("cleanup").refused(asked, match, kind=UsageError)

    def test_only_where_cleanup_is_outstanding(self) -> None:
        Walk(CANARY).to("close").refused(FOLLOW_UP, "No cleanup step is outstanding")
        Walk(CANARY).to("inside").refused(FOLLOW_UP, "Inside is not done")

    def test_after_the_close_its_steps_are_signed_in_order_and_nothing_else(self) -> None:
        walk = Walk(BLUE_GREEN).to("cleanup")
        walk.do(FOLLOW_UP)
        walk.wait("60 days")
        assert (walk.next().item, walk.next().action) == ("migration/drop", "sign")
        walk.refused(intents.Sign("shrink", confirm="shrink"), "out of order")
        walk.refused(intents.Waive("drop", "x"), "closed .completed")
        walk.sign("drop")
        walk.refused(intents.Sign("drop"), "closed", kind=Refused)
        walk.refused(intents.Sign("shrink"), "can't be undone")
        walk.sign("shrink")
        assert walk.run.outstanding == ()
        assert "Closed: completed" in walk.next().text
        walk.refused(intents.Sign("shrink"), "closed")

    def test_still_asks_for_two_people(self) -> None:
        walk = Walk(CANARY).to("cleanup")
        walk.do(FOLLOW_UP)
        walk.do(intents.Sign("drop-column", confirm="drop-column"))
        walk.refused(intents.Sign("drop-column", confirm="drop-column"), "someone else")
        assert walk.run.outstanding
        walk.do(intents.Sign("drop-column", confirm="drop-column"), by="bob")
        assert not walk.run.outstanding

    @pytest.mark.parametrize("due", ["cleanup", "close"])
    def test_leaves_nothing_else_for_later(self, due: str) -> None:
        walk = Walk(CANARY).to("post-deployment")
        walk.do(intents.Defer("flows", due, "next week"))
        walk.sign("health")
        assert "due:flows" in walk.blockers()
        walk.refused(FOLLOW_UP, "deferral due: Key flows work")
        walk.sign("flows").do(FOLLOW_UP)

    def test_takes_over_no_backfill_that_an_override_left_open(self) -> None:
        walk = Walk(BLUE_GREEN).to_started("live")
        walk.do(intents.Promote("live", tuple(walk.blockers()), "fire"))
        walk.sign("balance")
        assert walk.blockers() == ["open:migration/convert", "open:migration/drop", "open:migration/shrink"]
        walk.refused(FOLLOW_UP, "1 open\n.*Convert the bookings")
        walk.sign("convert").do(FOLLOW_UP)

    def test_is_not_stopped_by_what_an_override_left_open(self) -> None:
        walk = Walk(CANARY).sign("security", "monitoring", "rollback-plan")
        walk.do(intents.Go(("open:tests",), "fire"))
        for phase in ("inside", "some", "all"):
            walk.to_started(phase)
            while walk.run.stage.id == phase:
                walk.wait("2 h")
                for metric, value in (("errors", 0), ("uptime", 100)):
                    walk.do(intents.Measure(metric, value))
                for item in walk.run.stage.items:
                    if walk.allows(intents.Sign(item.id)):
                        walk.sign(item.id)
                walk.wait("0 s")
                if "soak" in walk.blockers():
                    continue
                walk.do(intents.Promote(phase, ("open:tests",), "fire"), by="bob")
        walk.sign("health", "flows")
        assert walk.run.stage.id == "cleanup"
        walk.do(FOLLOW_UP)


class TestClosed:
    @pytest.mark.parametrize(
        "end",
        [
            pytest.param(lambda walk: walk.to("close").do(intents.Close("x")), id="completed"),
            pytest.param(lambda walk: walk.do(intents.Abort("x")), id="aborted"),
            pytest.param(
                lambda walk: (
                    walk.to("inside").do(intents.RollBack("bug", "x")),
                    walk.do(intents.FinishRollback("restored", "x")),
                    walk.do(intents.Close("x")),
                ),
                id="rolled back",
            ),
        ],
    )
    def test_takes_nothing_more(self, end: Callable[[Walk], object]) -> None:
        walk = Walk(CANARY)
        end(walk)
        for intent in (
            intents.Sign("tests"),
            intents.Sign("drop-column", confirm="drop-column"),
            intents.Measure("errors", 0),
            intents.Revoke("tests", "x"),
            intents.RollBack("bug", "x"),
            intents.Close("x"),
            intents.Abort("x", "shop 2.0.0"),
            intents.Hold("x"),
        ):
            walk.refused(intent, "The run is closed .*, by alice", kind=Refused)
        closed = walk.run.closed
        assert walk.do(intents.Note("x")) == ev.NoteAdded("x", after_close=True)
        assert walk.run.closed == closed

    def test_a_run_of_earlier_rules_takes_no_note(self) -> None:
        walk = Walk(CANARY, rules=2)
        walk.do(intents.Abort("no-go"))
        walk.refused(intents.Note("x"), "The run is closed", kind=Refused)


class TestAbort:
    def test_before_the_go_asks_only_for_a_reason(self) -> None:
        walk = Walk(CANARY).sign("tests")
        assert walk.do(intents.Abort(" no-go ")) == ev.RunClosed("aborted", 2, "no-go")

    @pytest.mark.parametrize("typed", ["", "shop", "yes"])
    def test_once_deployed_asks_the_run_s_name(self, typed: str) -> None:
        walk = Walk(CANARY).to("migration")
        walk.refused(intents.Abort("x", typed), "type the run's name 'shop 2.0.0'", kind=UsageError)

    @pytest.mark.parametrize("typed", ["shop 2.0.0", " SHOP 2.0.0 ", "2026-03-02-shop"])
    def test_takes_its_name_or_id(self, typed: str) -> None:
        walk = Walk(CANARY).to("migration")
        walk.refused(intents.Abort(" ", typed), "needs a reason", kind=UsageError)
        walk.do(intents.Abort("x", typed))

    def test_records_what_is_left_in_place(self) -> None:
        walk = Walk(CANARY).to_started("some").sign("some/flag/new-shop")
        event = walk.do(intents.Abort("x", "shop 2.0.0"))
        assert isinstance(event, ev.RunClosed)
        assert event.left == (
            "Some exposed: 25% of users",
            "flag new-shop at 25 %",
            "flag wallet at internal",
            "migration step Add a column",
            "migration step Install 2.0.0",
            "migration step Fill the column",
        )

    def test_is_possible_at_any_stage(self) -> None:
        for stage in ("migration", "some", "post-deployment", "cleanup", "close"):
            Walk(CANARY).to(stage).do(intents.Abort("x", "shop 2.0.0"))
