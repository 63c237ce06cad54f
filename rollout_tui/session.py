"""A session: one operator at one run. Decide → append → evolve, and nothing is shown as recorded before it is kept.

Where the operator signs, it is decide → sign → append: a key is waited for with nothing locked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from .clock import Clock, JumpWatch
from .errors import Conflict, Damaged, GivenUp, NotSigned, Refused, RolloutError
from .run.clock_steps import TOLERANCE
from .run.decide import decide
from .run.events import NO_EXTRAS, ClockConfirmed, Entry, Event, Extras, ItemSigned, Observed
from .run.happened import need_possible
from .run.intents import Close, Go, Hold, Intent, Promote, RollBack, Sign, StartPhase
from .run.meaning import meaning_of
from .run.moment import Moment
from .run.run_rules import BOOT_TIME, EVIDENCE_OF_ANY
from .run.stamp import Mark
from .run.two_people import counted_on
from .runs import now as clocks
from .runs.appending import EVENT_NAMESPACE, Acting, Behind, Draft, Lost, ReadOnly, Recorded, Unknown, advance
from .runs.protocols import RunRef, Store
from .runs.replay import fold, fold_more

if TYPE_CHECKING:
    from .people import Actor
    from .signing.signer import Signs

# What stops harm waits for nobody's key: where that does not sign, it is recorded unsigned.
URGENT = (Hold, RollBack)

NeedGood = Callable[[Sequence[Entry], Sequence[Mark]], None]
"""Refuses where the signature of an approval that counts is not good."""

# What counts on the approvals so far.
_COUNTING = (Go, StartPhase, Promote, Close)


def need_good_approvals(entries: Sequence[Entry], counted: Sequence[Mark]) -> None:
    """Verify them by whatever verifies signatures here."""
    # Of few runs: the others load nothing that verifies.
    from .signing.at_gate import need_good

    need_good(entries, counted)


def read_only_refusal(why: str) -> Refused:
    """Make the refusal of whatever is to be recorded in a log that takes nothing more."""
    return Refused(
        f"The log is read-only: {why}.",
        "It is kept as it is. Compare it with a copy and the receipts (rollout verify).",
    )


class Session:
    """A run as its operator sees it: `run` is where it stands, `entries` is how it came there.

    `read_only` says why nothing can be recorded, and is empty where it can. `signer` signs what the operator says, if
    it is there, and `need_good` verifies the approvals that a gate counts on, where keys tell people apart. Damaged if
    the store's entries make no run.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        operator: Actor,
        signer: Signs | None = None,
        need_good: NeedGood = need_good_approvals,
    ) -> None:
        self._store = store
        self._need_good = need_good
        self._clock = clock
        self._watch = JumpWatch(clock)
        self._pending: Draft | None = None
        self.sign_as(operator, signer)
        self.entries = store.read(-1)
        self.run = fold(self.entries)
        self.read_only = store.read_only

    @property
    def ref(self) -> RunRef:
        return self._store.ref

    @property
    def warning(self) -> str:
        """What the operator should know of the place where the run is kept."""
        return self._store.warning

    def moment(self) -> Moment:
        """Give the time that a decision made now counts with, cut to what the journal keeps."""
        now = clocks.moment(self._clock, self._watch.jump())
        if now.jump or now.boot in self.run.clocks or self.run.started.rules < BOOT_TIME:
            return now
        # No entry is of this boot: the file's own time is the only witness.
        written = self._store.written
        back = timedelta(0) if written is None else now.at - written
        return replace(now, jump=back) if back < -TOLERANCE else now

    def sign_as(self, operator: Actor, signer: Signs | None) -> None:
        """Let what the operator says be signed from now on, or no more."""
        self.signer = signer
        self.operator = replace(operator, key=signer.key if signer else "")

    def act(self, intent: Intent, happened: datetime | None = None, sees: str = "", evidence: str = "") -> Entry:
        """Do what the intent asks, signed where the operator signs, and give its entry, which is kept for good.

        Raises as `acting` does, and NotSigned.
        """
        with closing(self.acting(intent, happened, sees, evidence)) as acting:
            done = advance(acting)
            while isinstance(done, bytes):
                assert self.signer
                try:
                    signed: str | NotSigned = self.signer.sign(done, EVENT_NAMESPACE)
                except NotSigned as error:
                    signed = error
                done = advance(acting, signed)
            return done

    def acting(self, intent: Intent, happened: datetime | None = None, sees: str = "", evidence: str = "") -> Acting:
        """Do what the intent asks, for who has the words signed that it gives, by `advance`; else it is to be closed.

        `sees` is the head that the operator had before them, where that is not the run's own; `evidence` the path of a
        file to keep with the entry. Raises Refused or UsageError if the run does not allow it, RolloutError if it could
        not be recorded; the run is then as it was, but for what others recorded meanwhile. Unsynced where it is unknown
        whether it was recorded: nothing more can be recorded then.
        """
        self._send_pending()
        try:
            return (yield from self._acting(intent, happened, sees or self.run.head, evidence))
        except BaseException:
            self._drop_evidence()
            raise

    def _acting(self, intent: Intent, happened: datetime | None, sees: str, evidence: str) -> Acting:
        # One moment for the decision and the stamp: decided again, it comes to the same.
        now, words, signature, signs = self.moment(), b"", "", self.signer is not None
        while True:
            draft = self._draft(intent, happened, now, sees, evidence)
            if signs and not isinstance(draft.event, Observed):
                if words and draft.words != words:
                    # What others recorded meanwhile changes what it says: it is said anew.
                    now, words = self.moment(), b""
                    continue
                if not words:
                    run, words = self.run, draft.words
                    try:
                        signature = yield words
                    except NotSigned as error:
                        if isinstance(error, GivenUp) or not isinstance(intent, URGENT):
                            raise
                        now, signs = self.moment(), False
                    self._send_pending()
                    if self.run is not run or not signs:
                        continue
                draft = replace(draft, signature=signature)
            entry = self._append(draft)
            if entry is not None:
                return entry
            now = now if signature else self.moment()

    def _drop_evidence(self) -> None:
        """Let go of what was kept for an entry that is not to be, where that is known."""
        if self._pending is None and not self.read_only:
            with suppress(RolloutError):
                self._store.drop_evidence()

    def refresh(self) -> tuple[Entry, ...]:
        """Fold what was recorded since, and give it; what nobody knew of is sent again first."""
        seq = self.run.seq
        self._send_pending()
        self._fold(tuple(self._store.read(self.run.seq)))
        return tuple(self.entries[seq + 1 :])

    def wait(self, timeout: float) -> bool:
        """Return when there may be something to refresh, or after `timeout` seconds; tell which it was."""
        return self._pending is not None or self._store.wait(self.run.seq, timeout)

    def take_lease(self) -> str:
        """Take or keep the lease of sensing for this run; gives nothing where it is held here, else who holds it."""
        return self._store.take_lease(f"{self.operator.name} ({self.operator.login}@{self.operator.host})")

    def end_lease(self) -> None:
        """Let somebody else sense for this run."""
        self._store.end_lease()

    def evidence(self, sha256: str) -> bytes:
        """Give a file that was kept beside the run; RolloutError if it is not there, Damaged if it was altered."""
        return self._store.evidence(sha256)

    def copy_to(self, path: Path) -> Entry:
        """Copy the journal to a new file and give the last entry there; Taken if there is such a file."""
        return self._store.copy_to(path)

    def close(self) -> None:
        """Let go of the run: nothing is asked of the session any more."""
        self._store.close()

    def _draft(self, intent: Intent, happened: datetime | None, now: Moment, sees: str, evidence: str) -> Draft:
        event = self._decide(intent, happened, now)
        extras = self._keep(event, evidence or (intent.evidence if isinstance(intent, Sign) else ""))
        if self.signer is not None and (meaning := meaning_of(self.run, event)):
            extras = replace(extras, meaning=meaning)
        return Draft(event, clocks.stamp(now, self.operator, self.run.started, happened), sees, extras)

    def _decide(self, intent: Intent, happened: datetime | None, now: Moment) -> Event:
        need_possible(self.run, happened, now.at)
        if self.read_only:
            raise read_only_refusal(self.read_only)
        if isinstance(intent, _COUNTING) and (counted := counted_on(self.run)):
            self._need_good(self.entries, counted)
        return decide(self.run, intent, now, self.operator, happened)

    def _keep(self, event: Event, evidence: str) -> Extras:
        """Keep the file that belongs to an event, if one does."""
        if not evidence:
            return NO_EXTRAS
        if self.run.started.rules < EVIDENCE_OF_ANY and not isinstance(event, ItemSigned):
            raise Refused(
                "This run was begun by an earlier version, which keeps files with sign-offs of items alone.",
                "Do it without the file, and attach that to the sign-off of an item.",
            )
        kept = self._store.keep_evidence(Path(evidence).expanduser())
        return Extras(kept.sha256, kept.name, kept.size)

    def _append(self, draft: Draft) -> Entry | None:
        """Give the entry of a draft that was decided on the run as it stands; None if others were first."""
        match self._store.append(draft, self.run.head):
            case Recorded(entry):
                self._fold((entry,))
                if isinstance(draft.event, ClockConfirmed):
                    self._watch.settle()
                return entry
            case Behind(entries):
                self._fold(entries)
                return None
            case Unknown(error, pending):
                if pending:
                    self._pending = draft
                else:
                    self.read_only = "unknown whether the last entry was recorded, do not go on"
                raise error
            case Lost(last):
                raise self._lost(last)
            case ReadOnly(why):
                self.read_only = why
                raise read_only_refusal(why)
            case _ as never:
                assert_never(never)

    def _send_pending(self) -> None:
        """Send again what nobody knows of; raises as long as nobody does, and where others were first."""
        if self._pending is None:
            return
        draft, self._pending = self._pending, None
        try:
            recorded = self._append(draft)
        except RolloutError:
            if not self.read_only:
                self._pending = draft
            raise
        if recorded is None:
            words = "What nobody knew of was not recorded: others were first."
            raise Conflict(words, "See what they recorded; then do it again if it is still to be done.")

    def _lost(self, last: int) -> Damaged:
        seen = self.run.seq
        which = f"event {seen}" if seen == last + 1 else f"events {last + 1} to {seen}"
        self.read_only = f"the store has lost {which}"
        return Damaged(
            f"The store has lost {which} of {self.run.id}, which you saw recorded: it ends at event {last}.",
            "Nothing more is recorded. Tell whoever runs the store.",
        )

    def _fold(self, entries: tuple[Entry, ...]) -> None:
        if entries:
            self.run = fold_more(self.run, entries)
            self.entries.extend(entries)
