"""A report as CSV for a spreadsheet: one row an event, and no cell that a spreadsheet would compute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...run.events import Entry, subject
from ..json_values import iso
from ..model import Report
from ..spreadsheet import csv_document

if TYPE_CHECKING:
    from ...signing.signatures import Signed

COLUMNS = (
    *(
        "event",
        "time",
        "happened",
        "who",
        "from",
        "stage",
        "kind",
        "subject",
        "what",
        "findings",
        "run",
        "hash",
        "signature",
    ),
)


def render(report: Report) -> str:
    """Give a header line and one line for each event; times are ISO 8601 in UTC."""
    signed = report.log_verdict.signed
    rows = (_row(report, segment.title, entry, signed) for segment in report.segments for entry in segment.entries)
    return csv_document([COLUMNS, *rows], quote_all=True)


def _row(report: Report, stage: str, entry: Entry, signed: Mapping[int, Signed]) -> tuple[str, ...]:
    stamp = entry.stamp
    found = "; ".join(f"{f.severity} ({f.kind}): {f.text}" for f in report.findings if f.seq == entry.seq)
    return (
        f"#{entry.seq}",
        iso(stamp.at) or "",
        iso(stamp.happened) or "",
        stamp.by,
        stamp.origin,
        stage,
        entry.event.kind,
        subject(entry.event),
        report.words[entry.seq],
        found,
        report.run.id,
        entry.hash,
        signed[entry.seq].words if entry.seq in signed else "",
    )
