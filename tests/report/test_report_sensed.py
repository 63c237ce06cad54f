"""What probes saw, as rows, `status --json`, reports, documents, the audit, comparisons and figures tell it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollout_tui.cli.snapshot import snapshot
from rollout_tui.people import Actor
from rollout_tui.report.model import LogVerdict, make_report
from rollout_tui.report.plan_document import run_document
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, Severity, findings
from rollout_tui.run.diff import RunLog, compare
from rollout_tui.run.figures import figures
from rollout_tui.run.news import news_for
from rollout_tui.tui.rows.items import item_row
from tests.run.driver import Walk
from tests.run.run_plans import CANARY, SENSED
from tests.run.test_run_observations import ALWAYS, at_go, look, play

ROWS = [
    ("pass", " ◉ All tests passing", "sensed  just now"),
    ("pass 5", " ◉ All tests passing", "sensed  5 min ago"),
    ("pass 31", " ◌ All tests passing", "sensed  31 min ago"),
    ("pass 5 error", " ◌ All tests passing  could not be seen: timeout", "sensed  5 min ago"),
    ("fail", " ○ All tests passing  3 red, just now", "open"),
    ("pass fail", " ○ All tests passing  3 red, just now", "open"),
    ("error", " ○ All tests passing  could not be seen: timeout", "open"),
    ("pass sign", " ✔ All tests passing", "signed  alice  12:00  #6"),
    ("sign 9 fail 9", " ✔ All tests passing  changed 9 min ago: 3 red", "signed  alice  12:00  #5"),
]


@pytest.mark.parametrize(("course", "left", "right"), ROWS, ids=[course for course, *_ in ROWS])
def test_a_row_tells_a_tick_of_a_probe_from_a_sign_off(course: str, left: str, right: str) -> None:
    walk = play(at_go(), course)
    row = item_row(walk.run, walk.run.sequence.items["tests"], walk.now)
    assert (row.left.plain, row.right.plain) == (left, right)


def test_a_tick_shows_its_value_and_past_the_go_what_changed() -> None:
    walk = at_go()
    look(walk, "pass", value=812.0)
    walk.do(intents.Go())
    look(walk, "fail")
    row = item_row(walk.run, walk.run.sequence.items["tests"], walk.now)
    assert row.left.plain == " ◉ All tests passing  changed just now: 3 red"
    assert row.right.plain == "sensed 812  just now"


def sensed_phase() -> Walk:
    walk = play(at_go(SENSED), "pass")
    walk.do(intents.Go())
    walk.to_started("inside").do(intents.Measure("uptime", 100))
    look(walk, "fail", "errors", value=2.0)
    look(walk, "error", "errors")
    look(walk, "pass", "errors", value=0.2)
    return walk


def test_a_metric_that_a_probe_read_says_so() -> None:
    walk = sensed_phase()
    row = item_row(walk.run, walk.run.sequence.items["inside/metric/errors"], walk.now)
    assert row.left.plain == " ◉ Error rate 0.2 %"
    assert "sensed, fine, just now" in row.right.plain
    typed = item_row(walk.run, walk.run.sequence.items["inside/metric/uptime"], walk.now)
    assert typed.left.plain.startswith(" ✔ ")
    assert "sensed" not in typed.right.plain


def test_status_for_scripts() -> None:
    walk = sensed_phase()
    stages = snapshot(walk.run, walk.now)["stages"]
    tests = next(each for each in stages[0]["items"] if each["id"] == "tests")
    assert tests["state"] == "sensed"
    assert tests["observed"]["judged"]["outcome"] == "pass"
    assert tests["observed"]["newest"]["looked"] == "2026-03-02T12:00:00.000+00:00"
    assert next(each for each in stages[0]["items"] if each["id"] == "security")["observed"] is None
    read = {each["metric"]: each for stage in stages for each in stage.get("readings", []) if each["read"]}
    assert (read["errors"]["sensed"], read["uptime"]["sensed"]) == (True, False)


def test_a_report_has_what_was_read_by_whom() -> None:
    walk = sensed_phase()
    report = make_report(walk.run, walk.entries, LogVerdict("whole", True, ""), walk.at)
    told = [(each.metric.metric, each.shown, each.how, each.verdict) for each in report.readings]
    assert told == [
        ("Uptime", "100 %", "typed", "fine"),
        ("Error rate", "2 %", "sensed", "in breach"),
        ("Error rate", "not read", "sensed", "unknown"),
        ("Error rate", "0.2 %", "sensed", "fine"),
    ]
    document = run_document(walk.run, walk.entries)
    assert "- [ ] All tests passing" in document
    assert "Sensed, not signed: recorded by alice" in document
    assert "Error rate: sensed: 0.2 %, fine" in document


def test_the_audit_notes_a_gate_that_rested_on_a_probe_alone() -> None:
    walk = sensed_phase()
    (found,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.SENSED]
    assert (found.severity, walk.entries[found.seq].event.kind) == (Severity.NOTE, "gate_promoted")
    assert found.text == (
        "the gate of Pre-deployment rested on a probe alone, which nobody signed, for: All tests passing"
    )
    (breach,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.BREACH]
    assert "2 %, sensed with alice; fine again" in breach.text
    signed = play(at_go(ALWAYS), "pass sign")
    signed.do(intents.Go())
    assert [each for each in findings(signed.run, signed.entries) if each.kind is Kind.SENSED] == []


def test_two_runs_differ_where_one_was_sensed_and_the_other_signed() -> None:
    first, second = play(at_go(), "pass"), play(at_go(), "sign")
    logs = [RunLog(walk.run, tuple(walk.entries)) for walk in (first, second)]
    (found,) = [each for each in compare(*logs).differences if each.subject == "All tests passing"]
    assert (found.first, found.second) == ("sensed by alice", "signed by alice")


def test_a_stage_without_a_gate_ends_with_the_first_pass_and_not_with_the_last() -> None:
    walk = Walk(CANARY).to("post-deployment").sign("flows").wait("10 min")
    look(walk, "pass", "health")
    ended = walk.at
    for _ in range(3):
        walk.wait("20 min")
        look(walk, "pass", "health")
    visit = next(each for each in figures(walk.entries).visits if each.stage == "post-deployment")
    assert visit.ended == ended


def test_what_a_probe_saw_is_news_to_the_person_in_whose_name_it_looks() -> None:
    walk = at_go()
    seq = walk.run.seq
    play(walk.wait("5 min"), "fail")
    news = news_for(walk.entries, Actor("alice"))
    assert news.since is not None
    assert news.since.seq <= seq
    assert [each.event.kind for each in news.entries][-1] == "observed"
    assert walk.at - news.since.stamp.at >= timedelta(minutes=5)
