"""Receipts: whether the last action is on disk, said in one line."""

from __future__ import annotations

from collections import Counter

from textual.content import Content

from ..errors import GivenUp, RolloutError, Unsynced
from ..run.events import Entry, Observed, numbers
from ..run.observation import PASS
from ..run.state import Run
from ..run.subjects.phrases import subject_title
from ..run.two_people import as_a_note
from ..run.wording import describe, short_head
from .keys.binding import press
from .notices import PASSING, REFUSED, Notices
from .run_worker import RunWorker
from .signature import SIGNED
from .styled import EMPTY, MUTED, Part, styled
from .subscribers import Subscribers
from .textual_private import BaseApp
from .updates import (
    AwaitsKey,
    Changed,
    DoesNotFollow,
    Doubtful,
    Lost,
    NotAsSigned,
    NotVerified,
    Unsensed,
    Update,
    Verified,
)

NOT_SENSED = "Not sensed"
NOT_VERIFIED = "Signatures were not verified"

# A disk that takes longer than this is waited for knowingly.
SLOW_SECONDS = 0.1


class Receipts:
    """What the operator is told of what was recorded; `line` is published in `lines` when it changes.

    What else there is to say, of refusals and of others' entries, goes to the notices.
    """

    def __init__(self, app: BaseApp, notices: Notices) -> None:
        self._app, self._notices = app, notices
        self.line = EMPTY
        self._looks: list[Entry] = []
        self._awaited = 0
        self.lines: Subscribers[Content] = Subscribers()

    def follow(self, worker: RunWorker) -> None:
        """Tell of a run from now on, first how it was found."""
        entry = worker.entries[-1]
        words = f" opened at {short_head(entry)} · last: {entry.stamp.at:%d %b %H:%M} UTC by {entry.stamp.by}"
        self.show((words, MUTED))
        if worker.warning:
            self._notices.say("Warning", worker.warning)
        worker.updates.subscribe(lambda update: self._take(worker.run, update, signs=worker.signer is not None))

    def show(self, *parts: Part | str) -> None:
        """Let the line say this, until the next action."""
        self.line = styled(*parts)
        self.lines.publish(self.line)

    def say_recording(self, worker: RunWorker) -> None:
        """Say so only where the disk keeps the operator waiting: each receipt would wait for a frame more."""

        def say_still_recording() -> None:
            if worker.recording:
                self.show((" recording…", "$warning"))

        self._app.set_timer(SLOW_SECONDS, say_still_recording)

    def say_not_recorded(self, error: RolloutError) -> None:
        """Say that nothing was recorded, and why."""
        if isinstance(error, GivenUp):
            self.show((" not recorded: you gave up waiting for the key.", "$warning"))
            return
        self._say_trouble("do not go on: " if isinstance(error, Unsynced) else "not recorded: ", error)
        self.say_refused(error)

    def say_refused(self, error: RolloutError) -> None:
        """Give notice of a refusal in place of the one before."""
        self._notices.say(REFUSED, f"{error.message}\n{error.hint}")

    def _take(self, run: Run, update: Update, *, signs: bool) -> None:
        match update:
            case Changed(mine, others, sensed):
                self._notices.tell(run, others)
                if sensed:
                    self._say_sensed(run, sensed)
                if mine is not None:
                    self._looks = []
                    self._notices.take_back(*PASSING)
                    words = describe(mine, run.sequence_at(mine.seq))
                    note = as_a_note(run, mine.seq)
                    signed = f" {SIGNED}" if mine.signature else " unsigned: your key did not sign" if signs else ""
                    self.show((f" ✔ recorded {short_head(mine)}{signed}  ", "$success bold"), words, (note, "$warning"))
            case Unsensed(error):
                self._say_trouble("not sensed: ", error)
                self._notices.say(NOT_SENSED, f"{error.message}\n{error.hint}")
            case Lost(error):
                self._say_trouble("the journal can't be read: ", error)
                self.say_refused(error)
            case AwaitsKey():
                # Told where it is waited for, which may be a form.
                pass
            case Doubtful(error):
                self._say_trouble("do not go on: ", error)
            case DoesNotFollow(found):
                which = numbers([each.seq for each in found], 6)
                self.show(
                    (" ✘ does not follow from the run: ", "$error bold"), f"{which} · {press('run.log', 'L')} tells"
                )
                said = f"#{found[0].seq} {found[0].recorded}: {found[0].allowed}"
                self._notices.say("An entry does not follow from the run before it", said)

            case NotVerified(error):
                self._notices.say(NOT_VERIFIED, f"{error.message}\n{error.hint}")
            case Verified():
                self._notices.take_back(NOT_VERIFIED)
            case NotAsSigned(found):
                first = f"#{found[0].seq} is {found[0].words}"
                if found[0].is_altered:
                    self.show((" ✘ the log was altered: ", "$error bold"), f"{first} · {press('run.log', 'L')} tells")
                self._notices.say("An entry is not signed as it says", first)

    def say_looking(self, number: int) -> None:
        """Say at how many things the run looks now; what they come to is told together."""
        self._looks, self._awaited = [], number
        self.show((f" looking at {number}…", "$accent"))

    def _say_sensed(self, run: Run, entries: tuple[Entry, ...]) -> None:
        """Say what the run saw since somebody asked: one in its words, of several how many, and which did not pass."""
        self._notices.take_back(NOT_SENSED)
        self._looks = [*self._looks, *entries] if self._awaited else list(entries)
        self._awaited = max(0, self._awaited - len(entries))
        newest = self._looks[-1]
        events = [each.event for each in self._looks if isinstance(each.event, Observed)]
        came_to = Counter(event.outcome for event in events)
        others = ", ".join(subject_title(run.sequence, event.subject) for event in events if event.outcome != PASS)
        words = "sensed " + ", ".join(f"{number} {outcome}" for outcome, number in came_to.items())
        words = f"{words}: {others}" if others else words
        if len(self._looks) == 1:
            words = describe(newest, run.sequence_at(newest.seq))
        self.show((f" ◉ recorded {short_head(newest)}  ", "$warning bold" if others else "$success bold"), words)

    def _say_trouble(self, what: str, error: RolloutError) -> None:
        self.show((f" ✘ {what}", "$error bold"), (error.message, "$error"))
