"""One operator at one run: decide → append → evolve, and nothing is shown as recorded before it is on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .clock import Clock, JumpWatch, to_milliseconds
from .errors import Refused, Unsynced, UsageError
from .folding import fold, fold_more
from .journal.store import Behind, Draft, Recorded, Store
from .run.decide import decide
from .run.events import ClockConfirmed, Entry, Event, ItemSigned, Stamp
from .run.intents import Intent, Sign
from .run.moment import Moment

if TYPE_CHECKING:
    from .people import Actor

KeepEvidence = Callable[[Path], tuple[str, str, int]]
KeepCopy = Callable[[Path], Entry]


def read_only_refusal(why: str) -> Refused:
    """Make the refusal of whatever is to be recorded in a log that takes nothing more."""
    return Refused(
        f"The log is read-only: {why}.",
        "It is kept as it is. Compare it with a copy and the receipts (rollout verify).",
    )


class Session:
    """A run as its operator sees it: `run` is where it stands, `entries` is how it came there.

    `keep_evidence` puts a file beside the journal and gives its SHA-256, name and size; `keep_copy` copies the
    journal's whole entries to a new file and gives the last of them. `warning` is what the operator should know of
    the place where the journal lies. `read_only` says why nothing can be recorded, and is empty where it can.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        operator: Actor,
        keep_evidence: KeepEvidence,
        *,
        keep_copy: KeepCopy | None = None,
        read_only: str = "",
        warning: str = "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._watch = JumpWatch(clock)
        self._keep_evidence = keep_evidence
        self.operator = operator
        self.entries = store.read(-1)
        self.run = fold(self.entries)
        self.read_only = read_only
        self._keep_copy = keep_copy
        self.warning = warning

    def moment(self) -> Moment:
        """Give the time that a decision made now counts with."""
        return Moment(self._clock.now(), self._watch.jump())

    def act(self, intent: Intent, happened: datetime | None = None) -> Entry:
        """Do what the intent asks and give its entry, which is on disk.

        Raises Refused or UsageError if the run does not allow it, RolloutError if it could not be recorded; the run is
        then as it was, but for what others recorded meanwhile. Unsynced where it is unknown whether it was recorded:
        nothing more can be recorded then.
        """
        event = self._decide(intent, happened)
        while True:
            now = self._clock.now()
            stamp = Stamp(to_milliseconds(now), self.operator.name, self.operator.origin, happened)
            match self._append(Draft(event, stamp)):
                case Recorded(entry):
                    self._fold((entry,))
                    if isinstance(event, ClockConfirmed):
                        self._watch.settle()
                    return entry
                case Behind(entries):
                    self._fold(entries)
                    event = self._decide(intent, happened)

    def refresh(self) -> tuple[Entry, ...]:
        """Fold what others recorded since, and give it."""
        entries = tuple(self._store.read(self.run.seq))
        self._fold(entries)
        return entries

    def copy_to(self, path: Path) -> Entry:
        """Copy the journal to a new file and give the last entry there; Conflict if there is such a file."""
        assert self._keep_copy is not None
        return self._keep_copy(path)

    def _append(self, draft: Draft) -> Recorded | Behind:
        try:
            return self._store.append(draft, self.run.head)
        except Unsynced:
            self.read_only = "unknown whether the last entry was recorded, do not go on"
            raise

    def _decide(self, intent: Intent, happened: datetime | None) -> Event:
        now = self.moment()
        if happened is not None and happened > now.at:
            raise UsageError(f"{happened:%Y-%m-%d %H:%M:%S} UTC lies in the future.", "Give the time when it happened.")
        if self.read_only:
            raise read_only_refusal(self.read_only)
        event = decide(self.run, intent, now, self.operator, happened)
        if isinstance(event, ItemSigned) and isinstance(intent, Sign) and intent.evidence:
            digest, name, size = self._keep_evidence(Path(intent.evidence).expanduser())
            return replace(event, evidence=digest, evidence_name=name, evidence_size=size)
        return event

    def _fold(self, entries: tuple[Entry, ...]) -> None:
        if entries:
            self.run = fold_more(self.run, entries)
            self.entries.extend(entries)
