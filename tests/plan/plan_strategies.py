"""Valid plans, drawn by hypothesis, and a plan written back as the document that its TOML file holds."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from rollout_tui.plan import ids
from rollout_tui.plan.fields import FIELDS, TextForm, choices_of
from rollout_tui.plan.model import (
    NO_DURATION,
    ONE_HOUR,
    ChecklistItem,
    Criterion,
    FeatureFlag,
    Header,
    Metric,
    MigrationStep,
    Notes,
    Phase,
    Plan,
    Scenario,
    Strategy,
    Trigger,
    Window,
)
from rollout_tui.plan.probe import Probe, Source
from rollout_tui.plan.quantities import Comparison, Duration, Quantity
from rollout_tui.plan.writing import plain
from tests.plan.text_strategies import (
    approvals,
    audiences,
    comparisons,
    durations,
    flag_values,
    own_ids,
    prose,
    times,
    titles,
    words,
)


def _lines(of: st.SearchStrategy[Any], by: Callable[[Any], str] = ids.slug) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3, unique_by=by).map(tuple)


_OF_FORM: dict[TextForm, st.SearchStrategy[Any]] = {
    TextForm.LINE: words,
    TextForm.PROSE: prose,
    TextForm.TEXTS: _lines(titles),
    TextForm.ID: own_ids,
    TextForm.COUNT: approvals,
    TextForm.DURATION: durations,
}


def _built(model: type[Any], **own: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a class of the model, each field by its form where no strategy of its own is given."""
    for item in fields(model):
        form = FIELDS[model][item.name].form
        if item.name in own:
            continue
        if form is TextForm.CHOICE:
            own[item.name] = st.sampled_from([*([None] if item.default is None else []), *choices_of(model, item.name)])
        else:
            own[item.name] = titles if form is TextForm.LINE and item.default is MISSING else _OF_FORM[form]
    return st.builds(model, **own)


headers = _built(Header)
windows = st.builds(
    lambda start, length, reason: Window(start, start + length, reason),
    times,
    st.timedeltas(timedelta(seconds=1), timedelta(days=2)),
    prose,
)
steps = _built(
    MigrationStep,
    reversible=st.booleans(),
    risk=st.sampled_from(["low", "medium", "high"]),
    backward_compatible=st.sampled_from([None, True, False]),
)
variables = st.sampled_from(["PROM_TOKEN", "_x9"])
# What ends as a table does could be taken for one.
endings = titles | st.sampled_from(["x {}", "{ max_age = 1 }", 'x { max_age = "2 h" }', "a { } {}", " }", "a; b {"])
_SECONDS = Duration.parse("5 s")
addresses = st.sampled_from(["https://prom.example.com/base?x=[a]|b", "http://[::1]:9090"])
_source = st.builds(Source, addresses, bearer_env=variables, ca_file=words) | st.builds(
    Source, addresses, basic_env=variables, header=st.just("X-Scope"), header_env=variables
)
# Their names are fixed, so that no strategy has to be made anew for each plan.
sources = st.fixed_dictionaries({"prod": st.builds(Source, addresses), "_-9": _source})
_paces: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"deadline": _SECONDS, "every": _SECONDS, "holds": "always"}]
)
_kinds = st.sampled_from(["", "", "", "command", "http", "query"])


@st.composite
def probes(draw: st.DrawFn, threshold: Comparison | None = None) -> Probe | None:
    """No probe, or one of those that an entry may have: judged by its threshold, or else by what it expects."""
    kind = draw(_kinds)
    if not kind:
        return None
    judge, given, text = threshold or draw(comparisons), draw(_paces), draw(titles)
    judged: dict[str, Any] = {"unit": judge.unit} | ({} if threshold else {"expect": judge})
    if kind == "query":
        more = {"samples": text, "min_samples": 20} if len(text) % 2 else {"reduce": "max"}
        return Probe(**given, **judged, **more, source="prod", query=f"{text}\n{text}")
    if kind == "http":
        valued = judged | {"json": text} if threshold or len(text) % 2 else {"status": 204}
        return Probe(**given, **valued, http=draw(addresses), contains=text)
    return Probe(**given, **judged, command=(text, "", text), env=("_x9",))


