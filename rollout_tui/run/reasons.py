"""The reasons of holds and rollbacks: what a fired trigger or a breach gives, and what somebody still owes."""

from __future__ import annotations

from ..errors import Refused
from ..plan.ids import slug
from .run_rules import REASON_LATER
from .state import Held, Run


def may_follow(run: Run) -> bool:
    """Whether a rollback and a hold may begin before anybody says why."""
    return run.started.rules >= REASON_LATER


def reason_at_hand(run: Run, scenario: str = "") -> str:
    """Give what is wrong, first what the scenario answers, as a rollback's reason; nothing where nothing is known."""
    wrong = _wrong(run)
    return next((words for words, answers in wrong if scenario in answers), wrong[0][0] if wrong else "")


def answering(run: Run) -> frozenset[str]:
    """Give the scenarios that the plan has for what is wrong now."""
    return frozenset(scenario for _, answers in _wrong(run) for scenario in answers)


def _wrong(run: Run) -> list[tuple[str, frozenset[str]]]:
    """Give each fired trigger and each metric in breach, in words, with the scenarios that answer it."""
    fired = [run.sequence.items[name].title for name in run.fired]
    wrong = [(f"trigger fired: {title}", _answer(run, title)) for title in fired]
    for name in run.breached:
        metric = run.sequence.metrics[name].metric
        wrong.append((f"in breach: {metric}", _answer(run, metric, run.sequence.metrics[name].id)))
    return wrong


def _answer(run: Run, *names: str) -> frozenset[str]:
    slugs = {slug(name) for name in names if name}
    return frozenset(p.id for p in run.sequence.rollback_paths if slugs & {*map(slug, p.scenario.answers)})


def reason_due(run: Run) -> str:
    """Give what began without a reason and has none yet: the rollback, the hold, both; nothing where none is due."""
    if run.closed is not None:
        return ""
    rollback = run.rolling_back and run.rollback is not None and not all(each.reason for each in run.rollback.chosen)
    hold = run.held is not None and not run.held.reason
    return " and ".join([*["the rollback"] * rollback, *["the hold"] * hold])


def need_reasons(run: Run, what: str) -> None:
    """Refuse to end what has no reason yet."""
    if due := reason_due(run):
        raise Refused(f"{what} waits for a reason: {due} began without one.", "Say what happened: give-reason.")


def why_held(held: Held) -> str:
    return held.reason or "no reason given yet"
