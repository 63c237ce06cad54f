"""What is deployed by the words of the events alone: a second reading of a log, which knows nothing of the fold.

It goes through the events one by one and keeps, for each step and flag, what was said of it last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rollout_tui.plan.ids import slug
from rollout_tui.plan.model import Scenario
from rollout_tui.run import events as ev
from rollout_tui.run.events import Entry
from rollout_tui.run.run_rules import DEPLOYED
from rollout_tui.run.stages import Item, ItemKind
from rollout_tui.run.state import Run

NOT_YET, APPLIED, UNDONE, UNKNOWN = "not yet", "applied", "undone", "unknown"


class Model:
    """States by part, and what each flag is at; parts are named as in `Run.effects`."""

    def __init__(self, run: Run, entries: Sequence[Entry]) -> None:
        started = entries[0].event
        assert isinstance(started, ev.RunStarted)
        self.run = run
        self.started = started
        self.states = {text.rpartition(" ")[0]: APPLIED for text in started.in_place}
        self.by: dict[str, int] = {}
        self.flags: dict[str, str] = {}
        for text in started.left:
            state, part, _, *value = text.split(" ", 3)
            self.states[part] = state
            if part.startswith("flag:"):
                self.flags[part] = "".join(value)
        # What the run before left and nobody has confirmed, and who signed a step or a rollback's step.
        self.unconfirmed = set(self.states)
        self.signers: dict[str, list[str]] = {}
        self.signed: set[str] = set()
        self.chosen: list[str] = []
        for entry in entries[1:]:
            self._read(entry)

    def _read(self, entry: Entry) -> None:
        sequence = self.run.sequence_at(entry.seq)
        match entry.event:
            case ev.ItemSigned(item=name) | ev.RollbackStepSigned(item=name):
                self._sign(sequence.items[name], entry)
            case ev.ItemBegun(item=name):
                if sequence.items[name].kind is ItemKind.STEP:
                    self._say(name, UNKNOWN, entry)
            case ev.ItemFailed(item=name):
                self.signers.pop(name, None)
                if sequence.items[name].kind is ItemKind.STEP:
                    self._say(name, UNKNOWN, entry)
            case ev.ItemWaived(item=name):
                self.signers.pop(name, None)
                self.unconfirmed.discard(name)
            case ev.ItemRevoked(item=name):
                self._revoke(sequence.items[name], entry)
            case ev.RollbackStarted(scenario=name):
                self._forget_steps(name)
                self.chosen.append(name)
            case ev.RollbackFinished():
                self._finish(entry.event, entry)
            case ev.StateFound(part=part, state=state):
                self._find(part, state, entry)
            case ev.PlanRedlined():
                self._redline(entry.event, entry)
            case _:
                pass

    def _say(self, part: str, state: str, entry: Entry) -> None:
        self.states[part], self.by[part] = state, entry.seq
        self.unconfirmed.discard(part)

    def _sign(self, item: Item, entry: Entry) -> None:
        if item.kind is ItemKind.STEP:
            signers = self.signers.setdefault(item.id, [])
            signers.append(entry.stamp.by.casefold())
            alone = self.started.emergency or item.id in self.unconfirmed
            enough = alone or len(set(signers)) >= item.approvals
            self._say(item.id, APPLIED if enough else UNKNOWN, entry)
        elif item.flag:
            self._set_flag(item.flag, item.value, entry)
        elif item.kind is ItemKind.ROLLBACK_STEP:
            self.signed.add(item.id)
            for part in self._reversed(item):
                self._undo(part, entry)

    def _set_flag(self, flag: str, value: str, entry: Entry) -> None:
        self.flags[f"flag:{flag}"] = value
        self._say(f"flag:{flag}", UNDONE if value == self._default(flag, entry) else APPLIED, entry)

    def _default(self, flag: str, entry: Entry) -> str:
        return next((r.value for r in self.run.sequence_at(entry.seq).resets if r.flag == flag), "")

    def _undo(self, part: str, entry: Entry) -> None:
        if self.states.get(part, NOT_YET) == NOT_YET:
            return
        if part.startswith("flag:"):
            self._set_flag(part[5:], self._default(part[5:], entry), entry)
        else:
            self._say(part, UNDONE, entry)

    def _revoke(self, item: Item, entry: Entry) -> None:
        self.signers.pop(item.id, None)
        if item.kind is ItemKind.STEP and item.id in self.states:
            self._say(item.id, UNDONE if item.id not in self.by else NOT_YET, entry)
        elif item.flag and f"flag:{item.flag}" in self.states:
            self._say(f"flag:{item.flag}", UNKNOWN, entry)

    def _forget_steps(self, scenario: str) -> None:
        self.signed = {each for each in self.signed if not each.startswith(f"rollback/{scenario}/")}

    def _reversed(self, item: Item) -> list[str]:
        """By the plan's own text: what this step takes back, or all steps of its scenario together."""
        _, scenario, number = item.id.split("/")
        path = next(each for each in self.run.sequence.rollback_paths if each.id == scenario)
        is_last = all(each.id in self.signed for each in path.items)
        found = []
        for text in self._named(path.scenario):
            by = text.partition(": ")[0] if re.match(r"\d+: ", text) else ""
            if by == number or (not by and is_last):
                found.append(_id_of(text))
        return found

    def _named(self, scenario: Scenario) -> list[str]:
        if scenario.reverses or scenario.kind != "code":
            return list(scenario.reverses)
        return [i.id.removeprefix("migration/") for i in self.run.sequence.steps if i.step and i.step.kind == "code"]

    def _find(self, part: str, state: str, entry: Entry) -> None:
        if state == "undone":
            self._undo(part, entry)
        else:
            self._say(part, APPLIED if state == "there" else UNKNOWN, entry)

    def _finish(self, event: ev.RollbackFinished, entry: Entry) -> None:
        if self.started.rules < DEPLOYED:
            self._doubt_unasked(event, entry)
        for state, named in (("undone", event.undone), ("there", event.there), ("unknown", event.unknown)):
            for part in named:
                self._find(part, state, entry)
        if event.outcome == "called-off":
            self.chosen, self.signed = [], set()
            for step in self.run.sequence.steps:
                if self.states.get(step.id) == UNDONE and self.by.get(step.id, 0) > 0:
                    self.signers.pop(step.id, None)

    def _doubt_unasked(self, event: ev.RollbackFinished, entry: Entry) -> None:
        for path in self.run.sequence.rollback_paths:
            did = event.outcome == "restored" or any(i.id in self.signed for i in path.items)
            if path.id not in self.chosen or not did:
                continue
            named = [_id_of(text) for text in self._named(path.scenario)]
            if not named and path.scenario.kind == "data":
                named = [step.id for step in self.run.sequence.steps]
            for part in named:
                if self.states.get(part) == APPLIED:
                    self._say(part, UNKNOWN, entry)

    def _redline(self, event: ev.PlanRedlined, entry: Entry) -> None:
        after = self.run.sequence_at(entry.seq + 1)
        for name in event.voided:
            self.signers.pop(name, None)
            if name in self.unconfirmed and self.states.get(name) == APPLIED and name in after.items:
                self._say(name, UNKNOWN, entry)
        before = {step.id: step.approvals for step in self.run.sequence_at(entry.seq).steps}
        for step in after.steps:
            people = len(set(self.signers.get(step.id, [])))
            if 0 < people < before.get(step.id, 0) and people >= step.approvals and not self.started.emergency:
                self._say(step.id, APPLIED, entry)


def _id_of(text: str) -> str:
    part = re.sub(r"^\d+: ", "", text)
    return f"flag:{slug(part[5:])}" if part.startswith("flag:") else f"migration/{part}"
