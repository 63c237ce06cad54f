"""The intents of a run, by subject: the one table from which commands, forms, keys and the palette derive."""

from __future__ import annotations

from typing import Any

from .action import Action as Action
from .action import FieldKind as FieldKind
from .action import IntentField as IntentField
from .subjects import clock, ending, gates, handover, items, phases, readings, redline, rollback, triggers
from .subjects.clock import ConfirmClock as ConfirmClock
from .subjects.ending import Abort as Abort
from .subjects.ending import Close as Close
from .subjects.gates import Go as Go
from .subjects.gates import Hold as Hold
from .subjects.gates import Promote as Promote
from .subjects.gates import Reduce as Reduce
from .subjects.gates import Release as Release
from .subjects.handover import HandOver as HandOver
from .subjects.handover import TakeOver as TakeOver
from .subjects.items import Defer as Defer
from .subjects.items import Fail as Fail
from .subjects.items import Note as Note
from .subjects.items import Revoke as Revoke
from .subjects.items import Sign as Sign
from .subjects.items import Waive as Waive
from .subjects.phases import Extend as Extend
from .subjects.phases import StartPhase as StartPhase
from .subjects.readings import Measure as Measure
from .subjects.readings import Unread as Unread
from .subjects.redline import Redline as Redline
from .subjects.rollback import OUTCOMES as OUTCOMES
from .subjects.rollback import FinishRollback as FinishRollback
from .subjects.rollback import RollBack as RollBack
from .subjects.triggers import Clear as Clear
from .subjects.triggers import Fire as Fire

Intent = (
    items.Intent
    | readings.Intent
    | triggers.Intent
    | phases.Intent
    | gates.Intent
    | clock.Intent
    | redline.Intent
    | handover.Intent
    | rollback.Intent
    | ending.Intent
)

# In the order in which people meet them.
SUBJECTS: tuple[Any, ...] = (items, readings, triggers, phases, gates, clock, handover, rollback, ending, redline)

ACTIONS: tuple[Action, ...] = tuple(
    action for subject in SUBJECTS for action in subject.ACTIONS if action.intent is not Redline
)
BY_NAME = {action.name: action for action in ACTIONS}
BY_INTENT: dict[type[Intent], Action] = {action.intent: action for subject in SUBJECTS for action in subject.ACTIONS}
