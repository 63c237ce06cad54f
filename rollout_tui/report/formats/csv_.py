"""A report as CSV for a spreadsheet: one row an event, and no cell that a spreadsheet would compute."""

from __future__ import annotations

from ...run.events import Entry, subject
from ..json_values import iso
from ..model import Report
from ..spreadsheet import csv_document

COLUMNS = (
    *("event", "time", "happened", "who", "from", "stage", "kind", "subject", "what", "findings", "run", "hash"),
)


def render(report: Report) -> str:
    """Give a header line and one line for each event; times are ISO 8601 in UTC."""
    rows = (_row(report, segment.title, entry) for segment in report.segments for entry in segment.entries)
    return csv_document([COLUMNS, *rows], quote_all=True)


def _row(report: Report, stage: str, entry: Entry) -> tuple[str, ...]:
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
    )
