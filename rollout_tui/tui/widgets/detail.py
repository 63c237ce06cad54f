"""What there is to know about the item under the cursor: description, link, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.content import Content

from ...run.events import Entry
from ...run.moment import Moment
from ...run.stages import Item, ItemKind
from ...run.state import Run
from ...run.two_people import as_a_note
from ...run.wording import describe
from ..rows.sensed import COURSE_LEGEND, DrawCourse, course_parts, no_course
from ..signature import signature_mark, signature_words
from ..styled import MUTED, styled
from ..times import clock_time
from .lines import Lines

if TYPE_CHECKING:
    from ...signing.signatures import Signed

NO_SIGNATURES: Mapping[int, Signed] = MappingProxyType({})

# What an item is, where the plan says no more of it.
_KINDS = {
    ItemKind.CHECK: "Checklist item.",
    ItemKind.STEP: "Migration step.",
    ItemKind.START: "Starting it exposes this audience.",
    ItemKind.FLAG: "Feature flag change: sign it when the flag is set.",
    ItemKind.CRITERION: "Success criterion: sign it when it holds.",
    ItemKind.METRIC: "Metric.",
    ItemKind.TRIGGER: "Rollback trigger: t fires it when it was seen.",
    ItemKind.APPROVAL: "A first person approves the promotion here; someone else promotes.",
    ItemKind.ROLLBACK_STEP: "Rollback step.",
    ItemKind.FLAG_RESET: "Set the flag back to its default, then sign.",
}


class Detail(Lines):
    """Three lines on a small terminal, more where there is room."""

    DEFAULT_CSS = "Detail { height: 4; text-wrap: wrap; }"

    _shown: tuple[Run, Sequence[Entry], Item | None, Moment, DrawCourse, Mapping[int, Signed]] | None = None

    def repaint(
        self,
        run: Run,
        history: Sequence[Entry],
        item: Item | None,
        now: Moment,
        draw: DrawCourse = no_course,
        signed: Mapping[int, Signed] = NO_SIGNATURES,
    ) -> None:
        """Tell of an item, draw its course if it has one, and tell its `history`, the newest first, and who signed."""
        self._shown = run, history, item, now, draw, signed
        if item is None:
            self.show()
            return
        lines = _lines(run, history, item, now, signed, draw(item), self.size.width)
        self.show(*islice(lines, max(1, self.size.height)))

    def on_resize(self) -> None:
        """Tell as much as there is room for now."""
        if self._shown is not None:
            self.repaint(*self._shown)


def _lines(
    run: Run,
    history: Sequence[Entry],
    item: Item,
    now: Moment,
    signed: Mapping[int, Signed] = NO_SIGNATURES,
    course: str = "",
    width: int = 0,
) -> Iterator[Content]:
    yield styled((item.description or _KINDS[item.kind], MUTED))
    if item.owner or item.link:
        yield styled((f"{item.owner}  ", ""), (item.link, MUTED))
    if course:
        legend = f"  {COURSE_LEGEND}" if len(course) + len(COURSE_LEGEND) + 2 <= width else ""
        yield styled(*course_parts(course), (legend, MUTED))
    for entry in reversed(history):
        stamp = entry.stamp
        when = f"#{entry.seq} {clock_time(stamp.at, now.at)} {stamp.by}: "
        found, note = signed.get(entry.seq), as_a_note(run, entry.seq)
        by = (f" {signature_words(entry, found)}" if entry.signature else "", MUTED)
        told = describe(entry, run.sequence_at(entry.seq))
        yield styled((when, MUTED), told, (note, "$warning"), *signature_mark(bool(entry.signature), found), by)
