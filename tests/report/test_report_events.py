"""Every event of three real runs stands in every format, by its number and in its words; and the report is right."""

import json
from datetime import timedelta

import pytest

from rollout_tui.run.audit import Kind
from rollout_tui.text import one_line
from tests.report.reading import rows
from tests.report.told import FORMATS, RUNS, report_of


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", RUNS)
def test_every_event_is_in_the_report(name: str, form: str) -> None:
    told = report_of(name)
    found = rows(form, FORMATS[form](told))
    for entry in told.entries:
        words = one_line(told.words[entry.seq])
        hits = [row for row in found if row[0].strip() == f"#{entry.seq}" and words in row]
        assert hits, f"#{entry.seq} {words}"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", RUNS)
def test_every_finding_is_in_the_report(name: str, form: str) -> None:
    told = report_of(name)
    assert told.findings
    report = FORMATS[form](told)
    cells = [cell for row in rows(form, report) for cell in row]
    if form == "json":
        cells = [each["text"] for each in json.loads(report)["findings"]]
    for finding in told.findings:
        assert any(one_line(finding.text) in cell for cell in cells), finding


def test_what_was_found() -> None:
    found = {name: {each.kind for each in report_of(name).findings} for name in RUNS}
    assert found["completed"] == {
        Kind.OVERRIDE,
        Kind.SOAK_CUT,
        Kind.WAIVER,
        Kind.DEFERRAL,
        Kind.REVOCATION,
        Kind.BREACH,
        Kind.TRIGGER,
        Kind.OTHERS_ITEM,
        Kind.DURATION,
    }
    assert found["rolled-back"] == {
        Kind.ONE_LOGIN,
        Kind.OTHERS_ITEM,
        Kind.BREACH,
        Kind.ROLLBACK_OVER_TARGET,
        Kind.SILENCE,
        Kind.DEPLOYED,
        Kind.DURATION,
        Kind.ROLLBACK,
        Kind.NOT_KNOWN,
    }
    assert found["interrupted"] == {
        Kind.EMERGENCY,
        Kind.REDLINE,
        Kind.RECOVERED,
        Kind.SILENCE,
        Kind.OTHERS_ITEM,
    }


def test_segments_follow_each_other_without_a_gap() -> None:
    for name in RUNS:
        told = report_of(name)
        assert [entry for segment in told.segments for entry in segment.entries] == list(told.entries)
        assert [each.ended for each in told.segments[:-1]] == [each.began for each in told.segments[1:]]
        assert sum(((each.took or timedelta(0)) + each.waited for each in told.segments), timedelta(0)) == told.took


def test_the_rollback_is_told_with_its_time_and_its_steps() -> None:
    (rollback,) = report_of("rolled-back").rollbacks
    assert rollback.outcome == "restored"
    assert (rollback.took, rollback.target) == (timedelta(minutes=42, seconds=10), timedelta(minutes=30))
    assert [step.signed is not None for step in rollback.steps] == [True, True, False, False, False]
    assert [each.title for each in rollback.scenarios] == ["Balances are wrong"]


def test_a_promotion_names_its_audience_and_what_it_went_past() -> None:
    promoted = {each.entry.seq: each for each in report_of("completed").decisions if each.past}
    assert [(each.audience, each.past) for each in promoted.values()] == [("25% of users", ("soak: 1 day 6 h left",))]


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_every_override_heads_the_report(form: str) -> None:
    report = FORMATS[form](report_of("completed"))
    assert "alice promoted Phase 2 past 1 blocker" in report[: report.index("Summary")]


def test_json_has_its_documented_shape() -> None:
    from pathlib import Path

    from rollout_tui.report import formats

    documented = (Path(formats.__file__).parent / "FORMAT.md").read_text()
    for name in RUNS:
        report = json.loads(FORMATS["json"](report_of(name)))
        assert report["format"] == "rollout-report/1"
        assert {key for key in _keys(report) if f"`{key}`" not in documented} == set()


def _keys(value: object) -> set[str]:
    """Every key of a report; an event's own fields are the journal's to document."""
    if isinstance(value, list):
        return {key for each in value for key in _keys(each)}
    if not isinstance(value, dict):
        return set()
    inner = (_keys(each) for key, each in value.items() if key != "fields")
    return set(value).union(*inner)
