"""A run as rows to draw: the stages and a stage's items. Pure: a run and a time give rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from ...plan.ids import FLAG
from ...plan.quantities import format_span
from ...run.deployed import part_of, parts, planned, what
from ...run.firing import is_by_probe
from ...run.gates import blockers
from ...run.moment import Moment
from ...run.observation import is_ahead
from ...run.part import Part as DeployedPart
from ...run.part import PartState
from ...run.running import running
from ...run.soak import observed, soak_expected, soak_left
from ...run.stages import Item, ItemKind, Stage, StageKind
from ...run.stamp import Mark
from ...run.state import Reading, Run, Status
from ..keys.binding import press
from ..signature import signature_mark
from ..styled import MUTED, Part, styled
from ..times import ago, clock_time
from .gate import blocker_rows
from .row import LazyRows, ListRow, section
from .sensed import SENSED, DrawCourse, course_parts, item_seen, no_course, sensed_words, trigger_seen

GLYPHS = {
    Status.OPEN: ("○", ""),
    Status.SENSED: SENSED,
    Status.FAILED: ("✘", "$error bold"),
    Status.SIGNED: ("✔", "$success"),
    Status.WAIVED: ("⊘", "$warning"),
    Status.DEFERRED: ("◷", "$warning"),
}


def stage_rows(run: Run, now: Moment) -> list[ListRow]:
    """The rail: every stage with its state and how much of it is done."""
    # Of thousands of items few were deployed, and a screen asks often.
    steps = (item for name in run.effects if (item := run.sequence.items.get(name)) is not None)
    undone = Counter(item.stage for item in steps if _is_now(run, item) is not None)
    return [_stage_row(run, place, stage, undone[stage.id], now) for place, stage in enumerate(run.sequence.stages)]


def item_rows(run: Run, stage: Stage, now: Moment, draw: DrawCourse = no_course) -> Sequence[ListRow]:
    """A stage's items, then what was deferred to it, and the flag resets that a reduction asks for."""
    rows: list[ListRow] = []
    due = [run.sequence.items[item] for item in run.due.get(stage.id, ())]
    if due:
        rows += section("Deferred to here", [_due_row(run, item, stage, now) for item in due])
    if run.resets_due and stage.id == run.stage.id:
        rows += section("To be set back", [item_row(run, run.sequence.items[item], now) for item in run.resets_due])
    if stage.id in run.phases:
        rows += section("Flags now", [_flag_row(run, part, stage) for part in parts(run) if part.kind == "flag"])
    if stage.kind is StageKind.CLOSE:
        rows += _close_rows(run, now)
    return LazyRows(stage.item_ids, lambda place: item_row(run, stage.items[place], now, draw), rows)


def item_row(run: Run, item: Item, now: Moment, draw: DrawCourse = no_course) -> ListRow:
    """An item's row: glyph, title, and at the right its state in words, who, when and the event's number."""
    if item.metric is not None:
        return _metric_row(run, item, now, draw)
    if item.kind is ItemKind.TRIGGER:
        return _trigger_row(run, item, now)
    state = run.state(item.id)
    glyph, style = GLYPHS[state.status]
    if state.status is Status.OPEN and state.approvals:
        glyph, style = "◐", "$warning"
        count = f"{len(state.approvals)} of {item.approvals} approvals"
        word, more = ("start approved" if item.kind is ItemKind.START else count, "$warning"), _owner(item)
    elif item.id in run.in_place:
        glyph, style = "◌", "$warning"
        word, more = ("in place", "$warning"), [(f", #{run.in_place[item.id]} of the run before", MUTED)]
    elif is_running := running(run, item, now.at):
        glyph, style = "◑", "$accent"
        word, more = (is_running, "$accent"), _mark(run.begun[item.id], now.at)
    elif state.status is Status.OPEN and item.approvals > 1:
        word, more = (f"open, {item.approvals} approvals", ""), _owner(item)
    elif state.status is Status.SENSED:
        (glyph, style), word, more = sensed_words(run, item, now)
    elif state.status is Status.OPEN:
        word, more = ("not started" if item.kind is ItemKind.START else "open", ""), _owner(item)
    else:
        done = "started" if item.kind is ItemKind.START else str(state.status)
        until = f" → {run.sequence.stage(state.due).title}" if state.due else ""
        word, more = (done + until, style), _mark(state.mark, now.at)
    if state.unsigned and state.status is not Status.SIGNED:
        word = f"{word[0]}, {len(state.unsigned)} noted", "$warning"
    if (now_is := _is_now(run, item)) is not None:
        word, more = now_is, _mark(run.effects[part_of(item)].mark, now.at)
    no_return = item.step is not None and not item.step.reversible
    title: list[Part] = [(f" {glyph} ", style), (item.title, MUTED if state.status is Status.SIGNED else "")]
    if no_return:
        title.append(("  ⚑ point of no return", "$error"))
    title += item_seen(run, item, now)
    brief: list[Part] = []
    if state.mark is not None and state.status is not Status.OPEN:
        brief = [(f" #{state.mark.seq}", MUTED), *signature_mark(bool(state.mark.key))]
    return ListRow(item.id, styled(*title), styled(word, *more), styled(word, *brief))


