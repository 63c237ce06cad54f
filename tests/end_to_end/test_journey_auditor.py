"""The auditor, months later: opens a finished log from home, reads its findings, and narrows the timeline."""

from __future__ import annotations

from tests.end_to_end.place import Place


def test_the_auditor_reads_a_finished_log(place: Place) -> None:
    place.walk_to("phase-1/start")
    for command in (
        ("start-phase", place.run, "phase-1"),
        ("roll-back", place.run, "code-bug", "--reason", "every payment fails"),
    ):
        done = place.rollout(*command)
        assert done.returncode == 0, done.stderr
    place.pass_time(minutes=9)
    place.rollout("finish-rollback", place.run, "restored", "--reason", "redeployed at once, the steps were skipped")
    closed = place.rollout("close", place.run, "--note", "2.4.0 is off; the payment client is at fault")
    assert closed.returncode == 0, closed.stderr

    with place.open(operator="carol", size=(120, 40)) as carol:
        carol.wait_for("Finished runs", "checkout 2.4.0")
        carol.keys("G")
        carol.wait_for("2.4.0-1.toml")
        carol.keys("Enter")
        carol.wait_for("AUDIT checkout 2.4.0", "whole", "Findings", "Timeline")
        carol.wait_for("over its target")
        carol.keys("/")
        carol.type("rolling back")
        carol.wait_for("began rolling back: Code bug", "every payment fails")
        carol.wait_until_gone("signed: All tests passing")
        carol.keys("Escape")
        carol.wait_for("signed: All tests passing")
        carol.keys("Escape")
        carol.wait_for("Finished runs")
        assert carol.leaves() == 0
