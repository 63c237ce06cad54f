"""Text to draw: untrusted text made safe, with the styles of the theme; and columns that fit a width."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import overload

from textual.content import Content

from ..frozen import dataclass
from ..text import one_line

Part = tuple[str, str]

# A list below this many cells leaves out what the detail shows as well.
NARROW = 64

# More than any terminal shows of one text; the rest would only be measured.
LONGEST = 1_000

EMPTY = Content("")
MUTED = "$foreground-muted"


def paint(*parts: Part | str) -> Content:
    """Join parts, each a text or a text and its style; the text is made safe here and is never markup."""
    safe_parts = ((one_line(part[0]), part[1]) if isinstance(part, tuple) else one_line(part) for part in parts if part)
    return Content.assemble(*safe_parts)


@dataclass(frozen=True)
class Row:
    """One row of a list: what stands left and gives way, what stands right and stays, and what it is about.

    `brief` stands right where the list is narrow, if it is given.
    """

    key: str
    left: Content
    right: Content = EMPTY
    brief: Content | None = None
    heading: bool = False

    def looks_like(self, other: Row) -> bool:
        """Whether both are drawn alike, at whatever width."""
        brief, others = self.brief or EMPTY, other.brief or EMPTY
        return self.left.is_same(other.left) and self.right.is_same(other.right) and brief.is_same(others)

    def fitted(self, width: int) -> Content:
        """Give the row at a width in cells, its left part cut with an ellipsis where the room ends."""
        right = self.brief if self.brief is not None and width < NARROW else self.right
        return spread(self.left, right, width)


class LazyRows(Sequence[Row]):
    """Rows that are made when they are drawn: of ten thousand items those on the screen cost something."""

    def __init__(self, keys: Sequence[str], make: Callable[[int], Row], rest: Sequence[Row] = ()) -> None:
        self._keys, self._make, self._rest = keys, make, rest

    @property
    def keys(self) -> Sequence[str]:
        return [*self._keys, *(row.key for row in self._rest)] if self._rest else self._keys

    def key_at(self, place: int) -> str:
        return self._keys[place] if place < len(self._keys) else self._rest[place - len(self._keys)].key

    def __len__(self) -> int:
        return len(self._keys) + len(self._rest)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        return self._make(place) if place < len(self._keys) else self._rest[place - len(self._keys)]


def key_at(rows: Sequence[Row], place: int) -> str:
    """Give a row's key without making the row."""
    return rows.key_at(place) if isinstance(rows, LazyRows) else rows[place].key


def keys_of(rows: Sequence[Row]) -> Sequence[str]:
    """Give the rows' keys without making the rows."""
    return rows.keys if isinstance(rows, LazyRows) else [row.key for row in rows]


def section(title: str, rows: Sequence[Row]) -> list[Row]:
    """Set a heading over rows; nothing where there are none."""
    return [Row("", paint((f" {title}", f"{MUTED} bold")), heading=True), *rows] if rows else []


def matching(rows: Iterable[Row], word: str) -> list[Row]:
    """Keep the rows that hold the word, whatever its case, and the headings that stand over one."""
    found: list[Row] = []
    for row in rows:
        if row.heading:
            if found and found[-1].heading:
                found.pop()
            found.append(row)
        elif word.casefold() in f"{row.left.plain} {row.right.plain}".casefold():
            found.append(row)
    return found[:-1] if found and found[-1].heading else found


def spread(left: Content, right: Content, width: int) -> Content:
    """Set two texts at the ends of a line; the right one keeps its room, at most two thirds."""
    right = right.truncate(max(0, width * 2 // 3), ellipsis=True)
    gap = 1 if right.plain else 0
    room = max(0, width - right.cell_length - gap)
    left = left.truncate(room, ellipsis=True, pad=True)
    return Content.assemble(left, " " * gap, right)


def clock_time(at: datetime, now: datetime) -> str:
    """Write when something was: the time today, the day and time before."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d %b %H:%M}"
