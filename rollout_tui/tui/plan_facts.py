"""What a plan says, section by section, one fact after the other, in the words of the screen. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..frozen import dataclass
from ..people import TOLD_APART
from ..plan.mistakes import KeyPath
from ..plan.model import ChecklistItem, Criterion, Metric, Plan, Trigger
from .styled import MUTED, Part


@dataclass(frozen=True)
class Fact:
    """One thing that the plan says, at its place in the file."""

    path: KeyPath
    glyph: str
    left: Sequence[Part | str]
    right: str = ""
    brief: str = ""
    detail: tuple[str, ...] = ()


def _strategy(plan: Plan) -> Iterator[Fact]:
    header, strategy = plan.header, plan.strategy
    change = f"{header.previous_release} → {header.release}" if header.previous_release else header.release
    yield _named(("plan", "name"), "Name", header.name)
    yield _named(("plan", "service"), "Service", header.service)
    yield _named(("plan", "release"), "Release", change)
    for key, name in (("artifacts", "Installs"), ("previous_artifacts", "Back to")):
        for place, artifact in enumerate(getattr(header, key)):
            yield _named(("plan", key, place), name if not place else "", artifact)
    yield _named(("plan", "owner"), "Owner", header.owner)
    yield _named(("plan", "ticket"), "Ticket", header.ticket)
    yield _named(("plan", "change_size"), "Change", header.change_size)
    if header.identity != "claimed":
        yield _named(("plan", "identity"), "Two people", f"told apart by {TOLD_APART[header.identity]}")
    yield _named(("strategy", "kind"), "Strategy", strategy.kind)
    yield _named(("strategy", "downtime"), "Downtime", strategy.downtime.replace("-", " "))
    if (window := strategy.window) is not None:
        span = " – ".join(f"{at:%d %b %Y %H:%M %Z}" if at else "not given" for at in (window.start, window.end))
        yield _named(("strategy", "window"), "Window", span, window.reason)
    yield _named(("strategy", "rollback_time"), "Rollback in", strategy.rollback_time.text)
    backfill = {"none": "no migration"}.get(strategy.database_migration, f"backfill {strategy.database_migration}")
    yield _named(("strategy", "database_migration"), "Database", backfill)
    for place, link in enumerate(header.links):
        yield _named(("plan", "links", place), "Link" if not place else "", link)
    for name, source in plan.sources.items():
        yield _named(("sources", name), "Source", f"{name} · {source.prometheus}", source.text)
    if meant := header.not_placeholders:
        yield _named(("plan", "not_placeholders"), "Meant as it stands", ", ".join(meant))


def _named(path: KeyPath, name: str, value: str, more: str = "") -> Fact:
    return Fact(path, " ", ((f"{name:<13}", MUTED), value or "—"), detail=(value, more))


def _checklist(section: str) -> Callable[[Plan], Iterator[Fact]]:
    def facts(plan: Plan) -> Iterator[Fact]:
        items: Sequence[ChecklistItem] = getattr(plan, section)
        for place, item in enumerate(items):
            right = _joined(_proves(item), _people(item.approvals), "probe" if item.probe else "", item.owner)
            detail = (item.title, item.description, item.link, *_probe(item))
            yield Fact((section, place), "○", (item.title,), right, item.owner, detail)

    return facts


def _probe(entry: ChecklistItem | Metric | Criterion) -> Iterator[str]:
    if entry.probe is not None:
        yield f"Probe, good for {entry.max_age}: {entry.probe.text}"


def _on_fire(trigger: Trigger) -> Iterator[str]:
    if trigger.probe is not None:
        long = f" for {trigger.for_}" if trigger.for_.value else ""
        holds = ", which holds the run" if trigger.on_fire == "hold" else ""
        yield f"Fires when its probe fails{long}{holds}: {trigger.probe.text}"


def _proves(item: ChecklistItem) -> str:
    return f"proves {item.proves.replace('-', ' ')}" if item.proves else ""


def _phases(plan: Plan) -> Iterator[Fact]:
    for place, phase in enumerate(plan.phases):
        soak = f"soak {phase.duration}" if phase.duration.value else "no soak"
        title = ((phase.name, "bold"), f" · {phase.audience}")
        flags = [
            f"{flag.name} → {flag.rollout[phase.name]}" for flag in plan.feature_flags if phase.name in flag.rollout
        ]
        if phase.after_breach == "restart":
            soak += ", anew after a breach"
        right = _joined(_people(phase.approvals), soak)
        yield Fact(("phases", place), "▶", title, right, soak, (f"Flags: {', '.join(flags)}" if flags else "",))
        for number, criterion in enumerate(phase.success_criteria):
            looks, detail = "probe" if criterion.probe else "", (criterion.text, *_probe(criterion))
            path = ("phases", place, "success_criteria", number)
            yield Fact(path, "  ○", (criterion.text,), looks, looks, detail)
        for number, trigger in enumerate(phase.rollback_triggers):
            words = f"Roll back if: {trigger}"
            looks, detail = "probe" if trigger.probe else "", (words, *_on_fire(trigger))
            yield Fact(("phases", place, "rollback_triggers", number), "  △", (words,), looks, looks, detail)


def _flags(plan: Plan) -> Iterator[Fact]:
    for place, flag in enumerate(plan.feature_flags):
        values = [str(flag.rollout[phase.name]) if phase.name in flag.rollout else "·" for phase in plan.phases]
        course = " → ".join([str(flag.default), *values])
        phases = " · ".join(f"{name}: {value}" for name, value in flag.rollout.items())
        probes = (f"Probe in {name}: {probe.text}" for name, probe in flag.probes.items())
        yield Fact(
            ("feature_flags", place),
            "⚑",
            (flag.name,),
            _joined(course, "probe" if flag.probes else ""),
            course,
            (flag.description, f"Default {flag.default}", phases, *probes),
        )


def _migration(plan: Plan) -> Iterator[Fact]:
    for place, step in enumerate(plan.migration):
        title: list[Part | str] = [(f"{step.kind:<9}", MUTED), step.action]
        if not step.reversible:
            title.append(("  ⚑ point of no return", "$error"))
        takes = step.duration.text
        reverse = f"Undone by: {step.reverse_by}" if step.reversible else "It can't be undone."
        both = {True: "The version before goes on working.", False: "The version before stops working.", None: ""}
        yield Fact(
            ("migration", place),
            "○",
            title,
            _joined(_people(step.approvals), takes, f"{step.risk} risk", step.owner),
            takes,
            (f"{reverse} {both[step.backward_compatible]}", step.risk_note),
        )


def _rollback(plan: Plan) -> Iterator[Fact]:
    for place, way in enumerate(plan.rollback):
        until = f"It no longer helps past {way.until}." if way.until else ""
        takes_back = f"It takes back {', '.join(way.reverses)}." if way.reverses else ""
        answers = f"It answers: {'; '.join(way.answers)}." if way.answers else ""
        title: list[Part | str] = [(f"{way.kind:<6}", MUTED), (way.scenario, "bold")]
        yield Fact(
            ("rollback", place),
            "↩",
            title,
            _joined(way.owner, way.time.text),
            way.time.text,
            (way.action, until, takes_back, answers),
        )
        for number, step in enumerate(way.steps):
            yield Fact(("rollback", place, "steps", number), f"  {number + 1}.", (step,), detail=(step,))


def _monitoring(plan: Plan) -> Iterator[Fact]:
    for place, metric in enumerate(plan.monitoring):
        alert = f"alert {metric.threshold}"
        fresh = f"A reading counts at a gate for {metric.max_age}."
        right = _joined(alert, "probe" if metric.probe else "", metric.channel)
        detail = (metric.action, fresh, *_probe(metric))
        yield Fact(("monitoring", place), "○", (metric.metric,), right, alert, detail)


def _people(approvals: int) -> str:
    return f"{approvals} people" if approvals > 1 else ""


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


FACTS: Mapping[str, Callable[[Plan], Iterator[Fact]]] = {
    "strategy": _strategy,
    "pre_deployment": _checklist("pre_deployment"),
    "phases": _phases,
    "feature_flags": _flags,
    "migration": _migration,
    "rollback": _rollback,
    "monitoring": _monitoring,
    "post_deployment": _checklist("post_deployment"),
}