def _is_now(run: Run, item: Item) -> Part | None:
    """What a part that the row was signed for is now, where that is something else."""
    effect = run.effects.get(part_of(item))
    if run.state(item.id).status is not Status.SIGNED or effect is None or item.kind is ItemKind.FLAG_RESET:
        return None
    if effect.state in {PartState.UNKNOWN, PartState.UNDONE}:
        return f"{effect.state} since", "$warning"
    return (f"now {effect.value}", "$warning") if item.flag and effect.value != item.value else None


def reading_words(run: Run, item: Item, reading: Reading | None, now: Moment) -> tuple[Part, Part, Part]:
    """A reading's glyph, its value, and its age or what is wrong with it."""
    metric = run.judged_by(item.stage, item.metric_id)
    if reading is None:
        return ("○", ""), ("", ""), ("never read", "")
    age, by = now.at - reading.at, "sensed, " if reading.sensed else ""
    if reading.value is None:
        return ("?", "$error bold"), ("unknown", "$error bold"), (f"{by}could not be read {ago(age)}", "$error")
    unit = f" {metric.threshold.unit}" if metric.threshold.unit else ""
    value = f"{reading.value:g}{unit}"
    if reading.breach:
        return ("✘", "$error bold"), (f"{value} in breach", "$error bold"), (f"{by}{ago(age)}", "$error")
    if is_ahead(reading.at, now.at) and item.stage == run.stage.id:
        return ("◌", "$warning"), (value, ""), (f"{by}{ago(age)}", "$warning")
    if age > metric.max_age.value and item.stage == run.stage.id:
        return ("◌", "$warning"), (value, ""), (f"{by}too old, {ago(age)}", "$warning")
    glyph = SENSED if reading.sensed else ("✔", "$success")
    return glyph, (value, "$success"), (f"{by}fine, {ago(age)}", MUTED)


def soak_words(run: Run, stage: Stage, now: Moment) -> str:
    """The soak of a phase in words; nothing if it has none."""
    if stage.phase is None or not stage.phase.duration.value:
        return ""
    state = run.phases.get(stage.id)
    if stage.id in run.gates:
        return "promoted"
    if state is None:
        return f"soak {stage.phase.duration}"
    left = soak_left(run, stage, now)
    if state.soak_from is None:
        return f"soak {format_span(left)}, not begun"
    seen, blind = observed(run, stage, now)
    if not left:
        return "soak over" + (f", {format_span(seen)} observed" if seen else "")
    expected = soak_expected(run, stage, now)
    about = "~" if expected != left else ""
    if run.started.rehearsal:
        return f"soak {about}{format_span(expected)}, skipped"
    stopped = ", stopped" if run.unwell_since is not None else ""
    return f"soak {about}{format_span(expected)} left{stopped}" + (f", blind {format_span(blind)}" if blind else "")


def _stage_row(run: Run, place: int, stage: Stage, undone: int, now: Moment) -> ListRow:
    counted = stage.counted
    metrics = [item for item in counted if item.metric is not None]
    # What a person resolves is counted as it changes; readings may grow too old by themselves.
    done = len(counted) - len(metrics) - run.unresolved[stage.id] + sum(_is_read(run, item, now) for item in metrics)
    current = place == run.position and run.closed is None
    wrong = stage.id in run.failed_in
    open_behind = place < run.position and bool(run.unresolved[stage.id])
    glyph, style = ("○", MUTED)
    if current:
        glyph, style = "▶", "$accent bold"
    elif place < run.position or (run.closed is not None and run.closed.outcome == "completed"):
        glyph, style = ("↩", "$warning") if undone else ("✔", "$success")
    if wrong or open_behind:
        glyph, style = ("✘" if wrong else "◐"), "$error bold"
    share = stage.phase.audience.share if stage.phase is not None else None
    title = stage.title + (f" {share:g}%" if share is not None else "")
    count = f"{done - undone}/{len(counted)} " if counted else ""
    return ListRow(stage.id, styled((f" {glyph} ", style), (title, "bold" if current else "")), styled((count, MUTED)))


