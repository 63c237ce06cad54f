"""Beginning a step that takes its time: of what, when, what it gives, and what the audit says where nobody did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from rollout_tui.errors import Conflict, Refused, RolloutError
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, Severity, findings
from rollout_tui.run.running import running
from rollout_tui.run.state import Status
from tests.run.driver import Walk
from tests.run.run_plans import CANARY, FILLED

FILL = "migration/fill"
SIGNED_AT_ONCE = "signed Fill the column, which takes 3 h, "


def migrating(plan: str = FILLED, *, rules: int = 3) -> Walk:
    """All before the backfill is done."""
    return Walk(plan, rules=rules).to("migration").sign("add-column", "install")


def after(*acts: intents.Intent) -> Callable[[], Walk]:
    def walked() -> Walk:
        walk = migrating()
        for act in acts:
            walk.do(act)
        return walk

    return walked


REFUSED: dict[str, tuple[Callable[[], Walk], str, str, type[RolloutError]]] = {
    "a check": (lambda: Walk(FILLED), "tests", "is no step of more than 5 min.*\n.*Do it, and sign it", Refused),
    "a step of no planned time": (lambda: Walk(FILLED).to("migration"), "add-column", "is no step of more", Refused),
    "a step of 5 min": (
        lambda: migrating(FILLED.replace('"3 h"', '"5 min"')), "fill", "is no step of more than 5 min", Refused,
    ),
    "before its stage is open": (lambda: Walk(FILLED), "fill", "out of turn", Refused),
    "out of order": (lambda: Walk(FILLED).to("migration"), "fill", "out of order", Refused),
    "a second time": (after(intents.Begin("fill")), "fill", r"was begun by alice at .*\(#\d+\)", Conflict),
    "once it is signed": (after(intents.Begin("fill"), intents.Sign("fill")), "fill", "already signed", Conflict),
    "while the run is held": (after(intents.Hold("wait")), "fill", "Migration steps wait: alice.*holds", Refused),
    "in breach": (after(intents.Measure("errors", 9)), "fill", "Migration steps wait: .*breach", Refused),
    "while a rollback is under way": (after(intents.RollBack("bug", "x")), "fill", "is frozen", Refused),
    "a rollback's step of 5 min": (after(intents.RollBack("bug", "x")), "rollback/bug/1", "is no step", Refused),
    "of a scenario that was not chosen": (after(intents.RollBack("bug", "x")), "rollback/data/1", "not part", Refused),
}  # fmt: skip


@pytest.mark.parametrize(("reach", "item", "match", "kind"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_begun(reach: Callable[[], Walk], item: str, match: str, kind: type[RolloutError]) -> None:
    reach().refused(intents.Begin(item), match, kind=kind)


@pytest.mark.parametrize(
    ("reach", "item", "planned"),
    [
        pytest.param(migrating, FILL, "3 h", id="a migration step"),
        pytest.param(after(intents.RollBack("data", "x")), "rollback/data/1", "30 min", id="a step of a rollback"),
        pytest.param(after(intents.Begin("fill"), intents.Fail("fill", "x")), FILL, "3 h", id="one that had failed"),
        pytest.param(
            after(intents.Begin("fill"), intents.Sign("fill"), intents.Revoke("fill", "x")),
            FILL,
            "3 h",
            id="taken back",
        ),
    ],
)
def test_a_step_that_is_begun_runs_until_it_is_signed(reach: Callable[[], Walk], item: str, planned: str) -> None:
    walk = reach()
    assert walk.do(intents.Begin(item), "bob") == ev.ItemBegun(item)
    walk.wait("10 min")
    step = walk.run.sequence.items[item]
    assert running(walk.run, step, walk.at) == f"running, 10 min of {planned}"
    assert walk.run.begun[item].by == "bob"
    walk.do(intents.Sign(item))
    assert walk.state(item) is Status.SIGNED
    assert running(walk.run, step, walk.at) == ""
    assert walk.replayed() == walk.run


LONG = {
    "a second behind the step before, and not begun": (
        (), "1 s", Severity.WARNING, "1 s after the step before (#8), and nobody had begun it",
    ),
    "hours behind the step before, and not begun": ((), "3 h", Severity.NOTE, "and nobody had begun it"),
    "a second after it was begun": (
        (intents.Begin("fill"),), "1 s", Severity.WARNING, "1 s after alice began it (#9)",
    ),
    "begun, failed, and not begun again": (
        (intents.Begin("fill"), intents.Fail("fill", "no disk")), "3 h", Severity.NOTE, "and nobody had begun it",
    ),
    "begun, and signed in its time": ((intents.Begin("fill"),), "3 h", None, ""),
    "begun, and faster than planned": ((intents.Begin("fill"),), "1 h", None, ""),
}  # fmt: skip


@pytest.mark.parametrize(("acts", "took", "severity", "words"), LONG.values(), ids=LONG)
def test_a_long_step_that_nobody_waited_for_is_a_finding_and_never_a_refusal(
    acts: tuple[intents.Intent, ...], took: str, severity: Severity | None, words: str
) -> None:
    walk = after(*acts)().wait(took)
    walk.do(intents.Sign("fill"), "bob")
    told = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.DURATION]
    if severity is None:
        assert told == []
    else:
        (finding,) = told
        assert (finding.severity, finding.seq, finding.by) == (severity, walk.run.seq, "bob")
        assert finding.text == f"bob {SIGNED_AT_ONCE}{words}"


@pytest.mark.parametrize(
    "walk",
    [
        pytest.param(lambda: migrating(CANARY), id="without a planned time"),
        pytest.param(lambda: migrating(FILLED.replace('"3 h"', '"5 min"')), id="of 5 min"),
        pytest.param(lambda: migrating(rules=2), id="in a run from before"),
        pytest.param(lambda: Walk(FILLED, in_place=(f"{FILL} 9",)).to("migration"), id="in place since another run"),
    ],
)
def test_no_finding_of_a_step(walk: Callable[[], Walk]) -> None:
    found = walk().until(lambda run: run.stage.id == "inside")
    assert [each for each in findings(found.run, found.entries) if each.kind is Kind.DURATION] == []


def test_one_that_was_done_before_it_was_recorded_takes_its_claimed_time() -> None:
    walk = after(intents.Begin("fill"))()
    walk.wait("2 h").do(intents.Sign("fill"), happened=walk.at - timedelta(hours=1, minutes=59))
    (told,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.DURATION]
    assert (told.severity, told.text) == (
        Severity.WARNING,
        f"alice {SIGNED_AT_ONCE}1 min after alice began it (#9)",
    )


def test_two_who_approve_a_long_step_at_once_are_one_finding() -> None:
    walk = migrating(FILLED.replace('duration = "3 h"\n', 'duration = "3 h"\napprovals = 2\n')).wait("3 h")
    walk.sign("fill")
    (told,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.DURATION]
    assert (told.severity, told.text) == (Severity.NOTE, f"alice {SIGNED_AT_ONCE}and nobody had begun it")


def test_a_first_step_is_measured_from_the_go() -> None:
    walk = Walk(CANARY.replace('kind = "schema"\n', 'kind = "schema"\nduration = "1 h"\n')).to("migration")
    walk.wait("2 min").sign("add-column")
    (told,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.DURATION]
    assert (told.severity, told.text) == (
        Severity.WARNING,
        "alice signed Add a column, which takes 1 h, 2 min after the gate before (#6), and nobody had begun it",
    )
