"""The maintenance window: what it blocks, once, and that what was done outside it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, Severity, findings
from rollout_tui.run.window import warnings
from tests.run.driver import NOON, Walk
from tests.run.edits import redline
from tests.run.run_plans import BLUE_GREEN, CANARY


def told(walk: Walk) -> list[tuple[Severity, str]]:
    return [(each.severity, each.text) for each in findings(walk.run, walk.entries) if each.kind is Kind.WINDOW]


def walked(rules: int) -> Walk:
    """The window closed at 15:00; the go comes 26 h later."""
    walk = Walk(BLUE_GREEN, rules=rules).to_next("go").wait("29 h")
    walk.do(intents.Go(("window",), "it had to be") if rules > 1 else intents.Go())
    walk.sign("add-table")
    return walk.to_started("shadow")


@pytest.mark.parametrize("rules", [1, 2])
def test_every_gate_start_and_step_outside_it_is_told(rules: int) -> None:
    outside = "outside the maintenance window: it closed 1 day 2 h ago"
    assert told(walked(rules)) == [
        (Severity.SERIOUS, f"alice gave the go {outside}"),
        (Severity.SERIOUS, f"alice started Shadow {outside}"),
        (Severity.WARNING, f"alice signed the migration step Create the table {outside}"),
        (Severity.WARNING, f"alice signed the migration step Install on green {outside}"),
    ]


def test_a_promotion_outside_it_is_told() -> None:
    walk = Walk(BLUE_GREEN).to_gate("shadow").wait("5 h")
    walk.do(intents.Measure("imbalance", 0))
    walk.do(intents.Promote("shadow"), by="carol")
    ((severity, text),) = told(walk)
    assert severity is Severity.WARNING
    assert text.startswith("carol promoted Shadow outside the maintenance window: it closed ")


def test_inside_it_nothing_is() -> None:
    assert told(Walk(BLUE_GREEN).to_started("live")) == []


def test_a_rehearsal_has_no_window() -> None:
    walk = Walk(BLUE_GREEN, rehearsal=True).to_next("go").wait("29 h")
    walk.do(intents.Go())
    assert told(walk) == []


def test_a_plan_without_one_has_none_either() -> None:
    assert told(Walk(CANARY).to_started("inside")) == []


def test_the_window_that_the_run_followed_then_counts() -> None:
    walk = walked(2)
    before = told(walk)
    redline(walk, ("end = 2026-03-02T15:00:00+00:00", "end = 2026-03-09T15:00:00+00:00"))
    assert told(walk) == before


WINDOW_TIMES = pytest.mark.parametrize(
    ("minutes", "warning"),
    [
        pytest.param(-90, ("Outside the maintenance window: it opens in 1 h.",), id="before"),
        pytest.param(-30, (), id="at its start"),
        pytest.param(60, (), id="inside"),
        pytest.param(180, (), id="at its end"),
        pytest.param(190, ("Outside the maintenance window: it closed 10 min ago.",), id="after"),
    ],
)


class TestWindow:
    """Blue-green's window is open from 11:30 to 15:00."""

    @WINDOW_TIMES
    def test_outside_it_the_go_needs_a_reason(self, minutes: int, warning: tuple[str, ...]) -> None:
        walk = Walk(BLUE_GREEN).to_next("go")
        walk.at = NOON + timedelta(minutes=minutes)
        assert warnings(walk.run, walk.now) == warning
        if not warning:
            assert walk.do(intents.Go()) == ev.GatePromoted("pre-deployment")
            return
        refused = walk.refused(intents.Go(), "Go is blocked by 1 thing")
        assert "  [window]: wait, or override it once for the run" in refused.message
        assert "--override" in str(refused.hint)
        walk.refused(intents.Go(("window",)), "An override needs a reason")
        assert walk.next().action == "go"
        assert warning[0][1:-1] in walk.next().text
        assert walk.do(intents.Go(("window",), "agreed with the bank")).overrides == ("window",)  # type: ignore[union-attr]

    @WINDOW_TIMES
    def test_by_the_first_rules_it_only_warns(self, minutes: int, warning: tuple[str, ...]) -> None:
        walk = Walk(BLUE_GREEN, rules=1).to_next("go")
        walk.at = NOON + timedelta(minutes=minutes)
        assert warnings(walk.run, walk.now) == warning
        walk.do(intents.Go())
        walk.to("shadow").do(intents.StartPhase("shadow"))

    def test_a_start_outside_it_needs_a_reason_once(self) -> None:
        walk = Walk(BLUE_GREEN).to("shadow").wait("26 h")
        assert walk.start_blockers() == ["window"]
        assert walk.next().action == "start-phase"
        walk.refused(intents.StartPhase("shadow"), "it closed 23 h ago")
        walk.do(intents.StartPhase("shadow", ("window",), "the bank moved it"))
        assert walk.run.past_window is not None
        walk.to("live")
        assert walk.start_blockers() == []
        assert walk.do(intents.StartPhase("live")) == ev.PhaseStarted("live")

    def test_the_go_that_went_past_it_did_so_for_the_starts_too(self) -> None:
        walk = Walk(BLUE_GREEN).to_next("go").wait("4 h")
        walk.do(intents.Go(("window",), "agreed"))
        walk.to("shadow").do(intents.StartPhase("shadow"))
        assert warnings(walk.run, walk.now)

    def test_a_rehearsal_has_none(self) -> None:
        walk = Walk(BLUE_GREEN, rehearsal=True).to_next("go").wait("4 h")
        assert warnings(walk.run, walk.now) == ()
        walk.do(intents.Go())

    def test_a_plan_without_one_never_warns(self) -> None:
        walk = Walk(CANARY)
        assert warnings(walk.run, walk.now) == ()
