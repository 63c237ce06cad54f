"""Sections and blocks of a Markdown document, each with its line; all texts are marked (see `inline`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .inline import parts

TITLE_OF_BOLD = 7


@dataclass(frozen=True)
class MarkdownRow:
    cells: tuple[str, ...]
    line: int
    surplus: bool = False


@dataclass(frozen=True)
class MarkdownTable:
    """A table; `surplus` of a row says that it has more cells than the table has columns."""

    header: tuple[str, ...]
    rows: tuple[MarkdownRow, ...]
    line: int
    end: int


@dataclass(frozen=True)
class ListItem:
    """One point of a list; `ticked` is None where it has no box."""

    text: str
    line: int
    end: int
    ticked: bool | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def inner(self) -> tuple[ListItem, ...]:
        """The points below this one."""
        return tuple(item for block in self.blocks if isinstance(block, Points) for item in block.items)


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[ListItem, ...]
    line: int
    end: int

    @property
    def texts(self) -> list[tuple[str, int]]:
        """The texts of the list and of the lists in it, with their lines."""
        found = []
        for item in self.items:
            if parts(item.text):
                found.append((item.text, item.line))
            found += Points(item.inner, item.line, item.end).texts if item.inner else []
        return found


@dataclass(frozen=True)
class MarkdownParagraph:
    """A paragraph by its lines, each with its own number."""

    lines: tuple[tuple[str, int], ...]
    line: int
    end: int


@dataclass(frozen=True)
class Verbatim:
    """Code, HTML, or whatever else holds no plan."""

    line: int
    end: int


Block = MarkdownTable | Points | MarkdownParagraph | Verbatim


@dataclass
class MarkdownSection:
    """A heading with the blocks below it, up to the next heading; the first section of a document has none."""

    title: str
    line: int
    level: int
    parent: MarkdownSection | None = None
    blocks: list[Block] = field(default_factory=list)

    def above(self) -> Iterator[MarkdownSection]:
        """The sections that this one stands in, the nearest first."""
        section = self.parent
        while section is not None:
            yield section
            section = section.parent


@dataclass(frozen=True)
class Document:
    """A whole document: the keys of its front matter, its sections in order, and its lines."""

    front: tuple[tuple[str, str, int], ...]
    sections: tuple[MarkdownSection, ...]
    lines: tuple[str, ...]
    unclosed: tuple[int, ...] = ()

    def source(self, line: int, end: int) -> str:
        """The text of lines as it stands in the document, without their common indent."""
        from textwrap import dedent

        return dedent("\n".join(self.lines[line - 1 : end]).expandtabs(4)).strip("\n").rstrip()
