"""What a run makes of what its probes see: a pass holds for a while, a fail counts, and nothing seen is never fine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.run import events as ev
from rollout_tui.run import gates, intents
from rollout_tui.run.blocker import BlockerKind
from rollout_tui.run.condition import Rank, condition
from rollout_tui.run.consistency import judge
from rollout_tui.run.intents import Observe
from rollout_tui.run.state import Status
from tests.run.driver import Walk, span
from tests.run.run_plans import CANARY, SENSED

ALWAYS = CANARY.replace('command = ["./look"] }', 'command = ["./look"], holds = "always" }', 1)


def at_go(text: str = CANARY, *, without: str = "tests") -> Walk:
    """Everything is signed but for one item."""
    names = {"tests", "security", "monitoring", "rollback-plan"} - {without}
    return Walk(text).sign(*sorted(names))


def look(walk: Walk, outcome: str, subject: str = "tests", reason: str = "", value: float | None = None) -> ev.Event:
    reason = reason or {"fail": "3 red", "unknown": "no build", "error": "timeout"}.get(outcome, "")
    return walk.do(Observe(subject, outcome, value=value, reason=reason))


def words(walk: Walk) -> str:
    return "; ".join(f"{each.text}: {each.remedy}" for each in gates.blockers(walk.run, walk.now))


OUTCOMES = ("pass", "fail", "unknown", "error")

# What was seen one after the other (a number waits so many minutes), how the item stands at the go, and what blocks it.
AT_THE_GO = [
    ("", Status.OPEN, "open: All tests passing: let its probe look (m, or rollout probe), sign it, or waive it with"),
    ("pass", Status.SENSED, ""),
    ("fail", Status.OPEN, "open: All tests passing (3 red, probe at 12:00 UTC): let its probe look"),
    ("unknown", Status.OPEN, "open: All tests passing (could not be seen at 12:00 UTC: no build)"),
    ("error", Status.OPEN, "open: All tests passing (could not be seen at 12:00 UTC: timeout)"),
    ("pass 30", Status.SENSED, ""),
    (
        "pass 31",
        Status.SENSED,
        "too old: sensed 31 min ago (at most 30 min): All tests passing: let its probe",
    ),
    ("pass 31 pass", Status.SENSED, ""),
    ("pass fail", Status.OPEN, "open: All tests passing (3 red, probe at 12:00 UTC)"),
    ("pass fail pass", Status.SENSED, ""),
    (
        "pass 5 unknown",
        Status.SENSED,
        "could not be seen at 12:05 UTC (no build); it held at 12:00 UTC: let its",
    ),
    (
        "pass 5 error",
        Status.SENSED,
        "could not be seen at 12:05 UTC (timeout); it held at 12:00 UTC: let its",
    ),
    ("pass 5 error pass", Status.SENSED, ""),
    # A pass, and then errors for hours.
    (
        "pass 60 error 60 error",
        Status.SENSED,
        "too old: sensed 2 h ago (at most 30 min): All tests passing; since then",
    ),
    # A fail is no fail less for that nothing was seen since.
    (
        "fail 5 unknown",
        Status.OPEN,
        "(3 red, probe at 12:00 UTC; since then it could not be seen at 12:05 UTC: no build)",
    ),
    ("fail 5 error", Status.OPEN, "(3 red, probe at 12:00 UTC; since then it could not be seen at 12:05 UTC: timeout)"),
    ("sign", Status.SIGNED, ""),
    ("pass sign", Status.SIGNED, ""),
    ("pass sign 600", Status.SIGNED, ""),
    ("sign fail", Status.SIGNED, ""),
    ("fail sign error", Status.SIGNED, ""),
    # A person's word stands, whatever a probe sees.
    ("bad", Status.FAILED, "failed: All tests passing (alice: it lies)"),
    ("bad pass", Status.FAILED, "failed: All tests passing (alice: it lies)"),
    ("pass bad pass", Status.FAILED, "failed: All tests passing (alice: it lies)"),
    ("pass waive fail", Status.WAIVED, ""),
]


def play(walk: Walk, course: str, subject: str = "tests") -> Walk:
    for each in course.split():
        match each:
            case "sign":
                walk.do(intents.Sign(subject))
            case "bad":
                walk.do(intents.Fail(subject, "it lies"))
            case "waive":
                walk.do(intents.Waive(subject, "no time"))
            case _ if each.isdecimal():
                walk.wait(f"{each} min")
            case _:
                look(walk, each, subject)
    return walk


@pytest.mark.parametrize(
    ("course", "status", "blocks"), AT_THE_GO, ids=[course or "nothing" for course, *_ in AT_THE_GO]
)
def test_what_a_probe_saw_of_an_item_at_the_go(course: str, status: Status, blocks: str) -> None:
    walk = play(at_go(), course)
    assert walk.state("tests") is status
    assert blocks in words(walk)
    assert bool(words(walk)) is bool(blocks)
    assert walk.allows(intents.Go()) is not bool(blocks)
    assert walk.run.unresolved["pre-deployment"] == (status in {Status.OPEN, Status.FAILED})
    assert walk.replayed() == walk.run
    assert judge(walk.entries).found == ()


@pytest.mark.parametrize("course", [course for course, _, blocks in AT_THE_GO if blocks])
def test_a_person_signs_whatever_was_seen(course: str) -> None:
    walk = play(at_go(), f"{course} sign")
    assert walk.state("tests") is Status.SIGNED
    assert walk.allows(intents.Go())


@pytest.mark.parametrize(
    ("item", "asks"),
    [("monitoring", "a rule asks for a person's sign-off"), ("security", "it takes 2 people's sign-offs")],
)
def test_what_a_rule_asks_for_or_two_people_sign_needs_them_besides(item: str, asks: str) -> None:
    walk = at_go(without=item)
    look(walk, "pass", item)
    assert walk.state(item) is Status.OPEN
    assert f"the probe at 12:00 UTC says that it holds, and {asks} besides" in words(walk)
    assert not walk.allows(intents.Go())
    walk.sign(item)
    assert walk.allows(intents.Go())


@dataclass(frozen=True)
class Later:
    """What a fail does later on: to the tick, to the next gate, and whether it is shown as changed."""

    text: str
    where: str
    stays: bool
    blocks: bool


LATER = {
    "until the go, in a phase": Later(CANARY, "phase", stays=True, blocks=False),
    "always, in a phase": Later(ALWAYS, "phase", stays=False, blocks=True),
    "until the go, in a rollback": Later(CANARY, "rollback", stays=True, blocks=False),
    "always, in a rollback": Later(ALWAYS, "rollback", stays=True, blocks=False),
    "until the go, in a rollback that is called off": Later(CANARY, "called off", stays=True, blocks=False),
    "always, in a rollback that is called off": Later(ALWAYS, "called off", stays=False, blocks=True),
}


@pytest.mark.parametrize("case", LATER.values(), ids=LATER)
def test_a_fail_later_on(case: Later) -> None:
    walk = play(at_go(case.text), "pass")
    walk.do(intents.Go())
    walk.to_started("inside")
    if case.where != "phase":
        walk.do(intents.RollBack("bug", "it fell over"))
    look(walk, "fail")
    if case.where == "called off":
        walk.do(intents.FinishRollback("called-off", "false alarm"))
        walk.do(intents.Release("it is well"))
    assert (walk.state("tests") is Status.SENSED) is case.stays
    assert ("open:tests" in walk.blockers()) is case.blocks
    assert walk.run.observed["tests"].failed is not None, "it is kept and shown"
    assert judge(walk.entries).found == ()
    assert walk.replayed() == walk.run


@pytest.mark.parametrize(
    ("text", "course", "blocks"),
    [
        (CANARY, "5000", ""),
        (CANARY, "error", ""),
        (ALWAYS, "20 error", ""),
        (ALWAYS, "20 error 20 error", "stale:tests"),
        (ALWAYS, "40", "stale:tests"),
        (ALWAYS, "40 pass", ""),
        (ALWAYS, "40 pass fail", "open:tests"),
        (ALWAYS, "40 pass fail pass", ""),
    ],
)
def test_an_item_of_an_earlier_stage_at_a_gate(text: str, course: str, blocks: str) -> None:
    """Past the go only what always holds is asked for again; nothing seen leaves it its last pass, with its age."""
    walk = play(at_go(text), "pass")
    walk.do(intents.Go())
    walk.sign("migration/add-column", "migration/install", "migration/fill")
    walk.do(intents.StartPhase("inside"))
    play(walk, course)
    assert {each for each in walk.blockers() if each.endswith(":tests")} == ({blocks} if blocks else set())


def test_a_cleanup_waits_for_a_validation_that_went_stale() -> None:
    walk = Walk(CANARY).to("post-deployment")
    look(walk, "pass", "health")
    walk.sign("flows")
    assert walk.run.stage.id == "cleanup"
    walk.wait("31 min")
    walk.refused(intents.Sign("drop-column", confirm="drop-column"), "too old: sensed 31 min ago", kind=Refused)
    assert (walk.next().item, walk.next().action) == ("health", "sign")
    assert "let its probe look again (m, or rollout probe), or sign it" in walk.next().text
    look(walk, "pass", "health")
    walk.sign("drop-column")
    assert walk.run.stage.id == "close"


# A metric: what was seen in the phase, what blocks its promotion, and whether it is in breach.
OF_A_METRIC = [
    ("0.2", [], False),
    ("2", ["breach:errors"], True),
    ("0.2 unknown", ["unread:errors"], False),
    ("0.2 error", ["unread:errors"], False),
    ("2 unknown", ["breach:errors", "unread:errors"], True),
    ("2 error error", ["breach:errors", "unread:errors"], True),
    ("2 error 0.2", [], False),
    ("0.2 wait", ["stale:errors"], False),
    ("0.2 error wait", ["unread:errors"], False),
]


@pytest.mark.parametrize(("course", "blocks", "breach"), OF_A_METRIC, ids=[course for course, *_ in OF_A_METRIC])
def test_what_a_probe_saw_of_a_metric(course: str, blocks: list[str], breach: bool) -> None:
    walk = Walk(SENSED).to_gate("inside")
    for each in course.split():
        if each == "wait":
            walk.wait("31 min").do(intents.Measure("uptime", 100))
        elif each in OUTCOMES:
            look(walk, each, "errors")
        else:
            look(walk, "fail" if float(each) > 1 else "pass", "errors", value=float(each))
    assert [each for each in walk.blockers() if each.endswith("errors")] == blocks
    assert ("errors" in walk.run.breached) is breach
    assert (walk.run.unwell_since is not None) is breach
    assert walk.run.readings["inside", "errors"].sensed
    assert walk.replayed() == walk.run
    assert judge(walk.entries).found == ()


def test_a_typed_reading_is_not_marked_as_sensed() -> None:
    walk = Walk(SENSED).to_gate("inside")
    look(walk, "error", "errors")
    walk.do(intents.Measure("errors", 0.5))
    assert not walk.run.readings["inside", "errors"].sensed
    assert walk.allows(intents.Promote("inside"))


def window(walk: Walk, outcome: str, ago: str, value: float | None = None, subject: str = "errors") -> Observe:
    until = walk.at - span(ago)
    times = (until - timedelta(minutes=15)).isoformat(), until.isoformat()
    reason = "" if outcome in {"pass", "fail"} else "no data"
    return Observe(subject, outcome, "", value, reason, *times, samples=15)


def test_a_window_is_as_old_as_its_last_sample_and_not_as_its_record() -> None:
    walk = Walk(SENSED).to_started("inside")
    walk.wait("3 h")
    walk.do(window(walk, "pass", "31 min", 0.2))
    assert "stale:errors" in walk.blockers()
    walk.do(window(walk, "pass", "29 min", 0.2))
    assert "stale:errors" not in walk.blockers()
    go = at_go().wait("3 h")
    go.do(window(go, "pass", "31 min", subject="tests"))
    assert go.blockers() == ["stale:tests"]


def test_an_older_look_clears_nothing_but_an_older_fail_counts() -> None:
    walk = Walk(SENSED).to_started("inside").wait("2 h")
    walk.do(intents.Measure("errors", 2))
    walk.wait("5 min").refused(window(walk, "pass", "10 min", 0.2), "was looked at since", kind=Conflict)
    look(walk, "pass", "errors", value=0.2)
    walk.do(window(walk, "error", "10 min"))
    assert "unread:errors" in walk.blockers(), "nothing that was not seen is lost"
    walk.refused(window(walk, "pass", "5 min", 0.2), "was looked at since", kind=Conflict)
    walk.do(window(walk, "fail", "10 min", 5))
    assert "breach:errors" in walk.blockers()
    assert judge(walk.entries).found == ()


def tomorrow(walk: Walk, *intents: Observe) -> Walk:
    """Record these by a clock that is a day ahead for some minutes."""
    walk.wait("1 days")
    for each in intents:
        walk.do(each)
    return walk.wait("-1 days")


FUTURE = "LOOKED AT IN THE FUTURE"


def test_an_item_that_was_looked_at_in_the_future_is_not_fresh() -> None:
    walk = tomorrow(at_go(), Observe("tests", "pass")).wait("5 min")
    assert walk.blockers() == ["stale:tests"]
    assert "looked at in the future: All tests passing at 03 Mar 12:00 UTC, by a clock that was wrong" in words(walk)
    assert condition(walk.run, walk.now).text == f"{FUTURE}: All tests passing (alice, 03 Mar 12:00)"
    walk.refused(intents.Go(), "looked at in the future")
    look(walk, "unknown")
    assert not walk.allows(intents.Go())
    look(walk, "pass")
    assert walk.blockers() == []
    assert walk.replayed() == walk.run
    assert judge(walk.entries).found == ()


@pytest.mark.parametrize("typed", [False, True], ids=["its probe's", "a person's"])
@pytest.mark.parametrize(("rules", "blocks"), [(3, ["stale:errors"]), (2, [])])
def test_a_reading_of_the_future_is_not_fresh(typed: bool, rules: int, blocks: list[str]) -> None:
    walk = Walk(SENSED, rules=rules).to_gate("inside")
    assert walk.blockers() == []
    if typed:
        walk.wait("1 days").do(intents.Measure("errors", 0.2))
        walk.wait("-1 days")
    else:
        tomorrow(walk, Observe("errors", "pass", "", 0.2))
    assert walk.blockers() == blocks
    assert condition(walk.run, walk.now).text == (f"{FUTURE}: Error rate (alice, 03 Mar 13:00)" if blocks else "")
    look(walk, "unknown", "errors")
    assert walk.blockers() == ["unread:errors"]
    look(walk, "pass", "errors", value=0.2)
    assert walk.blockers() == []
    assert walk.replayed() == walk.run
    assert judge(walk.entries).found == ()


def test_two_machines_clocks_may_differ_a_little() -> None:
    walk = at_go().wait("50 s")
    look(walk, "pass")
    walk.wait("-50 s")
    assert walk.blockers() == []
    walk.refused(Observe("tests", "pass"), "was looked at since", kind=Conflict)


@pytest.mark.parametrize(
    ("intent", "kind", "match"),
    [
        (Observe("rollback-plan", "pass"), Refused, "no probe"),
        (Observe("uptime", "pass", value=100), Refused, "no probe"),
        (Observe("flows", "pass"), Refused, "no probe"),
        (Observe("nothing", "pass"), UsageError, "no metric or item"),
        (Observe("migration/install", "pass"), Refused, "no probe"),
        (Observe("inside/metric/errors", "pass", value=0.2), Refused, "no probe"),
        (Observe("health", "pass"), Refused, "out of turn"),
        (Observe("tests", "fine"), UsageError, "no outcome"),
        (Observe("tests", ""), UsageError, "no outcome"),
        (Observe("errors", "pass", value=float("nan")), UsageError, "nan"),
        (Observe("errors", "fail", value=float("inf")), UsageError, "inf"),
        (Observe("tests", "pass", value=float("-inf")), UsageError, "inf"),
        (Observe("errors", "unknown", value=float("nan"), reason="x"), UsageError, "nan"),
        (Observe("errors", "pass"), UsageError, "no value"),
        (Observe("errors", "fail"), UsageError, "no value"),
        (Observe("errors", "pass", value=1.5), Refused, "in breach of > 1 %: pass is mistaken"),
        (Observe("errors", "fail", value=0.5), Refused, "not in breach of > 1 %: fail is mistaken"),
        (Observe("errors", "fail", value=101), UsageError, "can't be a reading"),
        (Observe("tests", "unknown"), UsageError, "needs a reason"),
        (Observe("tests", "error", reason="  "), UsageError, "needs a reason"),
        (Observe("tests", "pass", "inside"), Conflict, "Look again"),
        (Observe("tests", "pass", since="2026-03-02T11:00:00Z"), UsageError, "both its times"),
        (Observe("tests", "pass", until="2026-03-02T11:00:00Z"), UsageError, "both its times"),
        (Observe("tests", "pass", since="noon", until="noon"), UsageError, "no time"),
        (Observe("tests", "pass", since="2026-03-02T11:00:00", until="2026-03-02T11:00:00Z"), UsageError, "no time"),
        (Observe("tests", "pass", since="2026-03-02T11:01:00Z", until="2026-03-02T11:00:00Z"), UsageError, "earlier"),
        (Observe("tests", "pass", since="2026-03-02T11:00:00Z", until="2026-03-02T12:01:00Z"), UsageError, "future"),
        (Observe("tests", "pass", samples=3), UsageError, "samples"),
    ],
    ids=str,
)
def test_what_is_refused(intent: Observe, kind: type[UsageError] | type[Refused] | type[Conflict], match: str) -> None:
    Walk(SENSED).refused(intent, match, kind=kind)


def test_a_closed_run_takes_none() -> None:
    walk = Walk(CANARY)
    walk.do(intents.Abort("it was called off", walk.run.name))
    walk.refused(Observe("tests", "pass"), "closed", kind=Refused)


def test_a_tick_of_a_probe_is_failed_and_not_revoked() -> None:
    walk = play(at_go(), "pass")
    walk.refused(intents.Revoke("tests", "it is wrong"), "sensed, not signed", kind=Refused)


def test_what_was_seen_before_the_probe_changed_says_nothing() -> None:
    from tests.run.edits import redline

    walk = play(at_go(), "pass")
    event = redline(walk, ('["./look"]', '["./look", "harder"]'))
    assert event.voided == ("tests",)
    assert walk.state("tests") is Status.OPEN
    assert "tests" not in walk.run.observed
    signed = play(at_go(), "pass sign")
    assert redline(signed, ('["./look"]', '["./look", "harder"]')).voided == ()
    assert signed.state("tests") is Status.SIGNED
    assert "tests" not in signed.run.observed


@pytest.mark.parametrize("typed", [False, True], ids=["its probe's", "a person's"])
def test_what_another_probe_read_of_a_metric_says_nothing(typed: bool) -> None:
    from tests.run.edits import redline

    walk = Walk(SENSED).to_gate("inside")
    if typed:
        walk.do(intents.Measure("errors", 0.5))
    else:
        look(walk, "pass", "errors", value=0.5)
    event = redline(walk, ('["./look"], unit', '["./look", "harder"], unit'))
    assert event.voided == (() if typed else ("inside/metric/errors",))
    assert walk.blockers() == ([] if typed else ["unread:errors"])
    assert walk.replayed() == walk.run
    assert judge(walk.entries).found == ()


COURSES = st.lists(
    st.sampled_from(["pass", "pass", "fail", "unknown", "error", "sign", "revoke", "bad", "3", "20", "40"]), max_size=14
)


def may_open(course: list[str]) -> bool:
    """Whether the go may be given after this, told without the run: a person's word first, else the newest look."""
    word, newest, age = "", "", 0
    for each in course:
        if each.isdecimal():
            age += int(each)
        elif each in OUTCOMES:
            newest, age = each, 0
        elif each == "sign":
            word = "signed"
        elif each == "bad" and word != "signed":
            word = "failed"
        elif each == "revoke" and word == "signed":
            # What was seen before somebody took it back ticks nothing any more.
            word, newest = "", ""
    return word == "signed" or (word == "" and newest == "pass" and age <= 30)