def _is_read(run: Run, item: Item, now: Moment) -> bool:
    assert item.metric is not None
    reading = run.readings.get((item.stage, item.metric_id))
    if reading is None or reading.value is None or reading.breach:
        return False
    is_fresh = now.at - reading.at <= item.metric.max_age.value and not is_ahead(reading.at, now.at)
    return item.stage in run.gates or is_fresh


def _metric_row(run: Run, item: Item, now: Moment, draw: DrawCourse) -> ListRow:
    assert item.metric is not None
    reading = run.readings.get((item.stage, item.metric_id))
    (glyph, style), value, age = reading_words(run, item, reading, now)
    left = styled((f" {glyph} ", style), item.title, " ", value)
    alert = (f"alert {run.judged_by(item.stage, item.id.rpartition('/')[2]).threshold}", MUTED)
    shown = (f"  {age[0]}", age[1])
    line = draw(item)
    ample = styled(alert, shown, "  ", *course_parts(line)) if line else None
    number = [(f"  #{reading.mark.seq}", MUTED)] if reading else []
    return ListRow(item.id, left, styled(alert, shown, *number), styled(age), ample=ample)


def _trigger_row(run: Run, item: Item, now: Moment) -> ListRow:
    if item.id in run.fired:
        mark, _ = run.fired[item.id]
        by_probe = (" by its probe", "$error bold") if is_by_probe(run, item.id) else ""
        return ListRow(
            item.id,
            styled((f" ▲ Roll back if: {item.title}", "$error bold")),
            styled(("FIRED", "$error bold"), by_probe, *_mark(mark, now.at)),
        )
    return ListRow(item.id, styled((f" △ Roll back if: {item.title}", MUTED)), styled(*trigger_seen(run, item, now)))


def _flag_row(run: Run, part: DeployedPart, stage: Stage) -> ListRow:
    """What a flag is now, beside what the plan wants it to be in the phase."""
    wanted = planned(run, stage, part.id.removeprefix(FLAG))
    differs = part.state is PartState.UNKNOWN or part.effect.value != wanted
    right = styled((what(part), "$warning" if differs else MUTED), (f"  plan {wanted}", MUTED))
    return ListRow(f"now {part.id}", styled((f"   {part.title}", MUTED)), right)


def _due_row(run: Run, item: Item, stage: Stage, now: Moment) -> ListRow:
    row = item_row(run, item, now)
    is_now = run.sequence.index[stage.id] <= run.position
    word = ("due now", "$error bold") if is_now else ("due at its end", "$warning")
    return ListRow(item.id, row.left, styled(word, *_mark(run.state(item.id).mark, now.at)))


def _close_rows(run: Run, now: Moment) -> Iterator[ListRow]:
    if run.closed is not None:
        yield ListRow("", styled((f" Closed: {run.closed.outcome}", "bold")), styled(*_mark(run.closed.mark, now.at)))
        yield ListRow("", styled((f" {run.closed.note}", MUTED)))
        if run.closed.follow_up_owner:
            follow_up = f" Follow-up: {run.closed.follow_up_owner}, by {run.closed.follow_up_date}, "
            yield ListRow("", styled((follow_up + run.closed.follow_up_ticket, "$warning")))
    elif run.stage.kind is StageKind.CLOSE:
        yield from blocker_rows(blockers(run, now))
        yield ListRow("", styled((f" The run closes with a note: press {press('run.close', 'c')}.", "")))
    else:
        yield ListRow("", styled((" The run closes here with a note, when every stage before is done.", MUTED)))


def _owner(item: Item) -> list[Part]:
    return [(f"  {item.owner}", MUTED)] if item.owner else []


def _mark(mark: Mark | None, now: datetime) -> list[Part]:
    if mark is None:
        return []
    number = (f"  #{mark.seq}", MUTED)
    return [(f"  {mark.by}", ""), (f"  {clock_time(mark.at, now)}", MUTED), number, *signature_mark(bool(mark.key))]
