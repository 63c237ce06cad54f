"""Every kind of event in words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from rollout_tui.plan import toml
from rollout_tui.run import events as ev
from rollout_tui.run.events import Entry, Stamp
from rollout_tui.run.sequence import sequence
from rollout_tui.run.wording import describe

SEQUENCE = sequence(toml.load(Path(__file__).parents[1] / "cli" / "payments.toml").plan)
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
TRIGGER = "canary/trigger/a-payment-is-booked-twice"

SAID = [
    (
        ev.RunStarted("r-1", "payments", "3.1.0", (), (), "", True, True, ("R1", "R4"), "urgent", "r-0"),
        "started payments 3.1.0 (rehearsal, emergency) past R1, R4, second attempt after r-0 — urgent",
    ),
    (ev.ItemSigned("tests"), "signed: All tests passing"),
    (ev.ItemSigned("tests", "ok"), "signed: All tests passing — ok"),
    (ev.ItemFailed("tests", "2 red"), "failed: All tests passing — 2 red"),
    (ev.ItemRevoked("tests", "signed", "flaky"), "revoked the sign-off of: All tests passing — flaky"),
    (ev.ItemRevoked("canary/start", "start", "too soon"), "revoked the start of: Start Canary: 5% of users — too soon"),
    (ev.ItemWaived("docs", "none"), "waived: Documentation updated — none"),
    (ev.ItemDeferred("docs", "everyone", "ill"), "deferred to Everyone: Documentation updated — ill"),
    (ev.NoteAdded("hello"), "note: hello"),
    (ev.NoteAdded("hello", "docs"), "note on Documentation updated: hello"),
    (ev.MetricMeasured("error-rate", 0.5, "canary"), "measured Error rate: 0.5 %, fine"),
    (
        ev.MetricMeasured("error-rate", 1.5, "canary", "rising"),
        "measured Error rate: 1.5 %, in breach of > 1 % — rising",
    ),
    (ev.MetricMeasured("gone", 3.0, "canary"), "measured gone: 3"),
    (ev.MetricUnread("error-rate", "canary", "timeout"), "could not read: Error rate — timeout"),
    (ev.Observed("tests", "pre-deployment", "pass"), "sensed All tests passing: holds"),
    (
        ev.Observed("tests", "pre-deployment", "fail", 3.0, "3 red"),
        "sensed All tests passing: 3, does not hold — 3 red",
    ),
    (ev.Observed("tests", "pre-deployment", "unknown", reason="none"), "sensed All tests passing: unknown — none"),
    (ev.Observed("gone", "pre-deployment", "pass"), "sensed gone: holds"),
    (ev.Observed("error-rate", "canary", "pass", 0.2), "sensed Error rate: 0.2 %, fine"),
    (ev.Observed("error-rate", "canary", "error", reason="503"), "sensed Error rate: error — 503"),
    (
        ev.Observed("error-rate", "canary", "fail", 2.0, "", "2026-03-04T08:45:00Z", "2026-03-04T09:00:00+00:00", 15),
        "sensed Error rate: 2 %, in breach of > 1 % (2026-03-04 08:45:00 to 09:00:00, 15 samples)",
    ),
    (
        ev.Observed("error-rate", "canary", "pass", 0.2, "", "never", "ever", 1),
        "sensed Error rate: 0.2 %, fine (never to ever, 1 sample)",
    ),
    (ev.TriggerFired(TRIGGER, "4711"), "trigger fired: A payment is booked twice — 4711"),
    (ev.TriggerCleared(TRIGGER, "test"), "trigger cleared: A payment is booked twice — test"),
    (ev.PhaseStarted("canary"), "started Canary"),
    (ev.PhaseStarted("canary", ("open:copy",), "later"), "started Canary past 1 blocker — later"),
    (ev.SoakExtended("canary", 7200, "peak"), "extended the soak of Canary by 2 h — peak"),
    (ev.GatePromoted("pre-deployment", note="all here"), "go — all here"),
    (ev.GatePromoted("canary", ("soak", "x:y"), "fine"), "promoted Canary past 2 blockers — fine"),
    (ev.PhaseReduced("everyone", "canary", "slow"), "reduced from Everyone to Canary — slow"),
    (ev.GateHeld("lunch"), "held — lunch"),
    (ev.GateReleased("back"), "released the hold — back"),
    (ev.ClockConfirmed(-3600.0, "checked"), "confirmed the time after a jump of 1 h back — checked"),
    (
        ev.ItemRevoked("migration/drop-old", "in-place", "undone"),
        "revoked the earlier sign-off of: Drop the old bookings — undone",
    ),
    (ev.HandoverOffered(), "offered the lead to whoever takes it"),
    (ev.HandoverOffered("bob", "see the chat"), "offered the lead to bob — see the chat"),
    (ev.HandedOver("alice", ("stands at Canary",)), "took the lead over from alice"),
    (ev.HandedOver("alice", (), "she is asleep"), "took the lead over from alice — she is asleep"),
    (
        ev.HeadAnchored("41:7f3a", "rfc3161", "https://tsa.example/tsr", "2026-03-04T10:02:11.375+01:00"),
        "anchored #41 with https://tsa.example/tsr, whose clock said 2026-03-04 09:02:11 UTC",
    ),
    (ev.HeadAnchored("", "rfc3161", "tsa", "noon"), "anchored # with tsa, whose clock said noon"),
    (
        ev.PlanRedlined(("Canary: soak 1 h → 2 h", "Metric added: Queue"), "peak", (), (), "", ("docs", "gone")),
        "redlined the plan: Canary: soak 1 h → 2 h; Metric added: Queue — peak; voided: Documentation updated, gone",
    ),
    (ev.RollbackStarted("code-bug", "errors"), "began rolling back: Code bug — errors"),
    (ev.RollbackStarted("code-bug", ""), "began rolling back: Code bug"),
    (ev.ReasonGiven("charged twice"), "gave the reason — charged twice"),
    (ev.RollbackStepSigned("rollback/code-bug/1"), "signed: Redeploy 3.0.4"),
    (ev.RollbackFinished("restored", 240, 300), "rollback restored after 4 min (target 5 min)"),
    (
        ev.RollbackFinished("called-off", 420, 300, ("a", "b"), "false alarm"),
        "rollback called off after 7 min (over its target 5 min), 2 steps unsigned — false alarm",
    ),
    (
        ev.RollbackFinished("restored", 240, 300, (), "", ("docs",), ("tests", "x"), ("flag:on",)),
        "rollback restored after 4 min (target 5 min); undone: Documentation updated; "
        "still there: All tests passing, x; unknown: flag on",
    ),
    (ev.StateFound("tests", "there", "looked"), "found All tests passing: still there — looked"),
    (ev.StateFound("flag:new-shop", "unknown", "no log"), "found flag new-shop: unknown — no log"),
    (ev.RunClosed("completed", 3, "done"), "closed as completed — done"),
    (
        ev.RunClosed("completed", 3, "done", (), "Dana", "2026-04-01", "DB-7"),
        "closed as completed — done; cleanup outstanding: Dana by 2026-04-01 (DB-7)",
    ),
    (
        ev.RunClosed("rolled-back", 3, "back", ("flag x at on",)),
        "closed as rolled back — back; left in place: flag x at on",
    ),
    (
        ev.Recovered(12, "ab", "r-1.toml.torn-1"),
        "recovered: an incomplete entry of 12 bytes was cut off and kept in r-1.toml.torn-1",
    ),
    (ev.Unknown("swapped_out", ()), "an entry of a later version: swapped_out"),
    (ev.ItemSigned("gone"), "signed: gone"),
    (ev.ItemBegun("tests"), "began: All tests passing"),
]


@pytest.mark.parametrize(("event", "words"), SAID, ids=[words[:40] for _, words in SAID])
def test_an_event_in_words(event: ev.Event, words: str) -> None:
    assert describe(Entry(1, Stamp(AT, "alice", "a@b"), event, "ff"), SEQUENCE) == words


def test_an_earlier_time_is_told() -> None:
    entry = Entry(1, Stamp(AT, "alice", "a@b", AT.replace(hour=8)), ev.GateHeld("lunch"), "ff")
    assert describe(entry, SEQUENCE) == "held — lunch (happened 2026-03-04 08:00 UTC)"


def test_no_kind_of_event_is_forgotten() -> None:
    assert {type(event) for event, _ in SAID} == set(get_args(ev.Event))


def test_a_file_that_was_kept_is_named_whatever_it_belongs_to() -> None:
    kept = ev.Extras("ab" * 32, "a.log", 2)
    entry = ev.Entry(1, ev.Stamp(AT, "alice", "a@b"), ev.ItemFailed("tests", "2 red"), "ff", extras=kept)
    assert describe(entry, SEQUENCE) == "failed: All tests passing — 2 red [evidence: a.log]"