@settings(deadline=None)
@given(course=COURSES)
def test_no_gate_opens_on_a_tick_whose_newest_look_was_no_fresh_pass(course: list[str]) -> None:
    walk = at_go()
    for each in course:
        if each == "revoke":
            if walk.allows(intents.Revoke("tests", "x")):
                walk.do(intents.Revoke("tests", "x"))
        elif each in {"sign", "bad"}:
            intent = intents.Sign("tests") if each == "sign" else intents.Fail("tests", "x")
            if walk.allows(intent):
                walk.do(intent)
        else:
            play(walk, each)
    assert walk.allows(intents.Go()) is may_open(course)
    assert walk.replayed() == walk.run


def test_the_newest_look_is_told_by_its_own_kind_of_blocker() -> None:
    walk = play(at_go(), "pass 5 error")
    (found,) = gates.blockers(walk.run, walk.now)
    assert (found.kind, found.subject) == (BlockerKind.UNREAD, "tests")
    assert walk.next().action == "sign"
    assert isinstance(walk.run.observed["tests"].newest.at, datetime)


CONDITIONS = [
    ("pass", ""),
    ("fail", ""),
    ("unknown", "COULD NOT BE READ: All tests passing (alice, 12:00: no build)"),
    ("pass fail", "CHANGED: All tests passing (3 red, 12:00)"),
    ("pass fail pass", ""),
    ("pass 5 error", "COULD NOT BE READ: All tests passing (alice, 12:05: timeout)"),
    ("pass 40", "SENSED TOO LONG AGO: All tests passing (alice, 12:00)"),
    ("pass fail sign", ""),
]


@pytest.mark.parametrize(("course", "text"), CONDITIONS, ids=[course for course, _ in CONDITIONS])
def test_what_needs_attention(course: str, text: str) -> None:
    walk = play(at_go(), course)
    found = condition(walk.run, walk.now)
    assert found.text == text
    assert found.rank is (Rank.ATTENTION if text else Rank.CALM)
    assert found.subject == ("tests" if text else "")
