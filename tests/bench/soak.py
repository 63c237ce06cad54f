"""Two days of five metrics, looked at every minute: what that keeps, and what telling and drawing it takes."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

from rollout_tui.run.observation import PASS
from rollout_tui.run.samples import Sample
from rollout_tui.tui.courses import Courses, read_kept
from tests.bench.measure import Measured, environment, in_turn, rollout, spawned, timed
from tests.bench.table import Row, alone
from tests.report.watched import MINUTE, record
from tests.tui.stage import SHOP, Staged

METRICS = 5
WINDOWS, LOOKS = 192, 15
ROUNDS = 3
_WIDTH = 117

_METRIC = """[[monitoring]]
metric = "Metric {0}"
threshold = "> 1 %"
channel = "pager"
action = "look"
probe = {{ command = ["./look", "{0}"], unit = "%" }}
"""


def rows(folder: Path) -> list[Row]:
    staged = _soaked(folder)
    kept = [file.stat().st_size for file in staged.path.with_name(f"{staged.path.stem}.evidence").iterdir()]
    known, courses = environment(folder), _courses(staged)
    run, now = staged.run, staged.session.moment()
    items = [item for item in run.stage.items if item.metric is not None]
    files = {form: folder / f"report.{form}" for form in ("txt", "html")}

    def draw(courses: Courses) -> list[str]:
        return [courses.drawing(run, now, _WIDTH)(item) for item in items]

    acts: dict[str, Measured] = {
        form: partial(spawned, rollout("report", str(staged.path), "-o", str(file)), known, folder)
        for form, file in files.items()
    }
    acts["reading"] = timed(lambda: _courses(staged))
    acts["first"] = timed(lambda: draw(_courses(staged)))
    acts["again"] = timed(lambda: draw(courses))
    taken = in_turn(acts, ROUNDS)
    return [
        alone(f"two days of {METRICS} metrics: entries", "entries", [len(staged.session.entries)]),
        alone("… bytes of the log", "bytes", [staged.path.stat().st_size]),
        alone(f"… bytes of {METRICS * WINDOWS * LOOKS:,} looks beside it", "bytes", [sum(kept)]),
        *(alone(f"… report, .{form}", "ms", [each.wall for each in taken[form]]) for form in files),
        *(alone(f"… bytes of it, .{form}", "bytes", [file.stat().st_size]) for form, file in files.items()),
        alone("… reading the looks for the screen", "ms", [each.cpu for each in taken["reading"]]),
        alone(f"… and drawing {METRICS} courses first", "ms", [each.cpu for each in taken["first"]]),
        alone(f"… drawing {METRICS} courses again", "ms", [each.cpu for each in taken["again"]]),
    ]


def _courses(staged: Staged) -> Courses:
    courses = Courses()
    courses.take(staged.session.entries, staged.run)
    for each in courses.unread():
        courses.put(each, read_kept(each, staged.session.evidence))
    return courses


def _soaked(folder: Path) -> Staged:
    text, plan = SHOP.read_text().replace('"2 h"', '"2 days"', 1), folder / "soak.toml"
    begins, ends = text.index("[[monitoring]]"), text.index("[[post_deployment]]")
    metrics = "".join(_METRIC.format(number) for number in range(METRICS))
    plan.write_text(text[:begins] + metrics + text[ends:])
    staged = Staged(folder, plan).until(lambda run: "canary" in run.phases and bool(run.phases["canary"].soak_from))
    for window in range(WINDOWS):
        begun = staged.clock.now()
        times = [(window * LOOKS + place, begun + place * MINUTE) for place in range(LOOKS)]
        staged.clock.advance(LOOKS * MINUTE)
        for number, name in enumerate(staged.run.sequence.metrics):
            looks = [Sample(at, PASS, 0.5 + 0.3 * math.sin(minute / 200 + number)) for minute, at in times]
            record(staged.session, name, looks)
    return staged