def _with_probe(of: st.SearchStrategy[Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Entries with or without a probe, and with what says something only beside one."""

    def given(entry: Any, probe: Probe | None, values: dict[str, Any]) -> Any:
        ticks = isinstance(entry, (ChecklistItem, Criterion))
        return (
            entry if probe is None else replace(entry, probe=probe if ticks else replace(probe, holds=None), **values)
        )

    return st.builds(given, of, probes(), st.fixed_dictionaries(more))


items = _with_probe(_built(ChecklistItem, probe=st.none(), max_age=st.just(ONE_HOUR)), max_age=durations)
metrics = _built(Metric, threshold=comparisons, probe=st.none()).flatmap(
    lambda metric: probes(metric.threshold).map(
        lambda probe: metric if probe is None else replace(metric, probe=replace(probe, holds=None))
    )
)
criteria = _with_probe(st.builds(Criterion, endings), max_age=durations)
triggers = _with_probe(
    st.builds(Trigger, endings),
    for_=st.sampled_from([NO_DURATION, Duration.parse("1 day")]),
    on_fire=st.sampled_from(["tell", "hold"]),
)
phases = _built(
    Phase,
    name=titles.filter(lambda name: ids.slug(name) not in ids.RESERVED),
    audience=audiences,
    success_criteria=_lines(criteria, by=lambda each: ids.slug(each.text)),
    rollback_triggers=_lines(triggers, by=lambda each: ids.slug(each.text)),
)


def _looked_at(flag: FeatureFlag, probe: Probe | None) -> FeatureFlag:
    return flag if probe is None else replace(flag, probes=dict.fromkeys(flag.rollout, probe))


def scenarios(until: list[str], flags: list[str], wrong: list[str]) -> st.SearchStrategy[Scenario]:
    known = st.sampled_from(["", *until])
    several = st.lists(titles, min_size=1, max_size=3).map(tuple)
    parts = [*until, *(f"flag:{each}" for each in flags), *(f"1: {each}" for each in until)]
    reverses = st.lists(st.sampled_from(parts), max_size=2, unique=True).map(tuple) if parts else st.just(())
    answers = st.lists(st.sampled_from(wrong), max_size=2, unique=True).map(tuple) if wrong else st.just(())
    links = {"until": known, "reverses": reverses, "answers": answers}
    return _built(Scenario, action=titles, steps=st.just(()), **links) | _built(
        Scenario, action=st.just(""), steps=several, **links
    )


notes = st.builds(
    Notes,
    **{item.name: st.lists(prose.filter(str.strip), max_size=2).map(tuple) for item in fields(Notes)},
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan without mistakes; rules may find something in it."""
    found = tuple(draw(st.lists(phases, min_size=1, max_size=3, unique_by=ids.phase_id)))
    names = [phase.name for phase in found]
    rollout = st.dictionaries(st.sampled_from(names), flag_values)
    flags = st.builds(
        _looked_at, _built(FeatureFlag, default=flag_values, rollout=rollout, probes=st.just({})), probes()
    )
    migration = tuple(draw(st.lists(steps, max_size=3, unique_by=ids.step_id)))
    window = draw(st.none() | windows)
    strategy = Strategy(
        kind=draw(st.sampled_from(["rolling-update", "blue-green", "canary"])),
        downtime="maintenance-window" if window else "zero-downtime",
        window=window,
        rollback_time=draw(durations),
        database_migration=draw(st.sampled_from(["before", "during", "after"])) if migration else "none",
    )
    before = draw(st.lists(items, max_size=3, unique_by=_before))
    taken = {_before(item) for item in before}
    switched = tuple(draw(st.lists(flags, max_size=2, unique_by=ids.flag_id)))
    # What a probe sees is told by the id, of an item's own or of a metric's.
    others = metrics.filter(lambda metric: ids.metric_id(metric) not in taken)
    watched = tuple(draw(st.lists(others, max_size=3, unique_by=ids.metric_id)))
    taken |= {ids.metric_id(metric) for metric in watched}
    wrong = [*(each.text for phase in found for each in phase.rollback_triggers), *(each.metric for each in watched)]
    known = [ids.step_id(step) for step in migration], [ids.flag_id(flag) for flag in switched], wrong
    after = draw(st.lists(items.filter(lambda item: _after(item) not in taken), max_size=3, unique_by=_after))
    return Plan(
        header=draw(headers),
        strategy=strategy,
        phases=found,
        pre_deployment=tuple(before),
        feature_flags=switched,
        migration=migration,
        rollback=tuple(draw(st.lists(scenarios(*known), max_size=3, unique_by=ids.scenario_id))),
        monitoring=watched,
        post_deployment=tuple(after),
        sources=draw(sources),
        notes=draw(st.just(Notes()) | notes),
    )


def as_document(plan: Plan) -> dict[str, Any]:
    """Give the document of a plan's file: only TOML's own types, and nothing that is None."""
    document: dict[str, Any] = _plain(plan)
    return {"format": document.pop("format"), "plan": document.pop("header")} | document


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        return value.text
    if isinstance(value, (Probe, Source, Criterion, Trigger)):
        # What one kind of probe can't use may not be written beside another.
        return plain(value)
    if is_dataclass(value):
        # How old what its probe saw may be says nothing without one.
        is_lone = isinstance(value, ChecklistItem) and value.probe is None
        named = ((item.name, getattr(value, item.name)) for item in fields(value))
        return {name: _plain(each) for name, each in named if each is not None and not (is_lone and name == "max_age")}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _before(item: ChecklistItem) -> str:
    return ids.checklist_id(ids.PRE_DEPLOYMENT, item)


def _after(item: ChecklistItem) -> str:
    return ids.checklist_id(ids.POST_DEPLOYMENT, item)
