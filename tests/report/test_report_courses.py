"""What probes saw over a soak, drawn against its threshold in every format; what is lost is said, and never fine."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.cli import main
from rollout_tui.clock import SimulatedClock
from rollout_tui.plan.quantities import Comparison
from rollout_tui.report.course_svg import course_svg
from rollout_tui.report.courses import CourseLine
from rollout_tui.report.formats import render
from rollout_tui.report.model import Report
from rollout_tui.run import intents, samples
from rollout_tui.run.course import Point
from rollout_tui.run.samples import Sample, Window
from tests.report.reading import Page, rows
from tests.report.test_report_injection import CHECKS, HOSTILE
from tests.report.told import FORMATS, report_of
from tests.report.watched import VALUES, soaking, watch
from tests.runs import runs_folder
from tests.tui.stage import NOON, Staged

DRAWN = re.compile(r"[▁▂▃▄▅▆▇█✘?·]{40}")
COURSE = "▃▃▃▃▃▃▃▃▃▃▃▃▃✘✘▅▅▅▅▅······???????███████"


@pytest.fixture(scope="module")
def soaked(tmp_path_factory: pytest.TempPathFactory) -> Staged:
    staged = soaking(tmp_path_factory.mktemp("soaked"))
    watch(staged.session, staged.clock, "error-rate", VALUES)
    return staged.do(intents.Measure("canary/metric/latency", 600))


@pytest.fixture
def log(soaked: Staged, tmp_path: Path) -> Path:
    """The run's log with its evidence, for a test of its own."""
    return shutil.copytree(soaked.folder, tmp_path / "runs") / soaked.path.name


