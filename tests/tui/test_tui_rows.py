"""Rows: at a width, what gives way and what stands whole; and what a row says of approvals that are notes."""

from __future__ import annotations

import pytest
from textual.content import Content

from rollout_tui.tui.rows.items import item_rows
from rollout_tui.tui.rows.row import ListRow
from tests.run.identities import sign, signed

LEFT, RIGHT, SHORT, LONG = (
    Content("Error rate 0.2 %"),
    Content("fine, 2 min ago #27"),
    Content("fine"),
    Content("=" * 40),
)


@pytest.mark.parametrize(
    ("row", "width", "drawn"),
    [
        (ListRow("a", LEFT, RIGHT, SHORT), 70, f"{'Error rate 0.2 %':51}fine, 2 min ago #27"),
        (ListRow("a", LEFT, RIGHT, SHORT), 30, f"{'Error rate 0.2 %':26}fine"),
        (ListRow("a", LEFT, RIGHT, SHORT, ample=LONG), 57, f"Error rate 0.2 % {'=' * 40}"),
        (ListRow("a", LEFT, RIGHT, SHORT, ample=LONG), 56, f"{'Error rate 0.2 %':52}fine"),
        (ListRow("a", LEFT, LONG), 45, "Error rate 0.…" + " " + "=" * 29 + "…"),
        (ListRow("a", LEFT, LONG, yields=True), 45, "Error rate 0.2 % " + "=" * 27 + "…"),
        (ListRow("a", LEFT, LONG, yields=True), 32, f"{'Error rate 0.2 %':32}"),
    ],
)
def test_a_row_fits_its_width(row: ListRow, width: int, drawn: str) -> None:
    assert row.fitted(width).plain == drawn


def test_an_approval_that_is_a_note_stands_in_its_row() -> None:
    walk = signed()
    walk.do(sign("security"), "bob", key="")
    (row,) = (row for row in item_rows(walk.run, walk.run.stage, walk.now) if row.key == "security")
    assert row.right.plain.startswith("open, 2 approvals, 1 noted")
    walk.do(sign("security"), "alice")
    (row,) = (row for row in item_rows(walk.run, walk.run.stage, walk.now) if row.key == "security")
    assert row.right.plain.startswith("1 of 2 approvals, 1 noted")
