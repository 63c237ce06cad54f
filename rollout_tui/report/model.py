"""What a report tells, as values: every format shows this one report and adds nothing to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..errors import RolloutError
from ..frozen import dataclass
from ..run.audit import AuditFinding, findings
from ..run.blind import PhaseSight, sights
from ..run.events import Entry
from ..run.figures import figures
from ..run.gates import Blocker, blockers
from ..run.moment import Moment
from ..run.state import Run
from ..run.wording import describe
from .courses import CourseLine, courses
from .decisions import Decision, decisions
from .looks import Evidence
from .readings import ReadingLine, readings
from .rollbacks import RollbackLine, rollbacks
from .timeline import Segment, segments

if TYPE_CHECKING:
    from ..signing.anchors import Anchors
    from ..signing.signatures import Signatures, Signed


@dataclass(frozen=True)
class LogVerdict:
    """What verifying the log gave: its verdict in the journal's own words, and `limits`, what that can't show.

    `head` is the number and the hash of the last event that verifies, `problems` what is wrong with the evidence.
    `signatures` is None where nobody signed, `anchors` where nothing was anchored, and nobody asked.
    """

    words: str
    holds: bool
    limits: str
    head: tuple[int, str] | None = None
    problems: tuple[str, ...] = ()
    signatures: Signatures | None = None
    anchors: Anchors | None = None

    @property
    def signed(self) -> Mapping[int, Signed]:
        """What was found of each entry's signature, by its number; empty where nobody signed."""
        return {each.seq: each for each in self.signatures.rows} if self.signatures else {}


@dataclass(frozen=True)
class Person:
    """Someone who acted: the name as claimed, the login@host it came from, how many events."""

    name: str
    origins: tuple[str, ...]
    events: int


@dataclass(frozen=True)
class Report:
    """A run as a report tells it; `words` says each entry, by its number. Times are UTC.

    `blockers` are what blocked the end of the stage that was open when the report was made.
    """

    run: Run
    entries: tuple[Entry, ...]
    log_verdict: LogVerdict
    made: datetime
    words: tuple[str, ...]
    findings: tuple[AuditFinding, ...]
    people: tuple[Person, ...]
    segments: tuple[Segment, ...]
    decisions: tuple[Decision, ...]
    readings: tuple[ReadingLine, ...]
    sights: tuple[PhaseSight, ...]
    courses: tuple[CourseLine, ...]
    rollbacks: tuple[RollbackLine, ...]
    blockers: tuple[Blocker, ...]

    @property
    def began(self) -> datetime:
        return self.entries[0].stamp.at

    @property
    def ended(self) -> datetime:
        """When the run was closed, or last written to."""
        closed = self.run.closed
        return closed.mark.at if closed else self.entries[-1].stamp.at

    @property
    def took(self) -> timedelta:
        return max(timedelta(0), self.ended - self.began)


def _none_there(sha256: str) -> bytes:
    raise RolloutError(f"There is no evidence {sha256[:12]} at hand.")


def make_report(
    run: Run, entries: Sequence[Entry], log_verdict: LogVerdict, made: datetime, evidence: Evidence = _none_there
) -> Report:
    """Make the report of a run from all its entries; `made` is the time at which the report is written.

    `evidence` gives what was kept beside the log.
    """
    read = readings(run, entries, evidence)
    return Report(
        run=run,
        entries=tuple(entries),
        log_verdict=log_verdict,
        made=made,
        words=tuple(describe(entry, run.sequence_at(entry.seq)) for entry in entries),
        findings=(*_of_signatures(log_verdict.signed), *findings(run, entries)),
        people=_people(entries),
        segments=segments(entries, figures(entries)),
        decisions=decisions(run, entries),
        readings=read,
        sights=sights(entries),
        courses=courses(run, read, entries[-1].stamp.at),
        rollbacks=rollbacks(run, entries),
        blockers=blockers(run, Moment(made)),
    )


def _of_signatures(signed: Mapping[int, Signed]) -> tuple[AuditFinding, ...]:
    if not signed:
        return ()
    from ..signing.findings import signature_findings

    return signature_findings(signed.values())


def _people(entries: Sequence[Entry]) -> tuple[Person, ...]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.stamp.by, []).append(entry.stamp.origin)
    return tuple(Person(name, tuple(dict.fromkeys(origins)), len(origins)) for name, origins in found.items())
