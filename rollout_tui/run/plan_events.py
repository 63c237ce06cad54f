"""The events that give a run its plan: its start, which is the journal's header, and each redline."""

from __future__ import annotations

from typing import ClassVar

from ..frozen import dataclass


@dataclass(frozen=True)
class RunStarted:
    """The journal's header: which run of which plan, the plan's own lines, and the ids of its items, frozen.

    `overrides` are the rule findings that the start went past, `reason` why; `after` and `after_head` name the run
    that this one is another attempt at, and `in_place` the migration steps that it left in place: each the step's id,
    a space, and the number of the event there; `left` says in the same way, behind `applied` or `unknown`, which flags
    it left set, to what, and of what nobody knew. `plan_file` is the absolute path of the plan's file, if it had one.
    `previous` and `previous_head` are reserved for the run before in the same place. `principals` say whose each key
    is, where keys tell people apart: a name, a space and the fingerprint, as the signers file of who started it has it.
    `rules` is the number of the rules that the run is decided by.
    """

    kind: ClassVar[str] = "run_started"
    run: str
    service: str
    release: str
    items: tuple[str, ...]
    plan: tuple[str, ...]
    plan_sha256: str
    rehearsal: bool = False
    emergency: bool = False
    overrides: tuple[str, ...] = ()
    reason: str = ""
    after: str = ""
    after_head: str = ""
    in_place: tuple[str, ...] = ()
    plan_file: str = ""
    previous: str = ""
    previous_head: str = ""
    principals: tuple[str, ...] = ()
    rules: int = 1
    left: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """What the run is marked as: a rehearsal and an emergency must not be mistaken for an ordinary run."""
        return tuple(name for name, on in (("rehearsal", self.rehearsal), ("emergency", self.emergency)) if on)

    @property
    def name(self) -> str:
        """What people call the run: the service and its release."""
        return f"{self.service} {self.release}"


@dataclass(frozen=True)
class PlanRedlined:
    """The run follows another plan from here on: its own lines, and the ids of its items, frozen.

    `changes` say what is different, in words; `voided` are the items of the plan before that lost what they had.
    `principals` say whose each key is from here on, as those of a start do; without them it stays as it was.
    """

    kind: ClassVar[str] = "plan_redlined"
    told: ClassVar = ("changes", "principals")
    changes: tuple[str, ...]
    reason: str
    items: tuple[str, ...]
    plan: tuple[str, ...]
    plan_sha256: str
    voided: tuple[str, ...] = ()
    plan_file: str = ""
    principals: tuple[str, ...] = ()
