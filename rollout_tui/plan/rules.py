"""The eight rules of the document format as named checks over a plan, and the placeholders left from the template.

A finding's message may hold what the plan says: it goes through `text.safe` where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from ..frozen import dataclass
from .finding import Finding
from .mistakes import KeyPath
from .model import Phase, Plan, Proof
from .placeholders import PLACEHOLDER_RULE, left_open, placeholders
from .quantities import PLACEHOLDER, Duration

CODE_TARGET = timedelta(minutes=5)
DATA_TARGET = timedelta(minutes=30)

_ORDER = ("schema", "code", "backfill", "cleanup")


@dataclass(frozen=True)
class Rule:
    """One rule: its name, what it means, why it is there, how a plan is mended in general, and its check."""

    id: str
    name: str
    meaning: str
    why: str
    mend: str
    findings: Callable[[Plan], Iterable[Finding]]


def check(plan: Plan) -> tuple[Finding, ...]:
    """Say where a plan breaks the rules, in the rules' order, and which brackets may stand for a value.

    A plan that keeps all rules, and in which nothing looks left open, gives nothing.
    """
    found = tuple(finding for rule in RULES for finding in rule.findings(plan))
    return (*found, *(each for each in left_open(plan) if each.overridable))


def _rollback_exists_and_is_tested(plan: Plan) -> Iterator[Finding]:
    if not plan.rollback:
        yield Finding("R1", ("rollback",), "The plan has no rollback scenario.", "Add a [[rollback]] table.")
    yield from _unproved("R1", plan, "rollback-tested", "that the rollback plan was tested")


def _migrations_are_compatible(plan: Plan) -> Iterator[Finding]:
    for place, step in enumerate(plan.migration):
        if step.kind != "cleanup" and step.backward_compatible is not True:
            what = (
                f'Code step "{step.action}" does not say that it handles the old and the new schema.'
                if step.kind == "code"
                else f'Migration step "{step.action}" does not say that the version before it goes on working.'
            )
            hint = "Make it so, then state backward_compatible = true."
            yield Finding("R2", ("migration", place, "backward_compatible"), what, hint)


def _large_changes_have_flags(plan: Plan) -> Iterator[Finding]:
    if plan.header.change_size != "large":
        return
    if not plan.feature_flags:
        message = "A large change has no feature flag."
        yield Finding("R3", ("feature_flags",), message, "Add [[feature_flags]] with a value for each phase.")
        return
    missing = [_without_value(plan.phases, flag.rollout) for flag in plan.feature_flags]
    if all(missing):
        for place, (flag, phases) in enumerate(zip(plan.feature_flags, missing, strict=True)):
            message = (
                f"Flag {flag.name} has no value for {', '.join(phases)}, and no flag of this large change has all."
            )
            yield Finding("R3", ("feature_flags", place, "rollout"), message, "Give it a value for each phase.")


def _without_value(phases: tuple[Phase, ...], rollout: Mapping[str, Any]) -> list[str]:
    return [phase.name for phase in phases if phase.name not in rollout]


def _monitoring_is_ready(plan: Plan) -> Iterator[Finding]:
    if not plan.monitoring:
        yield Finding("R4", ("monitoring",), "The plan watches no metric.", "Add a [[monitoring]] table.")
    for place, metric in enumerate(plan.monitoring):
        if not metric.channel.strip():
            message = f'Nobody hears of a breach of "{metric.metric}".'
            yield Finding("R4", ("monitoring", place, "channel"), message, "Give the channel of its alert.")
        if not metric.action.strip():
            message = f'Nothing says what to do on a breach of "{metric.metric}".'
            yield Finding("R4", ("monitoring", place, "action"), message, "Give the action.")
    yield from _unproved("R4", plan, "monitoring-ready", "that monitoring works")


def _validation_follows(plan: Plan) -> Iterator[Finding]:
    if not plan.post_deployment:
        hint = "Add [[post_deployment]] items, the health check first."
        yield Finding("R5", ("post_deployment",), "Nothing is validated after the deployment.", hint)


def _downtime_is_explained(plan: Plan) -> Iterator[Finding]:
    if plan.strategy.downtime != "maintenance-window":
        return
    window = plan.strategy.window
    given = {
        "start": window is not None and window.start is not None,
        "end": window is not None and window.end is not None,
        "reason": window is not None and bool(window.reason.strip()),
    }
    for key, there in given.items():
        if not there:
            hint = (
                "Say why it can't go without downtime." if key == "reason" else f"Add {key}, with its offset from UTC."
            )
            yield Finding("R6", ("strategy", "window", key), f"The maintenance window gives no {key}.", hint)


def _migration_is_in_order(plan: Plan) -> Iterator[Finding]:
    furthest = None
    for place, step in enumerate(plan.migration):
        if furthest is not None and _ORDER.index(step.kind) < _ORDER.index(furthest.kind):
            message = f'{step.kind.capitalize()} step "{step.action}" comes after {furthest.kind} "{furthest.action}".'
            yield Finding("R7", ("migration", place, "kind"), message, "The order is schema, code, backfill, cleanup.")
        else:
            furthest = step


def _rollback_is_fast(plan: Plan) -> Iterator[Finding]:
    time = plan.strategy.rollback_time
    yield from _slow(("strategy", "rollback_time"), time, CODE_TARGET, "The strategy's rollback", "code")
    targets = {"code": CODE_TARGET, "data": DATA_TARGET, "patch": None}
    for place, way in enumerate(plan.rollback):
        path = ("rollback", place, "time")
        yield from _slow(path, way.time, targets[way.kind], f'Scenario "{way.scenario}"', way.kind)


def _slow(path: KeyPath, time: Duration, target: timedelta | None, what: str, kind: str) -> Iterator[Finding]:
    if PLACEHOLDER.search(time.text):
        return
    limit = f"at most {target // timedelta(minutes=1)} min for {kind}" if target else f"any time for a {kind}"
    if not time.value:
        yield Finding("R8", path, f"{what} has no target time.", f"Give one: {limit}.")
    elif target and time.value > target:
        hint = f"Find a faster way: {limit}."
        yield Finding("R8", path, f"{what} may take {time.text}, which is too long.", hint)


def _unproved(rule: str, plan: Plan, proof: Proof, what: str) -> Iterator[Finding]:
    if not any(item.proves == proof for item in plan.pre_deployment):
        hint = f'Add proves = "{proof}" to the item that does.'
        yield Finding(rule, ("pre_deployment",), f"No pre-deployment item proves {what}.", hint)


RULES = (
    Rule(
        "R1",
        "A rollback plan exists and is tested",
        "There is at least one way back, and a pre-deployment item proves that it was tried.",
        "A way back that was never tried is found broken at the moment when it is needed.",
        'Add [[rollback]] scenarios, and proves = "rollback-tested" to a pre-deployment item.',
        _rollback_exists_and_is_tested,
    ),
    Rule(
        "R2",
        "Migrations are backward compatible",
        "Until cleanup, the old and the new version work on the same database.",
        "Both run at once while a release goes out, and rolling the code back must not meet a schema it can't read.",
        "State backward_compatible = true on every step before cleanup.",
        _migrations_are_compatible,
    ),
    Rule(
        "R3",
        "Large features have flags",
        "A large change is exposed gradually, and taken back at once, by a feature flag.",
        "Switching a flag off takes seconds and no deployment, and only those saw the change for whom it was on.",
        "Add a flag with a value for each phase.",
        _large_changes_have_flags,
    ),
    Rule(
        "R4",
        "Monitoring is ready before deploy",
        "Every metric has a threshold, a channel and an action, and an item proves that they work.",
        "Nobody can promote or roll back on what is not measured, and an alert that reaches nobody is none.",
        'Add [[monitoring]] metrics, and proves = "monitoring-ready" to a pre-deployment item.',
        _monitoring_is_ready,
    ),
    Rule(
        "R5",
        "Post-deployment validation always runs",
        "A deployment is done when it was validated, not when it is out.",
        "What works for the team may fail for users; a run can't close as completed with an item here open.",
        "Add [[post_deployment]] items.",
        _validation_follows,
    ),
    Rule(
        "R6",
        "Zero downtime by default",
        "A maintenance window is the exception: it has a start, an end and a reason.",
        "Users have to be told of it beforehand, and a rollout that outlasts it has to be seen.",
        "Complete [strategy.window], or go without downtime.",
        _downtime_is_explained,
    ),
    Rule(
        "R7",
        "Migration order",
        "Schema, then code, then backfill, then cleanup; never reversed.",
        "Each step relies on the one before, and cleanup takes away what going back would need.",
        "Put the [[migration]] steps in that order.",
        _migration_is_in_order,
    ),
    Rule(
        "R8",
        "Rollback time",
        "Going back takes at most 5 min for code and 30 min for data; a patch has a target of its own.",
        "The stopwatch of a rollback runs against the target; without one nobody knows when it takes too long.",
        "Give each scenario, and the strategy, a target within that time.",
        _rollback_is_fast,
    ),
)

# What keeps a run from starting; no rule of the document format, but explained as one.
FILLED_IN = Rule(
    PLACEHOLDER_RULE,
    "Nothing is left to fill in",
    "Words in [brackets], as the template has them, stand for what is not known yet. Others may be meant: they are a "
    "finding that a start goes past with --override placeholder, and not_placeholders of [plan] says so for good.",
    "A run follows its plan to the letter: nobody can sign [Criteria], and no reading breaches > [X] %.",
    "Write what holds in place of the brackets, or take the line out. A plan that still has one can't start a run.",
    placeholders,
)