def told(log: Path, form: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    capsys.readouterr()
    assert main(["report", str(log), "--format", form], SimulatedClock(NOON + timedelta(days=90))) == code
    return capsys.readouterr().out


def line_of(text: str) -> str:
    """The line that the course stands in."""
    return next(line for line in text.splitlines() if re.search(DRAWN, line))


def test_text_and_markdown_have_it_in_one_line(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "in breach for 2 min; not seen for 31 min"
    for form in ("text", "md"):
        line = line_of(told(log, form, capsys))
        assert COURSE in line
        assert "0.25 to 2 %" in line
        assert f"2026-03-02 12:00:00 to 2026-03-02 13:30:00; {words}" in line
        assert re.search(r"\b76\b", line), "looks"


def test_what_of_the_soak_was_observed_stands_above(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = next(each for each in rows("md", told(log, "md", capsys)) if each[1:3] == ["Canary", "2 h"])
    assert row[:8] == ["#8", "Canary", "2 h", "57 min", "31 min", "76", "0", "15"]
    (soak,) = json.loads(told(log, "json", capsys))["soaks"]
    assert (soak["stage"], soak["seconds"], soak["ended"]) == ("Canary", 7200, None)
    assert (soak["observed"], soak["blind"], soak["looks"], soak["errors"]) == (57 * 60, 31 * 60, 76, 15)


def test_html_draws_it(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = told(log, "html", capsys)
    classes = [each.get("class") for _, each in Page(page).tags]
    assert [classes.count(each) for each in ("course", "limit", "gap", "unknown", "breach")] == [2, 1, 1, 1, 1]
    assert "Canary: 0.25 to 2 %, alert &gt; 1 %, 76 looks; in breach for 2 min; not seen for 31 min" in page
    assert '"Error rate, Canary: 0.25 to 2 %, alert &gt; 1 %, in breach for 2 min, not seen for 31 min"' in page


def test_json_has_the_numbers_of_each_window(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = json.loads(told(log, "json", capsys))["readings"]
    assert [each["samples"] and each["samples"]["count"] for each in read] == [15, 15, 2, 13, 15, 15, 1, None]
    assert read[2]["samples"] == {
        "since": "2026-03-02T12:30:00.000+00:00",
        "until": "2026-03-02T12:31:00.000+00:00",
        "count": 2,
        "kept": "whole",
        "least": 1.4,
        "greatest": 2.0,
        "afterwards": False,
    }
    assert (read[4]["samples"]["least"], read[4]["samples"]["kept"]) == (None, "whole")


def remove(file: Path) -> None:
    file.unlink()


def alter(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"0.25", b"0.01"))


@pytest.mark.parametrize(("harm", "word"), [(remove, "missing"), (alter, "altered")])
def test_looks_that_are_gone_are_said_and_drawn_as_not_seen(
    harm: Callable[[Path], None], word: str, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read = json.loads(told(log, "json", capsys))["readings"]
    for file in (log.parent / f"{log.stem}.evidence").iterdir():
        window = samples.read(file.read_bytes())
        assert window is not None
        if window.looks[0].at == NOON:
            harm(file)
    lost = read[0]["event"]
    line = line_of(told(log, "text", capsys, 6))
    assert "???????▃▃▃▃▃▃✘" in line
    assert line.endswith(f"; in breach for 2 min; not seen for 46 min; looks {word} of #{lost}")
    page = told(log, "html", capsys, 6)
    assert f"looks {word} of #{lost}" in page
    assert json.loads(told(log, "json", capsys, 6))["readings"][0]["samples"]["kept"] == word


@pytest.mark.parametrize(
    "kept",
    [
        b"0.1 % as of now\n",
        samples.write(Window("latency", "canary", "up", (Sample(NOON, "pass", 0.1),))),
        samples.write(Window("error-rate", "canary", "up", (Sample(NOON, "pass", 0.1),))),
    ],
    ids=["another file", "the looks of another metric", "looks that say otherwise"],
)
def test_a_file_never_hides_what_the_log_says(
    kept: bytes, soaked: Staged, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kept"
    file.write_bytes(kept)
    session = runs_folder.resume(log, soaked.clock, soaked.session.operator)
    session.act(intents.Observe("error-rate", "fail", value=3.0), evidence=str(file))
    drawn = DRAWN.search(told(log, "text", capsys))
    assert drawn is not None
    assert drawn[0].endswith("✘")


def test_what_was_read_afterwards_fills_the_gap_and_says_so(
    soaked: Staged, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    since, file = NOON + timedelta(minutes=45), tmp_path / "history"
    looks = tuple(Sample(since + timedelta(minutes=minute), "pass", 0.3) for minute in range(15))
    file.write_bytes(samples.write(Window("error-rate", "canary", "up", looks)))
    times = since.isoformat(), looks[-1].at.isoformat()
    session = runs_folder.resume(log, soaked.clock, soaked.session.operator)
    asked = intents.Observe("error-rate", "pass", "canary", 0.3, "", *times, samples=15, afterwards=True)
    session.act(asked, evidence=str(file))
    drawn = DRAWN.search(told(log, "text", capsys))
    assert drawn is not None
    assert drawn[0] == COURSE.replace("······?", "▃▃▃▃▃▃▃")
    assert line_of(told(log, "md", capsys)).count("read afterwards for 14 min") == 1
    page = told(log, "html", capsys)
    assert page.count('<rect class="afterwards"') == page.count(">read afterwards</text>") == 1
    read = json.loads(told(log, "json", capsys))["readings"][-1]["samples"]
    assert (read["afterwards"], read["kept"], read["count"]) == (True, "whole", 15)


def course(*points: Point, limit: str | Comparison = "> 1 %", **changed: str) -> CourseLine:
    return CourseLine(
        changed.get("stage", "Canary"),
        changed.get("metric", "Errors"),
        limit if isinstance(limit, Comparison) else Comparison.parse(limit),
        points,
        NOON,
        NOON + timedelta(hours=1),
        timedelta(minutes=3),
        len(points),
        (),
    )


def at(since: int, value: float | None, until: int = 0, *, late: bool = False, breach: bool = False) -> Point:
    start = NOON + timedelta(minutes=since)
    return Point(start, NOON + timedelta(minutes=until) if until else start, value, breach, late)


# Points, the words of the values, and what else is said.
WORDS: dict[str, tuple[tuple[Point, ...], str, tuple[str, ...]]] = {
    "never seen": ((at(0, None, 60),), "never seen", ("not seen for 1 h",)),
    "all the time": ((at(0, 0.5, 60),), "0.5 %", ()),
    "a moment": ((at(0, 0.5), at(30, 0.7)), "0.5 to 0.7 %", ("not seen for 1 h",)),
    "a breach that lasts": (
        (at(0, 2.0, 10, breach=True), at(40, 0.5, 60)),
        "0.5 to 2 %",
        ("in breach for 40 min", "not seen for 30 min"),
    ),
    "a breach at the end": ((at(0, 0.5, 60), at(60, 2.0, breach=True)), "0.5 to 2 %", ("in breach",)),
    "afterwards": (
        (at(0, 0.5, 20), at(20, 0.6, 50, late=True), at(50, 0.5, 60)),
        "0.5 to 0.6 %",
        ("read afterwards for 30 min",),
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_course_in_words(name: str) -> None:
    points, values, notes = WORDS[name]
    assert (course(*points).values, course(*points).notes) == (values, notes)


def test_what_was_read_afterwards_is_marked() -> None:
    drawn = course_svg(course(at(0, 0.5, 20), at(20, 0.6, 50, late=True), at(50, 0.5, 60)))
    assert '<rect class="afterwards" x="' in drawn
    assert ">read afterwards</text>" in drawn


@pytest.mark.parametrize(
    ("limit", "values"),
    [
        ("> 1 %", (0.5, 1e308)),
        ("> -10 dB", (-1.7e308, -20)),
        ("< 99 %", (100, 0)),
        ("> 0 errors", (0, 0)),
        (">= 0 errors", (0, 1)),
    ],
)
def test_every_scale_can_be_drawn(limit: str, values: tuple[float, float]) -> None:
    threshold = Comparison.parse(limit)
    points = (at(place, value, breach=threshold.breached_by(value)) for place, value in enumerate(values))
    drawn = course_svg(course(*points, limit=limit))
    heights = [float(each) for each in re.findall(r'[, ](?:y1=")?(\d+(?:\.\d+)?)(?=[" ])', drawn)]
    assert heights
    assert "nan" not in drawn
    assert "inf" not in drawn


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_are_inert(form: str) -> None:
    lines = tuple(
        course(at(0, 0.5), limit=Comparison(each, ">", 1.0, each), metric=each, stage=each) for each in HOSTILE
    )
    hostile: Report = replace(report_of("interrupted"), courses=lines)
    CHECKS[form](render(form, hostile))
