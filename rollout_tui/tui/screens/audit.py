"""The audit: a log read, its findings first, then everything that happened, with what the bytes prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen

from ...errors import Damaged
from ...frozen import dataclass
from ...run.audit import AuditFinding, Severity, findings
from ...run.events import Entry, row
from ...run.state import Run
from ...run.two_people import told_apart
from ...run.wording import describe
from ...signing.findings import signature_findings
from ..keys.binding import key
from ..rows.row import ListRow, section
from ..signature import signature_mark, signature_words
from ..styled import MUTED, styled
from ..widgets.condition_line import RunCondition
from ..widgets.filter import Filter
from ..widgets.key_line import KeyLine
from ..widgets.lines import Lines, SplitLine
from ..widgets.notice_line import NoticeLine
from ..widgets.row_list import RowList

if TYPE_CHECKING:
    from ...runs.protocols import Verification
    from ...runs.replay import ReplayedLog
    from ...signing.signatures import Signed
    from ..run_worker import RunWorker

_STYLES = {Severity.SERIOUS: ("■", "$error bold"), Severity.WARNING: ("▲", "$warning"), Severity.NOTE: ("·", MUTED)}


@dataclass(frozen=True)
class Log:
    """A log to be read: the run, its entries, and what verifying its bytes came to, in words.

    `is_live` is the log of the run that is open, whose condition is shown over it. `signed` is what was found of the
    signatures, by the number of their entries, `fixed` up to where they fix the log, `signers` which file says whose
    they are, and `anchored` up to where somebody outside has stamped it. `unanswered` is what was asked in vain.
    """

    run: Run
    entries: Sequence[Entry]
    proof: str
    holds: bool
    is_live: bool = False
    signed: Mapping[int, Signed] = field(default_factory=dict)
    fixed: str = ""
    signers: str = ""
    anchored: str = ""
    unanswered: str = ""


def audited(log: ReplayedLog, verification: Verification) -> Log:
    """Take a log as it was read and verified; raises Damaged if it holds no run."""
    if log.run is None:
        raise Damaged(log.problem, "rollout verify says more.")
    found = verification.signatures
    signed = {each.seq: each for each in found.rows} if found else {}
    fixed = (found.unverified or found.fixed_words) if found else ""
    anchored = verification.anchors.words if verification.anchors else ""
    return Log(
        log.run,
        log.entries,
        verification.words,
        verification.holds,
        signed=signed,
        fixed=fixed,
        signers=found.asked_words if found else "",
        anchored=anchored,
        unanswered=verification.unanswered,
    )


def live_log(worker: RunWorker) -> Log:
    """Take the log of the run that is open."""
    proof = f"as of #{worker.run.seq}; rollout verify checks the bytes"
    found = worker.examiner
    return Log(
        worker.run, worker.entries, proof, holds=True, is_live=True, signed=found.signed, signers=found.signers_words
    )


class AuditScreen(Screen[None]):
    """A log, read-only: findings, then the timeline; what is typed after a slash narrows both."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("slash", "filter", "audit.filter", "Show only what holds a word: a person, a stage, a kind", "Filter"),
        key("f", "findings", "audit.findings", "Show the findings alone, or everything", "Findings"),
        key("escape", "back", "audit.back", "Show everything again, or go back", "Back"),
    ]

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        self._findings = (*signature_findings(log.signed.values()), *findings(log.run, log.entries))
        self._findings_alone = False

    def compose(self) -> ComposeResult:
        yield SplitLine(id="top")
        if self._log.is_live:
            yield RunCondition()
        yield SplitLine(id="next")
        with Vertical(id="frame"):
            yield RowList(id="items")
            yield Lines(id="audit-detail")
        yield Filter(id="filter", placeholder="a word: bob, waived, Phase 2 …")
        yield NoticeLine()
        yield KeyLine()

    def on_mount(self) -> None:
        run, log = self._log.run, self._log
        outcome = run.closed.outcome if run.closed is not None else "not closed"
        mark = " · rehearsal" if run.started.rehearsal else ""
        left = styled((f" AUDIT {run.name}", "bold"), (f" · {run.plan.header.name} · {outcome}{mark}", MUTED))
        self.query_one("#top", SplitLine).show(left, styled(f"{len(log.entries) - 1} events "))
        # What could not be verified is no whole log.
        style = "$error bold" if not log.holds else "$warning bold" if log.unanswered else "$success bold"
        said = "; ".join(filter(None, (log.unanswered, log.proof)))
        self.query_one("#next", SplitLine).show(styled((f" {said}", style)), styled(""))
        self._show("")
        self.query_one("#items").focus()

    def action_filter(self) -> None:
        self.query_one(Filter).open()

    def action_findings(self) -> None:
        self._findings_alone = not self._findings_alone
        self._show(self.query_one(Filter).value)

    def action_back(self) -> None:
        """Leave the filter first, then the screen; the first screen is left by quitting."""
        if self.query_one(Filter).close():
            self.query_one("#items").focus()
        elif len(self.app.screen_stack) > 1:
            self.dismiss()

    @on(Filter.Changed)
    def _narrow(self, event: Filter.Changed) -> None:
        self._show(event.value)

    @on(Filter.Submitted)
    def _to_the_rows(self) -> None:
        self.query_one("#items").focus()

    @on(RowList.Moved, "#items")
    def _describe(self) -> None:
        """Show the whole text of the row under the cursor, which the list cuts."""
        kind, _, number = self.query_one("#items", RowList).key.partition(" ")
        said = ""
        if kind == "entry":
            entry = self._log.entries[int(number)]
            said = describe(entry, self._log.run.sequence_at(entry.seq))
            if signature := signature_words(entry, self._log.signed.get(entry.seq)):
                said += f" · {signature}"
        elif kind == "finding":
            said = self._findings[int(number)].text
        self.query_one("#audit-detail", Lines).show(styled((f" {said}", MUTED)))

    def _show(self, word: str) -> None:
        rows = section(f"Findings ({len(self._findings)})", [*self._identity(word), *self._finding_rows(word)])
        if not self._findings_alone:
            rows += section(f"Timeline ({len(self._log.entries)})", list(self._entry_rows(word)))
        self.query_one("#items", RowList).show(rows or [ListRow("", styled((" Nothing here holds that word.", MUTED)))])
        self._describe()

    def _identity(self, word: str) -> Iterator[ListRow]:
        """By what two people were two, up to where signatures and anchors fix the log: what the findings are worth."""
        if not word and (two := told_apart(self._log.run)):
            yield ListRow("", styled((f" Two people were {two}", MUTED)))
        if not word and self._log.fixed:
            yield ListRow("", styled((f" Signatures: {self._log.fixed}", MUTED)))
        if not word and self._log.signers:
            yield ListRow("", styled((f" {self._log.signers[0].upper()}{self._log.signers[1:]}", MUTED)))
        if not word and self._log.anchored:
            yield ListRow("", styled((f" Anchors: {self._log.anchored}", MUTED)))

    def _finding_rows(self, word: str) -> Iterator[ListRow]:
        for place, finding in enumerate(self._findings):
            if _holds(word, finding.text, finding.by, finding.kind):
                yield _finding_row(place, finding)

    def _entry_rows(self, word: str) -> Iterator[ListRow]:
        day: datetime | None = None
        for entry in self._log.entries:
            words = describe(entry, self._log.run.sequence_at(entry.seq))
            signature = signature_words(entry, self._log.signed.get(entry.seq))
            if not _holds(
                word,
                words,
                signature,
                entry.stamp.by,
                entry.stamp.origin,
                entry.event.kind,
                _stage(entry, self._log.run),
            ):
                continue
            at = entry.stamp.at
            date = f"{at:%d %b} " if day is None or day.date() != at.date() else "       "
            day = at
            left = styled((f" {date}{at:%H:%M:%S}  ", MUTED), words)
            mark = signature_mark(bool(entry.signature), self._log.signed.get(entry.seq))
            yield ListRow(f"entry {entry.seq}", left, styled((entry.stamp.by, ""), (f"  #{entry.seq}", MUTED), *mark))


def _finding_row(place: int, finding: AuditFinding) -> ListRow:
    glyph, style = _STYLES[finding.severity]
    left = styled((f" {glyph} {finding.severity}  ", style), finding.text)
    return ListRow(f"finding {place}", left, styled((finding.by, ""), (f"  #{finding.seq}", MUTED)))


def _stage(entry: Entry, run: Run) -> str:
    """The title of the stage that an entry is about, so that it can be found by it."""
    item = run.sequence.items.get(row(entry.event))
    stage = item.stage if item is not None else getattr(entry.event, "stage", "")
    return run.sequence.stage(stage).title if stage in run.sequence.index else stage


def _holds(word: str, *texts: str) -> bool:
    return any(word.casefold() in text.casefold() for text in texts)
