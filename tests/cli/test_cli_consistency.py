"""Logs whose chain is good and whose events can't have happened: what verify, report and status say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollout_tui.run.run_rules import RULES
from tests.cli.program import Program
from tests.run.forged import forged_log


@pytest.mark.parametrize(
    "name",
    [
        "a go with everything open",
        "the first event closes the run",
        "a second close",
        "20 s for two minutes",
        "closed completed in a rollback",
    ],
)
def test_verify_names_the_event_that_does_not_follow(rollout: Program, tmp_path: Path, name: str) -> None:
    path, made_up = forged_log(tmp_path, name)
    first, records, allowed = rollout("verify", str(path), code=7).splitlines()[:3]
    assert f"does-not-follow: event {made_up.seq} ({made_up.event.kind}) does not follow" in first
    assert f"#{made_up.seq} {made_up.event.kind} records: " in records
    assert f"#{made_up.seq} {made_up.event.kind}: the run " in allowed
    (found,) = rollout.json("verify", str(path), code=7)
    assert (found["verdict"], found["holds"], found["rules"]) == ("does-not-follow", False, RULES)
    assert [each["event"] for each in found["does_not_follow"]] == [made_up.seq]


def test_the_report_is_headed_by_what_does_not_follow(rollout: Program, tmp_path: Path) -> None:
    path, made_up = forged_log(tmp_path, "a go with everything open")
    text = rollout("report", str(path), code=7)
    assert "does not follow from the run before it that alice go: the run then refused it" in text
    assert text.index("Does not follow") < text.index(f"(#{made_up.seq})") < text.index("Log")


def test_what_only_shows_a_run_decides_nothing_again(rollout: Program, tmp_path: Path) -> None:
    path, _ = forged_log(tmp_path, "a go with everything open")
    assert "Migration" in rollout("status", str(path), code=0)
