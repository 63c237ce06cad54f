"""The gate as lines and rows to draw: can the stage end, and what blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual.content import Content

from ...run.blocker_groups import grouped
from ...run.deployed import words_of_left
from ...run.gates import Blocker, BlockerKind, blockers
from ...run.moment import Moment
from ...run.stages import StageKind
from ...run.state import Run
from ..keys.binding import press
from ..styled import EMPTY, MUTED, Part, styled
from .row import ListRow


def gate_lines(run: Run, now: Moment) -> list[Content]:
    """The gate in a few lines: can this stage end, and if not, what blocks."""
    found = blockers(run, now)
    stage = run.stage
    if run.closed is not None or run.rolling_back:
        return []
    if run.rollback is not None:
        over = f" ROLLBACK {(run.rollback.outcome or '').upper()}: no stage ends any more"
        told = [f"{each.text}: {each.remedy}" for each in found]
        return [styled((over, "bold")), *(styled(f"   {each}") for each in (*told, *words_of_left(run)))]
    name = {StageKind.PRE_DEPLOYMENT: "GO", StageKind.PHASE: f"PROMOTE {stage.title}"}.get(stage.kind, "DONE")
    if not found:
        return [styled((f" ● {name}: nothing blocks", "$success bold"))]
    verb = {StageKind.PRE_DEPLOYMENT: "the go", StageKind.PHASE: "promotion", StageKind.CLOSE: "closing"}
    head = (f" ■ NOT YET: {how_many(found)} {verb.get(stage.kind, 'the end of this stage')}", "$error bold")
    return [styled(head), *(styled(("   ", ""), part) for part in _summary(found))]


def how_many(found: Sequence[Blocker]) -> str:
    """Count the blockers in words, with their verb."""
    return "1 thing blocks" if len(found) == 1 else f"{len(found)} things block"


def blocker_rows(found: Iterable[Blocker]) -> list[ListRow]:
    """Each blocker with what would end it."""
    return [
        ListRow(
            each.subject or each.id,
            styled((" ■ ", "$error"), each.text),
            styled((each.remedy, MUTED)),
            brief=EMPTY,
            yields=True,
        )
        for each in found
    ]


_URGENT = frozenset({BlockerKind.HOLD, BlockerKind.FAILED, BlockerKind.TRIGGER, BlockerKind.BREACH})


def _summary(found: tuple[Blocker, ...]) -> Iterator[Part]:
    """The blockers in at most four lines: what needs a person now first, single ones in full."""
    lines: list[Part] = []
    short: list[str] = []
    for group in grouped(found):
        if len(group.blockers) > 1 or group.kind is BlockerKind.SOAK:
            short.append(group.text)
        else:
            lines.append((group.text, "$error" if group.kind in _URGENT else ""))
    if short:
        lines.append((" · ".join(short), ""))
    if len(lines) > 4:
        lines = [*lines[:3], (f"and {len(lines) - 3} more: press {press('run.gate', 'p')}", MUTED)]
    return iter(lines)
