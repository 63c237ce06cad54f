"""A breach: from anywhere after the go, until a fine reading, it blocks what would go on in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rollout_tui.errors import Refused
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, findings
from rollout_tui.run.intents import Intent
from tests.run.driver import Walk
from tests.run.edits import redline
from tests.run.run_plans import CANARY

BAD, FINE = intents.Measure("errors", 9), intents.Measure("errors", 0.1)


def after_promotion(rules: int = 2) -> Walk:
    return Walk(CANARY, rules=rules).to("some")


def validated() -> Walk:
    """All of validation is signed but its last item."""
    return Walk(CANARY).to("post-deployment").sign("health")


BLOCKED: dict[str, tuple[Callable[[], Walk], Intent, str]] = {
    "a migration step": (lambda: Walk(CANARY).to("migration"), intents.Sign("add-column"), "Migration steps wait"),
    "the first start": (lambda: Walk(CANARY).to("inside"), intents.StartPhase("inside"), "Starting Inside is blocked"),
    "the next start": (after_promotion, intents.StartPhase("some"), "in breach: Error rate is 9"),
    "a gate": (lambda: Walk(CANARY).to_gate("inside"), intents.Promote("inside"), "in breach: Error rate is 9"),
    "a cleanup step": (
        lambda: Walk(CANARY).to("cleanup"), intents.Sign("drop-column", confirm="drop-column"), "Migration steps wait",
    ),
    "a close with a follow-up": (
        lambda: Walk(CANARY).to("cleanup"), intents.Close("x", "d", "2026-05-01", "T"), "can't close as completed",
    ),
    "the close": (lambda: Walk(CANARY).to_next("close"), intents.Close("done"), "in breach: Error rate is 9"),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKED)
def test_blocks_until_a_fine_reading(name: str) -> None:
    make, intent, match = BLOCKED[name]
    walk = make()
    walk.do(BAD)
    refused = walk.refused(intent, match, kind=Refused)
    assert "measure again" in str(refused)
    assert walk.next().action == "measure"
    walk.do(FINE)
    walk.do(intent)


def test_the_end_of_validation_waits_for_it() -> None:
    walk = validated()
    walk.do(BAD)
    walk.sign("flows")
    assert walk.run.stage.id == "post-deployment"
    assert walk.blockers() == ["breach:errors"]
    refused = walk.refused(intents.Sign("drop-column", confirm="drop-column"), "not open yet")
    assert refused.hint == "Validation ends with a fine reading of errors, which is in breach."
    walk.do(FINE)
    assert walk.run.stage.id == "cleanup"


def test_a_start_goes_past_it_with_a_reason_and_the_soak_waits() -> None:
    walk = after_promotion()
    walk.do(BAD)
    event = walk.do(intents.StartPhase("some", ("breach:errors",), "known, one customer"))
    assert event == ev.PhaseStarted("some", ("breach:errors",), "known, one customer")
    assert "breach:errors" in walk.blockers(), "an override covers one decision"
    assert "unread:errors" in walk.blockers(), "and what was read before the start is not this phase's reading"


@pytest.mark.parametrize(
    "then", [intents.Unread("errors", "down"), intents.Measure("uptime", 100)], ids=["unread", "another metric"]
)
def test_nothing_but_a_fine_reading_of_it_ends_it(then: Intent) -> None:
    walk = after_promotion()
    walk.do(BAD)
    walk.do(then)
    assert walk.start_blockers() == ["breach:errors"]


def test_readings_before_the_go_are_the_baseline() -> None:
    walk = Walk(CANARY).to_next("go")
    walk.do(BAD)
    assert walk.blockers() == []
    walk.do(intents.Go())
    assert not walk.run.breached
    walk.sign("add-column")


def test_what_an_earlier_run_left_in_place_is_confirmed_all_the_same() -> None:
    walk = Walk(CANARY, in_place=("migration/add-column 4",)).to("migration")
    walk.do(BAD)
    walk.do(intents.Sign("add-column"))
    walk.refused(intents.Sign("install"), "Migration steps wait")


def test_a_rollback_in_breach_closes() -> None:
    walk = after_promotion()
    walk.do(BAD)
    walk.do(intents.RollBack("bug", "9 %"))
    walk.do(intents.FinishRollback("restored", "by hand"))
    walk.do(intents.Close("rolled back"))


@pytest.mark.parametrize(
    ("threshold", "blocked"), [("> 10 %", []), ("> 2 %", ["breach:errors"])], ids=["fine by it", "still a breach"]
)
def test_a_redline_judges_it_anew(threshold: str, blocked: list[str]) -> None:
    walk = after_promotion()
    walk.do(BAD)
    redline(walk, ('threshold = "> 1 %"', f'threshold = "{threshold}"'))
    assert walk.start_blockers() == blocked


def test_a_redline_finds_a_breach_in_the_newest_reading() -> None:
    walk = after_promotion()
    walk.do(FINE)
    redline(walk, ('threshold = "> 1 %"', 'threshold = "> 0.05 %"'))
    assert walk.start_blockers() == ["breach:errors"]


def test_by_the_first_rules_it_blocks_the_gate_of_its_phase_alone() -> None:
    walk = after_promotion(rules=1)
    walk.do(BAD)
    assert walk.start_blockers() == []
    walk.do(intents.StartPhase("some"))
    assert "breach:errors" not in walk.blockers()
    walk = Walk(CANARY, rules=1).to_next("close")
    walk.do(BAD)
    walk.do(intents.Close("done"))


def test_a_step_done_in_a_hold_is_told_in_the_audit() -> None:
    walk = Walk(CANARY).to("migration")
    walk.do(intents.Hold("the lawyers call"), by="bob")
    walk.sign("add-column")
    walk.do(intents.Release("they are content"), by="bob")
    walk.sign("install")
    (found,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.HELD]
    held = next(entry for entry in walk.entries if isinstance(entry.event, ev.GateHeld))
    assert found.text == f"alice signed the migration step Add a column while bob held the run (#{held.seq})"
