"""The soak of a phase: how much of it is left, and where the plan has probes how much of it was observed.

There only time counts in which every metric with a probe was seen and nothing was wrong, and only once it is recorded:
between two records the rest stands still.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ..plan.quantities import format_span
from .moment import Moment
from .observation import PASS, RECORD_EVERY
from .stages import Stage
from .state import PhaseState, Run
from .stretches import Stretch
from .watch import Account, Seen, Watch, account
from .watching import watched

_NOTHING = timedelta(0)

# What looks records that often, and a little later at most.
_RECORDED = RECORD_EVERY + timedelta(minutes=5)


def soak_left(run: Run, stage: Stage, now: Moment) -> timedelta:
    """Give how long a phase must still stay healthy before its gate opens; zero if it has no soak left."""
    assert stage.phase is not None
    state = run.phases.get(stage.id)
    if state is None or state.soak_from is None:
        return whole_soak(stage, state)
    whole = whole_soak(stage, state)
    if reach := watched(run):
        return max(_NOTHING, whole - _account(stage, state, reach, state.soak_from).counted(now.at))
    if run.unwell_since is not None and stage.phase.after_breach == "restart" and stage.id == run.stage.id:
        return whole
    since_unwell = _NOTHING if run.unwell_since is None else max(_NOTHING, now.at - run.unwell_since)
    soaked = max(_NOTHING, now.at - state.soak_from - state.lost - since_unwell)
    return max(_NOTHING, whole - soaked)


def soak_left_with(run: Run, stage: Stage, now: Moment, looks: Mapping[str, Iterable[Seen]]) -> timedelta:
    """Give what would be left of a soak if these looks at metrics, by their ids, were recorded now as well.

    Where that is nothing, they are to be recorded: the gate may open.
    """
    state, reach = run.phases.get(stage.id), watched(run)
    if state is None or state.soak_from is None or not reach:
        return soak_left(run, stage, now)
    watch = state.watch
    for metric, windows in looks.items():
        for window in windows:
            watch = watch.after(metric, window, now.at)
    # Not kept: what is recorded is asked for again, and this is not.
    found = _account_anew(stage, watch, reach, state.soak_from)
    return max(_NOTHING, whole_soak(stage, state) - found.counted(now.at))


def soak_expected(run: Run, stage: Stage, now: Moment) -> timedelta:
    """Give how long a soak still takes if what is not recorded yet is well too: for the eye; no gate opens by it."""
    left, state, reach = soak_left(run, stage, now), run.phases.get(stage.id), watched(run)
    looked = state.watch.looked if state is not None else None
    if not left or looked is None or run.unwell_since is not None or not reach:
        return left
    readings = [run.readings.get((stage.id, name)) for name in reach]
    is_seen = all(each is not None and each.value is not None for each in readings)
    if not is_seen or not _NOTHING <= now.at - looked <= RECORD_EVERY + max(reach.values()):
        return left
    return max(timedelta(seconds=1), _left_if_well(run, stage, looked) - (now.at - looked))


_newest_if_well: tuple[Run, timedelta] | None = None


def _left_if_well(run: Run, stage: Stage, looked: datetime) -> timedelta:
    """Give what would be left if all had been well until the newest look; a screen asks often for one run."""
    global _newest_if_well
    if _newest_if_well is None or _newest_if_well[0] is not run:
        watch = run.phases[stage.id].watch
        last = {name: watch.last_seen(name, looked) for name in watched(run)}
        looks: dict[str, list[Seen]] = {name: [(seen, looked, PASS)] for name, seen in last.items() if seen is not None}
        _newest_if_well = run, soak_left_with(run, stage, Moment(looked), looks)
    return _newest_if_well[1]


def observed(run: Run, stage: Stage, now: Moment) -> tuple[timedelta, timedelta]:
    """Give how long of a soak counts as observed, and how long it was not seen until the newest look; 0 without probes.

    Time in which it was unwell is neither. What is not recorded yet is told by the newest look's age.
    """
    state, reach = run.phases.get(stage.id), watched(run)
    if state is None or not reach or state.watch.looked is None:
        return _NOTHING, _NOTHING
    return observed_by(stage, state, reach, min(now.at, state.watch.looked))


def observed_by(
    stage: Stage, state: PhaseState, reach: Mapping[str, timedelta], until: datetime
) -> tuple[timedelta, timedelta]:
    """Give how long of a soak counts as observed until then, and how long it was not seen."""
    if state.soak_from is None:
        return _NOTHING, _NOTHING
    found = _account(stage, state, reach, state.soak_from)
    return found.counted(until), found.blind(until)


def gaps(run: Run, stage: Stage, now: Moment) -> dict[str, list[Stretch]]:
    """Give the stretches of a soak in which a metric was not seen, by its id, longer than three of its intervals.

    Those are left out of which its source's history did not know anything either.
    """
    state = run.phases.get(stage.id)
    if state is None or state.soak_from is None:
        return {}
    found = {name: state.watch.not_asked(name, state.soak_from, now.at, each) for name, each in watched(run).items()}
    return {name: stretches for name, stretches in found.items() if stretches}


def unobserved(run: Run, stage: Stage, now: Moment) -> str:
    """Say since when a soak stands that nobody looks at; nothing as long as somebody does, or it is over."""
    state = run.phases.get(stage.id)
    if state is None or state.soak_from is None or not watched(run) or run.rolling_back:
        return ""
    last = max(state.soak_from, state.watch.looked_by(now.at) or state.soak_from)
    if now.at - last <= _RECORDED or not soak_left(run, stage, now):
        return ""
    return f"the soak stands since {_time(last, now)}: no look of a probe was recorded"


def observed_words(run: Run, stage: Stage, now: Moment) -> str:
    """Say how much of a soak was observed and when it was looked at last; nothing where no probe watches it."""
    state, reach = run.phases.get(stage.id), watched(run)
    if state is None or state.soak_from is None or not reach:
        return ""
    whole, found = whole_soak(stage, state), _account(stage, state, reach, state.soak_from)
    counted = min(whole, found.counted(now.at))
    told = _hours if whole >= timedelta(hours=1) else format_span
    return f"observed {told(counted)} of {told(whole)}, {_last_look(run, state.watch, now)}"


def _hours(span: timedelta) -> str:
    """Two spans are compared in one unit, so that a day is 24 h."""
    hours, rest = divmod(span // timedelta(minutes=1), 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def _last_look(run: Run, watch: Watch, now: Moment) -> str:
    """When it was looked at last; or which metric was not seen then, and since when."""
    looked = watch.looked_by(now.at)
    if looked is None:
        return "not looked at yet"
    last = {name: watch.last_seen(name, now.at) for name in watched(run)}
    unseen = [name for name, seen in last.items() if seen is None or looked - seen > watched(run)[name]]
    if not unseen:
        return f"last look {_time(looked, now)}"
    seen, more = last[unseen[0]], f" and {len(unseen) - 1} more" if len(unseen) > 1 else ""
    since = f" since {_time(seen, now)}" if seen is not None else ""
    return f"{run.sequence.metrics[unseen[0]].metric}{more} not seen{since}"


def _time(at: datetime, now: Moment) -> str:
    return f"{at:%H:%M}" if at.date() == now.at.date() else f"{at:%d %b %H:%M}"


def whole_soak(stage: Stage, state: PhaseState | None) -> timedelta:
    """Give how long a phase has to stay healthy, as it was extended."""
    assert stage.phase is not None
    return stage.phase.duration.value + (state.extended if state is not None else _NOTHING)


# What was accounted for last: a screen asks often, and a watch changes only by an entry.
_newest: tuple[Watch, Mapping[str, timedelta], Stage, Account] | None = None


def _account(stage: Stage, state: PhaseState, reach: Mapping[str, timedelta], since: datetime) -> Account:
    global _newest
    known = _newest
    is_known = known is not None and known[0] is state.watch and known[1] is reach and known[2] is stage
    if known is None or not is_known or known[3].since != since:
        _newest = known = (state.watch, reach, stage, _account_anew(stage, state.watch, reach, since))
    return known[3]


def _account_anew(stage: Stage, watch: Watch, reach: Mapping[str, timedelta], since: datetime) -> Account:
    assert stage.phase is not None
    return account(watch, since, reach, restarts=stage.phase.after_breach == "restart")
