"""The intents of a run, by subject: the one table from which commands, forms, keys and the palette derive."""

from __future__ import annotations

from typing import Any

from .action import Action as Action
from .action import FieldKind as FieldKind
from .action import IntentField as IntentField
from .subjects import (
    anchors_acts,
    clock_acts,
    ending_acts,
    gates_acts,
    handover_acts,
    items_acts,
    observations_acts,
    parts_acts,
    phases_acts,
    readings_acts,
    reasons_acts,
    redline_acts,
    rollback_acts,
    triggers_acts,
)
from .subjects.anchors_acts import Anchor as Anchor
from .subjects.clock_acts import ConfirmClock as ConfirmClock
from .subjects.ending_acts import Abort as Abort
from .subjects.ending_acts import Close as Close
from .subjects.gates_acts import Go as Go
from .subjects.gates_acts import Hold as Hold
from .subjects.gates_acts import Promote as Promote
from .subjects.gates_acts import Reduce as Reduce
from .subjects.gates_acts import Release as Release
from .subjects.handover_acts import HandOver as HandOver
from .subjects.handover_acts import TakeOver as TakeOver
from .subjects.items_acts import Begin as Begin
from .subjects.items_acts import Defer as Defer
from .subjects.items_acts import Fail as Fail
from .subjects.items_acts import Note as Note
from .subjects.items_acts import Revoke as Revoke
from .subjects.items_acts import Sign as Sign
from .subjects.items_acts import Waive as Waive
from .subjects.observations_acts import Observe as Observe
from .subjects.parts_acts import FOUND as FOUND
from .subjects.parts_acts import FindState as FindState
from .subjects.phases_acts import Extend as Extend
from .subjects.phases_acts import StartPhase as StartPhase
from .subjects.readings_acts import Measure as Measure
from .subjects.readings_acts import Unread as Unread
from .subjects.reasons_acts import GiveReason as GiveReason
from .subjects.redline_acts import Redline as Redline
from .subjects.rollback_acts import OUTCOMES as OUTCOMES
from .subjects.rollback_acts import FinishRollback as FinishRollback
from .subjects.rollback_acts import RollBack as RollBack
from .subjects.triggers_acts import Clear as Clear
from .subjects.triggers_acts import Fire as Fire

Intent = (
    items_acts.Intent
    | readings_acts.Intent
    | observations_acts.Intent
    | triggers_acts.Intent
    | phases_acts.Intent
    | gates_acts.Intent
    | clock_acts.Intent
    | redline_acts.Intent
    | handover_acts.Intent
    | rollback_acts.Intent
    | reasons_acts.Intent
    | parts_acts.Intent
    | ending_acts.Intent
    | anchors_acts.Intent
)

# In the order in which people meet them.
SUBJECTS: tuple[Any, ...] = (
    *(items_acts, readings_acts, triggers_acts, phases_acts, gates_acts, clock_acts, handover_acts),
    *(rollback_acts, reasons_acts, parts_acts, ending_acts, redline_acts, observations_acts, anchors_acts),
)

# Nobody types these: a file, a look and an authority's answer say what they hold.
_NOT_TYPED = (Redline, Observe, Anchor)

ACTIONS: tuple[Action, ...] = tuple(
    action for subject in SUBJECTS for action in subject.ACTIONS if action.intent not in _NOT_TYPED
)
BY_NAME = {action.name: action for action in ACTIONS}
BY_INTENT: dict[type[Intent], Action] = {action.intent: action for subject in SUBJECTS for action in subject.ACTIONS}
