"""A metric's course in its row: drawn where there is room for all of it, of what probes saw in its phase."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.run import intents
from rollout_tui.run.samples import Sample
from rollout_tui.tui.courses import Courses
from rollout_tui.tui.rows.items import item_row
from tests.report.watched import VALUES, soaking, watch
from tests.tui.stage import SHOP, Between, Staged

ROW = "canary/metric/error-rate"


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    """Where the first soak begins."""
    return soaking(tmp_path)


def drawn(staged: Staged, courses: Courses, width: int) -> str:
    now, run = staged.session.moment(), staged.run
    return item_row(run, run.sequence.items[ROW], now, courses.drawing(run, now, width)).fitted(width).plain


def courses_of(staged: Staged) -> Courses:
    courses = Courses()
    courses.take(staged.session.entries, staged.run)
    return courses


@pytest.mark.parametrize(
    ("width", "right"),
    [
        (50, "sensed, fine, 1 min ago"),
        (78, "alert > 1 %  sensed, fine, 1 min ago  #16"),
        (88, "sensed, fine, 1 min ago  ▃▃▃▃▃✘▅▅··???███"),
        (117, "sensed, fine, 1 min ago  ▃▃▃▃▃▃▃▃✘▅▅▅····????████"),
    ],
)
def test_a_course_stands_in_its_row_where_there_is_room(staged: Staged, width: int, right: str) -> None:
    watch(staged.session, staged.clock, "error-rate", VALUES)
    assert drawn(staged, courses_of(staged), width).endswith(right)


def test_a_long_title_and_its_value_are_never_cut_for_a_course(staged: Staged) -> None:
    watch(staged.session, staged.clock, "error-rate", [0.25])
    courses, run, now = courses_of(staged), staged.run, staged.session.moment()
    row = item_row(run, run.sequence.items[ROW], now, courses.drawing(run, now, 88))
    assert row.ample is not None
    least = row.left.cell_length + 1 + row.ample.cell_length
    assert row.fitted(least).plain.endswith("▃")
    assert "#10" in row.fitted(least - 1).plain


def test_what_nobody_looked_at_since_is_a_gap_once_the_reading_is_too_old(staged: Staged) -> None:
    watch(staged.session, staged.clock, "error-rate", [0.25] * 15)
    courses = courses_of(staged)
    assert drawn(staged.wait(minutes=15), courses, 88).endswith("fine, 16 min ago  ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃")
    assert drawn(staged.wait(minutes=30), courses, 88).endswith("too old, 46 min ago  ▃▃▃▃············")


def test_a_reading_by_a_clock_that_was_ahead_is_not_fine(staged: Staged) -> None:
    watch(staged.session, staged.clock, "error-rate", [0.25])
    assert drawn(staged.wait(minutes=-90), courses_of(staged), 50).endswith("sensed, in the future")


def test_the_newest_looks_are_drawn_before_they_are_recorded(staged: Staged) -> None:
    watch(staged.session, staged.clock, "error-rate", [0.25] * 15)
    courses, now = courses_of(staged), staged.clock.now()
    seen = [Sample(now + timedelta(minutes=place), "fail", 3.0) for place in range(15)]
    courses.unrecorded = lambda metric: seen if metric == "error-rate" else ()
    assert drawn(staged, courses, 88).endswith("▃▃▃▃▃▃▃▃✘✘✘✘✘✘✘✘")


def test_what_is_typed_alone_has_no_course(staged: Staged) -> None:
    staged.do(intents.Measure("canary/metric/latency", 600))
    run, now = staged.run, staged.session.moment()
    row = item_row(run, run.sequence.items["canary/metric/latency"], now, courses_of(staged).drawing(run, now, 117))
    assert row.ample is None


async def test_both_screens_draw_it(staged: Staged) -> None:
    watch(staged.session, staged.clock, "error-rate", VALUES)
    async with staged.shown(size=(120, 40)) as show:
        assert "▃▃▃▃▃✘▅▅··???███" in show.text()
        assert show.line("#stage-title").endswith("soak ~1 h 2 min left, blind 31 min")
        await show.press("p")
        assert "▃▃▃▃▃▃▃▃✘▅▅▅····????████" in show.text()
        staged.wait(minutes=1).do(intents.Observe("error-rate", "fail", value=2.0))
        await show.app.look()
        await show.settle()
        assert "✘ Error rate 2 % in breach" in show.text()
        assert "██✘" in show.text()


async def test_the_looks_that_were_kept_are_read_once_and_drawn(staged: Staged) -> None:
    watch(staged.session, staged.clock, "error-rate", [*[0.1] * 14, 0.9, *[0.1] * 15, *[0.5] * 15])
    files = staged.path.with_name(f"{staged.path.stem}.evidence")
    gone = next(each for each in files.iterdir() if b'"value": 0.5' in each.read_bytes())
    gone.unlink()
    asked: list[str] = []

    class Asked(Between):
        def evidence(self, sha256: str) -> bytes:
            asked.append(sha256)
            return super().evidence(sha256)

    staged.wrap(Asked)
    async with staged.shown(size=(120, 40)) as show:
        assert "  ██████▁▁▁▁▅▅▅▅▅▅ " in show.text()
        for _ in range(2):
            await show.app.look()
            await show.settle()
        assert "  ▁▁▁▁▁█▁▁▁▁▁????? " in show.text()
    assert sorted(asked) == sorted({entry.extras.evidence for entry in staged.entries()} - {""})


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_detail_of_a_metric_draws_it_whole_and_tells_what_was_sensed(
    size: tuple[int, int], staged: Staged
) -> None:
    watch(staged.session, staged.clock, "error-rate", VALUES)
    async with staged.shown(size=size) as show:
        await show.look_at(ROW)
        assert "▃▃▃▃▃▃▃▃▃▃▃▃▃✘✘▅▅▅▅▅······???????███████" in show.text()
        for words in ("✘ in breach, ? not seen, · not looked at", "alice: sensed Error rate: 0.9 %, fine"):
            assert (words in show.text()) is (size[0] == 120)


def test_a_file_that_takes_long_to_read_is_left_alone(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollout_tui.tui.courses._LARGEST", 10)
    watch(staged.session, staged.clock, "error-rate", [0.25] * 3)
    assert list(courses_of(staged).unread()) == []


async def test_a_gate_says_what_changed_since_it_was_looked_at(staged: Staged) -> None:
    staged.do(intents.Observe("error-rate", "pass", value=0.2))
    async with staged.shown(size=(80, 24)) as show:
        await show.press("p")
        assert "was" not in show.text()
        staged.wait(minutes=1).do(intents.Observe("error-rate", "pass", value=0.4))
        staged.do(intents.Measure("canary/metric/latency", 900))
        await show.app.look()
        await show.settle()
        lines = show.text()
        assert "Canary, and what it was at 12:00" in lines
        assert "◉ Error rate 0.4 %  was 0.2 %" in lines
        assert "✘ Latency 900 ms in breach  was never read" in lines
        await show.press("escape", "p")
        assert "was" not in show.text()
        await show.press("escape")
        staged.wait(minutes=1).do(intents.Observe("error-rate", "error", reason="timeout"))
        staged.do(intents.Measure("canary/metric/latency", 700))
        staged.do(intents.Sign("canary/criterion/ledger-balances-to-the-cent"))
        await show.app.look()
        await show.settle()
        await show.press("p")
        assert "Canary, and what it was at 12:01" in show.text()
        assert "? Error rate unknown  was 0.4 %" in show.text()
        assert "✔ Latency 700 ms  was 900 ms, in breach" in show.text()
        assert "Ledger balances to the cent  was open" in show.text()


async def test_a_gate_lists_what_no_longer_holds_of_earlier_stages(tmp_path: Path) -> None:
    plan = tmp_path / "shop.toml"
    title = 'title = "All tests passing"\n'
    plan.write_text(SHOP.read_text().replace(title, f'{title}probe = {{ command = ["./ci"] }}\n'))
    staged = Staged(tmp_path, plan).to_started("canary")
    async with staged.shown(size=(80, 24)) as show:
        await show.press("p")
        assert "Changed since it was done" not in show.text()
        staged.do(intents.Observe("tests", "fail", reason="3 red"))
        await show.app.look()
        await show.settle()
        lines = show.lines()
        place = next(place for place, line in enumerate(lines) if "Changed since it was done" in line)
        assert "✔ All tests passing  changed just now: 3 red" in lines[place + 1]
