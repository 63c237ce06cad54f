"""Rows of a list, each with a key; and rows that are made only when they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import overload

from textual.content import Content

from ...frozen import dataclass
from ..styled import EMPTY, MUTED, spread, styled

# A list below this many cells leaves out what the detail shows as well.
NARROW = 64
# In fewer cells no words of a text can be read.
_WORDS = 16


@dataclass(frozen=True)
class ListRow:
    """One row of a list: what stands left and gives way, what stands right and stays, and what it is about.

    `brief` stands right where the list is narrow, and `ample` where there is room for all of it, if they are given.
    Where `yields` is true what stands right gives way instead.
    """

    key: str
    left: Content
    right: Content = EMPTY
    brief: Content | None = None
    heading: bool = False
    ample: Content | None = None
    yields: bool = False

    def looks_like(self, other: ListRow) -> bool:
        """Whether both are drawn alike, at whatever width."""
        parts = zip(self._parts, other._parts, strict=True)
        return all(mine.is_same(others) for mine, others in parts)

    def fitted(self, width: int) -> Content:
        """Give the row at a width in cells, its left part cut with an ellipsis where the room ends."""
        if self.ample is not None and (gap := width - self.left.cell_length - self.ample.cell_length) > 0:
            return Content.assemble(self.left, " " * gap, self.ample)
        right = self.brief if self.brief is not None and width < NARROW else self.right
        room = width - self.left.cell_length - 1
        if self.yields and right.cell_length > room:
            right = right.truncate(room, ellipsis=True) if room >= _WORDS else EMPTY
        return spread(self.left, right, width)

    @property
    def _parts(self) -> tuple[Content, ...]:
        return self.left, self.right, self.brief or EMPTY, self.ample or EMPTY


class LazyRows(Sequence[ListRow]):
    """Rows that are made when they are drawn: of ten thousand items those on the screen cost something."""

    def __init__(self, keys: Sequence[str], make: Callable[[int], ListRow], rest: Sequence[ListRow] = ()) -> None:
        self._keys, self._make, self._rest = keys, make, rest

    @property
    def keys(self) -> Sequence[str]:
        return [*self._keys, *(row.key for row in self._rest)] if self._rest else self._keys

    def key_at(self, place: int) -> str:
        return self._keys[place] if place < len(self._keys) else self._rest[place - len(self._keys)].key

    def __len__(self) -> int:
        return len(self._keys) + len(self._rest)

    @overload
    def __getitem__(self, place: int) -> ListRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[ListRow]: ...
    def __getitem__(self, place: int | slice) -> ListRow | list[ListRow]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        return self._make(place) if place < len(self._keys) else self._rest[place - len(self._keys)]


def key_at(rows: Sequence[ListRow], place: int) -> str:
    """Give a row's key without making the row."""
    return rows.key_at(place) if isinstance(rows, LazyRows) else rows[place].key


def keys_of(rows: Sequence[ListRow]) -> Sequence[str]:
    """Give the rows' keys without making the rows."""
    return rows.keys if isinstance(rows, LazyRows) else [row.key for row in rows]


def section(title: str, rows: Sequence[ListRow]) -> list[ListRow]:
    """Set a heading over rows; nothing where there are none."""
    return [ListRow("", styled((f" {title}", f"{MUTED} bold")), heading=True), *rows] if rows else []


def matching(rows: Iterable[ListRow], word: str) -> list[ListRow]:
    """Keep the rows that hold the word, whatever its case, and the headings that stand over one."""
    found: list[ListRow] = []
    for row in rows:
        if row.heading:
            if found and found[-1].heading:
                found.pop()
            found.append(row)
        elif word.casefold() in f"{row.left.plain} {row.right.plain}".casefold():
            found.append(row)
    return found[:-1] if found and found[-1].heading else found
