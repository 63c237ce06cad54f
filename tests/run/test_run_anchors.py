"""Anchors: a head of the log that an authority has stamped, at any time of a run, also behind its close."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rollout_tui.errors import Refused, UsageError
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, Severity, findings
from rollout_tui.run.consistency import judge

from .driver import Walk
from .run_plans import CANARY

TSA = "https://tsa.example/tsr"


def anchor(walk: Walk, seq: int | None = None, digest: str = "") -> intents.Anchor:
    """Stamp the head as it is, or an earlier one."""
    head = f"{walk.run.seq}:{walk.run.head}" if seq is None else f"{seq}:{digest or '0' * 64}"
    return intents.Anchor(head, TSA, walk.at.isoformat())


def test_a_head_is_anchored_and_the_run_is_as_it_was() -> None:
    walk = Walk(CANARY).to_started("inside")
    before = walk.next()
    event = walk.do(anchor(walk))
    assert isinstance(event, ev.HeadAnchored)
    assert (event.seq, event.hash, event.how) == (walk.run.seq - 1, f"hash-{walk.run.seq - 1}", "rfc3161")
    assert walk.next() == before
    walk.do(intents.Note("somebody was quicker"))
    walk.do(anchor(walk, walk.run.seq - 1))
    assert judge(walk.entries).found == ()


@pytest.mark.parametrize("ended", ["rolling back", "rolled back", "closed"])
def test_a_run_is_anchored_also_in_a_rollback_and_behind_its_end(ended: str) -> None:
    walk = Walk(CANARY).to_started("inside")
    walk.do(intents.RollBack("bug", "it fell over"))
    if ended != "rolling back":
        walk.do(intents.FinishRollback("failed", "no image"))
    if ended == "closed":
        walk.do(intents.Abort("given up", walk.run.name))
    walk.do(anchor(walk))
    assert judge(walk.entries).found == ()


@pytest.mark.parametrize(
    ("intent", "match"),
    [
        (lambda walk: anchor(walk, walk.run.seq), "is no head of this log"),
        (lambda walk: anchor(walk, walk.run.seq + 1), "is no head of this log"),
        (lambda walk: anchor(walk, 0, "ab"), "is no head of this log"),
        (lambda _: intents.Anchor(f"0:{'0' * 64}", " ", "2026-03-04T10:00:00Z"), "no name"),
        (lambda _: intents.Anchor(f"0:{'0' * 64}", TSA, ""), "not said when"),
        (lambda _: intents.Anchor(f"0:{'0' * 64}", TSA, "2026-03-04T10:00:00"), "no time with its offset"),
    ],
)
def test_what_is_no_head_of_the_log_is_refused(intent: Callable[[Walk], intents.Anchor], match: str) -> None:
    walk = Walk(CANARY).to("migration")
    walk.refused(intent(walk), match, kind=UsageError)


def test_a_run_of_the_rules_before_takes_no_anchor() -> None:
    walk = Walk(CANARY, rules=2)
    walk.refused(anchor(walk), "an earlier version.*\n.*--expect-head", kind=Refused)
    walk.at += timedelta(minutes=1)
    walk.record(ev.HeadAnchored("0:hash-0", "rfc3161", TSA, walk.at.isoformat()))
    (found,) = judge(walk.entries).found
    assert "an earlier version" in found.allowed


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(-180, "The clock of alice was 3 h behind that of https://tsa.example/tsr"), (90, "1 h 30 min ahead of"), (4, "")],
)
def test_a_clock_that_is_not_the_authoritys_is_a_finding(minutes: int, told: str) -> None:
    walk = Walk(CANARY)
    stamped = (walk.at - timedelta(minutes=minutes)).isoformat()
    walk.do(replace(anchor(walk), time=stamped))
    found = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.CLOCK]
    assert [(each.severity, each.seq) for each in found] == ([(Severity.WARNING, 1)] if told else [])
    assert not told or told in found[0].text
