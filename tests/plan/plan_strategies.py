"""Valid plans, drawn by hypothesis, and a plan written back as the document that its TOML file holds."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

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
from rollout_tui.plan.quantities import Audience, Comparison, Duration, FlagValue, Quantity
from rollout_tui.plan.writing import plain

_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"])

# What Markdown, a table or the import could take for more than text.
_PIECES = st.sampled_from(
    [
        "|",
        "`",
        "``",
        "<br>",
        "<!--",
        "<b>",
        "\\",
        "\\|",
        "*",
        "**",
        "_",
        "~~",
        "[a](b)",
        "![a](b)",
        "[x]",
        "]:",
        "&lt;",
        "&#124;",
        "#",
        "1.",
        "-",
        ">",
        "+",
        "---",
        "===",
        ":",
        ";",
        ",",
        "—",
        "n/a",
        "(",
        ")",
        "%",
        "@x",
        "Phase-1",
        "Owner:x",
        "🚀",
        "👩\u200d💻",
        "שלום",
        "\u202e",
        "\u200f",
        "\ufffe",
        " ",
        "  ",
        "# ",
        "1. ",
        "- ",
        "> ",
        "[ ] ",
        "; ",
        ": ",
        " — ",
        "\xa0",
        "\u3000",
        "\u2028",
    ]
)
_HOSTILE = st.lists(_PIECES | st.text(_CHARACTERS, max_size=3), max_size=5).map("".join)

titles = (st.text(_CHARACTERS, min_size=1, max_size=20) | _HOSTILE).filter(str.strip)
words = st.text(_CHARACTERS, max_size=12) | _HOSTILE
prose = st.text(_CHARACTERS | st.just("\n"), max_size=30) | st.lists(_HOSTILE, max_size=3).map("\n".join)
own_ids = st.just("") | st.from_regex(r"[a-z0-9][a-z0-9._-]{0,10}", fullmatch=True)
approvals = st.sampled_from([1, 2])

durations = st.sampled_from(
    ["—", "30 s", "< 5 min", "1 h 30 min", "2 days", "1.5 h", "≤ 3 w", "< [X] min", "1 h and 5 min"]
).map(Duration.parse)
comparisons = st.builds(
    lambda sign, number, unit: Comparison.parse(f"{sign} {number} {unit}"),
    st.sampled_from([">", ">=", "<", "<=", "≥"]),
    st.integers(-1000, 1000) | st.sampled_from(["0.5", "99.95"]),
    st.sampled_from(["%", "ms", "", "% of the pool"]),
)
audiences = st.sampled_from(["Internal team only", "25% of users", "100 %", "[X]% of users"]).map(Audience.parse)
flag_values = st.booleans().map(FlagValue.parse) | titles.map(FlagValue.parse)
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=offsets)  # noqa: DTZ001 - hypothesis adds it


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
_DAY = Duration.parse("1 day")
_SECONDS = Duration.parse("5 s")
queries = prose.filter(str.strip)
addresses = st.sampled_from(["https://prom.example.com/base?x=[a]|b", "http://[::1]:9090"])
sources = st.dictionaries(
    st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True),
    st.builds(Source, addresses)
    | st.builds(Source, addresses, bearer_env=variables, ca_file=words)
    | st.builds(Source, addresses, basic_env=variables, header=st.just("X-Scope"), header_env=variables),
    max_size=2,
)


@st.composite
def probes(draw: st.DrawFn, known: Mapping[str, Source], threshold: Comparison | None = None) -> Probe | None:
    """No probe, or one of those that an entry may have: judged by its threshold, or else by what it expects."""
    kind = draw(st.sampled_from(["", "", "command", "http", *(["query"] if known else [])]))
    if not kind:
        return None
    judge = threshold or draw(comparisons)
    judged: dict[str, Any] = {"unit": judge.unit} | ({} if threshold else {"expect": judge})
    given: dict[str, Any] = draw(st.sampled_from([{}, {"deadline": _SECONDS, "every": _SECONDS, "holds": "always"}]))
    if kind == "query":
        given |= judged | {"source": draw(st.sampled_from(sorted(known))), "query": draw(queries)}
        given |= {"samples": draw(queries), "min_samples": 20} if draw(st.booleans()) else {"reduce": "max"}
    elif kind == "http":
        given |= {"http": draw(addresses), "contains": draw(words)}
        given |= judged | {"json": draw(titles)} if threshold or draw(st.booleans()) else {"status": 204}
    else:
        given |= judged | {"command": tuple(draw(st.lists(titles, min_size=1, max_size=3))), "env": ("_x9",)}
    return Probe(**given)


@st.composite
def items(draw: st.DrawFn, known: Mapping[str, Source]) -> ChecklistItem:
    found: ChecklistItem = draw(_built(ChecklistItem, probe=st.none(), max_age=st.just(ONE_HOUR)))
    probe = draw(probes(known))
    return found if probe is None else replace(found, probe=probe, max_age=draw(durations))


@st.composite
def metrics(draw: st.DrawFn, known: Mapping[str, Source]) -> Metric:
    found: Metric = draw(_built(Metric, threshold=comparisons, probe=st.none()))
    probe = draw(probes(known, found.threshold))
    return found if probe is None else replace(found, probe=replace(probe, holds=None))


@st.composite
def criteria(draw: st.DrawFn, known: Mapping[str, Source]) -> Criterion:
    probe = draw(probes(known))
    return Criterion(draw(endings)) if probe is None else Criterion(draw(endings), probe, draw(durations))


@st.composite
def triggers(draw: st.DrawFn, known: Mapping[str, Source]) -> Trigger:
    probe = draw(probes(known))
    if probe is None:
        return Trigger(draw(endings))
    told: Literal["tell", "hold"] = draw(st.sampled_from(["tell", "hold"]))
    return Trigger(draw(endings), replace(probe, holds=None), draw(st.sampled_from([NO_DURATION, _DAY])), told)


def phases(known: Mapping[str, Source]) -> st.SearchStrategy[Any]:
    return _built(
        Phase,
        name=titles.filter(lambda name: ids.slug(name) not in ids.RESERVED),
        audience=audiences,
        success_criteria=_lines(criteria(known), by=lambda each: ids.slug(each.text)),
        rollback_triggers=_lines(triggers(known), by=lambda each: ids.slug(each.text)),
    )


@st.composite
def flags(draw: st.DrawFn, names: list[str], known: Mapping[str, Source]) -> FeatureFlag:
    rollout = draw(st.dictionaries(st.sampled_from(names), flag_values))
    looks = ((name, draw(probes(known))) for name in rollout)
    seen = {name: probe for name, probe in looks if probe is not None}
    found: FeatureFlag = draw(_built(FeatureFlag, default=flag_values, rollout=st.just(rollout), probes=st.just(seen)))
    return found


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
    known_sources = draw(sources)
    found = tuple(draw(st.lists(phases(known_sources), min_size=1, max_size=3, unique_by=ids.phase_id)))
    names = [phase.name for phase in found]
    migration = tuple(draw(st.lists(steps, max_size=3, unique_by=ids.step_id)))
    window = draw(st.none() | windows)
    strategy = Strategy(
        kind=draw(st.sampled_from(["rolling-update", "blue-green", "canary"])),
        downtime="maintenance-window" if window else "zero-downtime",
        window=window,
        rollback_time=draw(durations),
        database_migration=draw(st.sampled_from(["before", "during", "after"])) if migration else "none",
    )
    before = draw(st.lists(items(known_sources), max_size=3, unique_by=_before))
    taken = {_before(item) for item in before}
    switched = tuple(draw(st.lists(flags(names, known_sources), max_size=2, unique_by=ids.flag_id)))
    watched = tuple(draw(st.lists(metrics(known_sources), max_size=3, unique_by=ids.metric_id)))
    wrong = [*(each.text for phase in found for each in phase.rollback_triggers), *(each.metric for each in watched)]
    known = [ids.step_id(step) for step in migration], [ids.flag_id(flag) for flag in switched], wrong
    others = items(known_sources).filter(lambda item: _after(item) not in taken)
    after = draw(st.lists(others, max_size=3, unique_by=_after))
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
        sources=known_sources,
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
