"""The plan that an event gives a run, and the stages and items that it comes to."""

from __future__ import annotations

import tomllib

from ..plan.model import Plan, build
from .plan_events import PlanRedlined, RunStarted
from .sequence import sequence
from .stages import StageSequence
from .state import DoesNotFit


def plan_of(event: RunStarted | PlanRedlined) -> tuple[Plan, StageSequence]:
    """Give an event's plan, and its stages with the ids that the event froze; raises DoesNotFit if it holds none."""
    try:
        plan = build(tomllib.loads("\n".join(event.plan)))
        return plan, sequence(plan, event.items)
    except KeyError as error:
        raise DoesNotFit(f"there is no {error.args[0]!r}" if error.args else "a name is not there") from error
    except (ValueError, TypeError, RecursionError) as error:
        # A plan that was checked when it was recorded has neither; one that was made up may have either.
        raise DoesNotFit(str(error) or type(error).__name__) from error
