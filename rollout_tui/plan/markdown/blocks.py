"""A Markdown document as sections and blocks, each with its line; all texts are marked (see `marked`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

TITLE_OF_BOLD = 7


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    line: int
    surplus: bool = False


@dataclass(frozen=True)
class Table:
    """A table; `surplus` of a row says that it has more cells than the table has columns."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int
    end: int


@dataclass(frozen=True)
class Item:
    """One point of a list; `ticked` is None where it has no box."""

    text: str
    line: int
    end: int
    ticked: bool | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def inner(self) -> tuple[Item, ...]:
        """The points below this one."""
        return tuple(item for block in self.blocks if isinstance(block, Points) for item in block.items)


@dataclass(frozen=True)
class Points:
    items: tuple[Item, ...]
    line: int
    end: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph by its lines, each with its own number."""

    lines: tuple[tuple[str, int], ...]
    line: int
    end: int


@dataclass(frozen=True)
class Verbatim:
    """Code, HTML, or whatever else holds no plan."""

    line: int
    end: int


Block = Table | Points | Paragraph | Verbatim


@dataclass
class Section:
    """A heading with the blocks below it, up to the next heading; the first section of a document has none."""

    title: str
    line: int
    level: int
    parent: Section | None = None
    blocks: list[Block] = field(default_factory=list)

    def above(self) -> Iterator[Section]:
        """The sections that this one stands in, the nearest first."""
        section = self.parent
        while section is not None:
            yield section
            section = section.parent


@dataclass(frozen=True)
class Document:
    """A whole document: the keys of its front matter, its sections in order, and its lines."""

    front: tuple[tuple[str, str, int], ...]
    sections: tuple[Section, ...]
    lines: tuple[str, ...]
    unclosed: tuple[int, ...] = ()

    def source(self, line: int, end: int) -> str:
        """The text of lines as it stands in the document, without their common indent."""
        from textwrap import dedent

        return dedent("\n".join(self.lines[line - 1 : end]).expandtabs(4)).strip("\n").rstrip()
