"""The rows of a rollback: what is wrong, the ways back before one begins, and the steps of those that were begun."""

from __future__ import annotations

from collections.abc import Iterator

from ...run.moment import Moment
from ...run.reasons import answering, reason_at_hand
from ...run.rollback_clock import struck_out
from ...run.stages import RollbackPath
from ...run.state import Run
from ..styled import MUTED, styled
from ..times import clock_time
from .items import item_row
from .row import ListRow, section


def why_rows(run: Run, now: Moment) -> Iterator[ListRow]:
    """What is wrong, which will be the reason, and what was seen; the cursor is here where no scenario is chosen."""
    if why := reason_at_hand(run):
        yield ListRow("", styled((f" ▲ {why}", "$error bold")))
        for mark, seen in run.fired.values():
            yield ListRow("", styled((f"   {seen} ({mark.by}, {clock_time(mark.at, now.at)})", MUTED)), heading=True)
    elif run.rollback is not None:
        yield ListRow("", styled((" which one as well?" if run.rolling_back else " which one now?", MUTED)))
    else:
        yield ListRow("", styled((" nothing is known to be wrong: beginning asks once more", MUTED)))


def scenario_row(run: Run, way: RollbackPath, number: int) -> ListRow:
    """A way back: what for, how; at the right its target and owner, or past which step it no longer helps."""
    passed = struck_out(run, way)
    scenario = way.scenario
    how = scenario.action or f"{len(scenario.steps)} steps"
    title = (f" {number} {scenario.scenario}", "strike dim" if passed else "bold")
    right = (f"no longer helps past {passed}", "$error") if passed else (f"{scenario.time}  {scenario.owner}", MUTED)
    brief = styled(right if passed else (str(scenario.time), MUTED))
    how = f"◀ answers it  {how}" if way.id in answering(run) else how
    return ListRow(way.id, styled(title, (f"  {how}", MUTED)), styled(right), brief)


def rollback_steps(run: Run, now: Moment) -> list[ListRow]:
    """The steps of the rollback that is under way; where several ways were chosen, each under its name and target."""
    assert run.rollback is not None
    left = list(run.rollback.items)
    if len(run.rollback.chosen) == 1:
        return [item_row(run, run.sequence.items[item], now) for item in left]
    rows: list[ListRow] = []
    for chosen in run.rollback.chosen:
        way = run.sequence.rollback_path(chosen.scenario)
        steps = [item for item in way.items if item.id in left]
        left = [name for name in left if name not in {item.id for item in steps}]
        title = f"{way.scenario.scenario}  {way.scenario.time}"
        rows += section(title, [item_row(run, item, now) for item in steps])
    return rows + section("Flags", [item_row(run, run.sequence.items[item], now) for item in left])
