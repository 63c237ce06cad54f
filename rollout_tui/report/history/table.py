"""The history across runs as a table for each service, with a sparkline under each column: only on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...run.figures import Figures
from ...run.sparkline import BARS
from ...text import one_line
from . import History
from .blind import sighted
from .lines import notable, outcome, printed

_NEWEST = 20
_TREND = 6
_STAGE_WIDTH = 11
_BESIDE_STAGES = 61
_STYLES = {"completed": "green", "rolled-back": "red", "aborted": "red", "rollback": "bold red"}


def render(history: History) -> str:
    """Give a table for each service, its newest runs last, and what stands out; `NO_COLOR` is respected."""
    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        _print_tables(console, history)
    return captured.get() + printed(notable(history))


def _print_tables(console: Console, history: History) -> None:
    by_service = sorted(history.runs, key=lambda run: run.started.service)
    for service, group in groupby(by_service, key=lambda run: run.started.service):
        runs = list(group)
        stages = _stages(runs)
        wide = console.width >= _BESIDE_STAGES + _STAGE_WIDTH * len(stages)
        console.print(_table(service, runs, stages if wide else None))


def _table(service: str, runs: list[Figures], stages: list[str] | None) -> Table:
    """Lay out a table with a column for each stage; without stages (a narrow terminal) one cell draws them all."""
    shown = runs[-_NEWEST:]
    hidden = f", the newest {len(shown)} of {len(runs)} runs" if len(shown) < len(runs) else ""
    title = Text(f"{one_line(service, limit=40)}{hidden}", "bold")
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, footer_style="dim")
    table.show_footer = len(runs) > 1
    table.add_column(Text("release"), footer=Text("median\ntrend"), min_width=7, no_wrap=True, overflow="ellipsis")
    table.add_column(Text("started"), min_width=10, no_wrap=True)
    table.add_column(Text("outcome"), min_width=11, no_wrap=True)
    columns = {"took": [run.took for run in runs]} | {stage: _spans(runs, stage) for stage in stages or ()}
    for name, spans in columns.items():
        header = Text(one_line(name, limit=_STAGE_WIDTH - 2))
        table.add_column(header, footer=_footer(spans), min_width=6, justify="right", no_wrap=True)
    if stages is None:
        table.add_column(Text("stages, the longest"), no_wrap=True, overflow="ellipsis")
    table.add_column(Text("notes"), overflow="fold")
    for run in shown:
        release = Text(one_line(run.started.release, limit=16))
        how = Text(outcome(run), _STYLES.get(outcome(run), ""))
        cells = _stage_cells(run, stages)
        table.add_row(release, Text(f"{run.stamp.at:%Y-%m-%d}"), how, Text(short(run.took)), *cells, Text(_notes(run)))
    return table


def _stage_cells(run: Figures, stages: list[str] | None) -> list[Text]:
    took = dict(run.stages)
    if stages is not None:
        return [Text(short(took.get(stage))) for stage in stages]
    if not took:
        return [Text("")]
    longest = max(took, key=lambda stage: took[stage])
    bars = sparkline([span.total_seconds() for span in took.values()])
    return [Text(f"{bars} {one_line(longest, limit=16)} {short(took[longest])}")]


def _stages(runs: Sequence[Figures]) -> list[str]:
    """Every stage of the service's runs, in the newest run's order first."""
    return list(dict.fromkeys(stage for run in reversed(runs) for stage, _ in run.stages))


def _spans(runs: Sequence[Figures], stage: str) -> list[timedelta | None]:
    return [dict(run.stages).get(stage) for run in runs]


def _footer(spans: Sequence[timedelta | None]) -> Text:
    seconds = [span.total_seconds() for span in spans if span is not None]
    middle = short(timedelta(seconds=median(seconds))) if seconds else ""
    return Text(f"{middle}\n{sparkline(seconds[-_TREND:])}")


def _notes(run: Figures) -> str:
    """What stands out, as briefly as a cell allows; the lines below tell it whole."""
    missed = any(not back.within for back in run.rollbacks)
    seen = sighted([run])
    blind = [f"blind {seen.share:.0f}%"] if seen is not None and seen.share is not None and seen.blind else []
    counts = (
        (len(run.waived), "waived"),
        (len(run.overrides), "override"),
        (len(run.rollbacks), "back!" if missed else "back"),
        (run.recovered + len(run.gaps), "cut"),
    )
    return " ".join([*run.started.marks, *(f"{number} {what}" for number, what in counts if number), *blind])


def sparkline(values: Sequence[float]) -> str:
    """Draw values as bars between nothing and the greatest of them."""
    most = max(values, default=0)
    last = len(BARS) - 1
    return "".join(BARS[round(value / most * last) if most else 0] for value in values)


def short(span: timedelta | None) -> str:
    """Write a span in at most six characters: `2d 3h`, `3h 12m`, `17m`, `45s`; `·` where there is none."""
    if span is None:
        return "·"
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours}h" if hours and days < 100 else f"{days}d"
    if hours:
        return f"{hours}h {minutes}m" if minutes else f"{hours}h"
    return f"{minutes}m" if minutes else f"{seconds}s"
