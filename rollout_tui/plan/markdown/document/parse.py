"""Parser: Markdown text → sections and blocks, with markdown-it-py's syntax tree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin

from .blocks import (
    TITLE_OF_BOLD,
    Block,
    Document,
    ListItem,
    MarkdownParagraph,
    MarkdownRow,
    MarkdownSection,
    MarkdownTable,
    Points,
    Verbatim,
)
from .inline import flatten

_PAIR = re.compile(r"([A-Za-z][\w -]{0,40}?)\s*:\s*(.*)")
_MARKDOWN = frozenset({"markdown", "md"})
_LIKE_A_PLAN = re.compile(r"^#{1,6} |^\s*- \[[ xX]\] ", re.MULTILINE)
# The plugin for task lists needs a time that grows with the square of their length.
_BOX = re.compile(r"\[([ xX])\](?: +|$)")
_PIPE = re.compile(r"(?<!\\)\|")


def parse(text: str, is_label: Callable[[str], object]) -> Document:
    """Read any text as Markdown; nothing in it is an error. A title in bold that is a label stands a level deeper."""
    lines = tuple(_clean(text).split("\n"))
    reader = _Reader(lines, is_label)
    reader.read("\n".join(lines), 0)
    return Document(tuple(reader.front), tuple(reader.sections), lines, tuple(reader.unclosed))


def _clean(text: str) -> str:
    """Write control characters as what they are: a plan can't hold them."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = {char for char in set(text) if unicodedata.category(char) == "Cc" and char not in "\n\t"}
    return text.translate({ord(char): f"\\x{ord(char):02x}" for char in found})


@cache
def _markdown() -> MarkdownIt:
    # linkify splits the cells of a table; text_join hides which characters were escaped.
    made = MarkdownIt("gfm-like", {"linkify": False}).disable(["linkify", "text_join"])
    return made.use(front_matter_plugin)


class _Reader:
    """Collects the sections of a document, and of documents that it holds in code fences."""

    def __init__(self, lines: Sequence[str], is_label: Callable[[str], object]) -> None:
        self.front: list[tuple[str, str, int]] = []
        self.sections = [MarkdownSection("", 1, 0)]
        self.unclosed: list[int] = []
        self._lines, self._is_label = lines, is_label

    def read(self, text: str, offset: int, depth: int = 0) -> None:
        for node in SyntaxTreeNode(_markdown().parse(text)).children:
            self._block(node, offset, depth)

    def _block(self, node: SyntaxTreeNode, offset: int, depth: int) -> None:
        line, end = _place(node, offset)
        match node.type:
            case "heading":
                self._open(_inline(node), line, int(node.tag[1:]))
            case "paragraph" if title := _bold_title(node):
                # Under a phase in bold, its criteria in bold are one level deeper.
                self._open(title, line, TITLE_OF_BOLD + bool(self._is_label(title)))
            case "front_matter":
                self.front += _pairs(node.content, line + 1)
            case "fence" if depth < 2 and self._is_document(node, line, end):
                self.read(node.content, line, depth + 1)
            case "blockquote":
                for child in node.children:
                    self._block(child, offset, depth)
            case "hr":
                return
            case _:
                self.sections[-1].blocks += _blocks(node, offset, self._lines)

    def _open(self, title: str, line: int, level: int) -> None:
        parent = self.sections[-1]
        while parent.parent is not None and parent.level >= level:
            parent = parent.parent
        self.sections.append(MarkdownSection(title, line, level, parent))

    def _is_document(self, node: SyntaxTreeNode, line: int, end: int) -> bool:
        """Whether a fence holds Markdown that is the plan; a fence that is never closed holds the rest of it."""
        last = self._lines[end - 1].strip(" >\t")
        if end == line or not last or set(last) != {node.markup[0]} or len(last) < len(node.markup):
            self.unclosed.append(line)
            return True
        named = node.info.strip().lower() in _MARKDOWN
        return named or (not node.info.strip() and _LIKE_A_PLAN.search(node.content) is not None)


def _blocks(node: SyntaxTreeNode, offset: int, lines: Sequence[str]) -> Iterator[Block]:
    line, end = _place(node, offset)
    match node.type:
        case "paragraph":
            yield MarkdownParagraph(tuple(_lines(node, line)), line, end)
        case "bullet_list" | "ordered_list":
            yield Points(tuple(_item(child, offset, lines) for child in node.children), line, _last(lines, line, end))
        case "table":
            yield _table(node, offset, lines)
        case "blockquote" | "list_item":
            for child in node.children:
                yield from _blocks(child, offset, lines)
        case "hr":
            return
        case _:
            yield Verbatim(line, _last(lines, line, end))


def _item(node: SyntaxTreeNode, offset: int, lines: Sequence[str]) -> ListItem:
    line, end = _place(node, offset)
    first = node.children[0] if node.children and node.children[0].type == "paragraph" else None
    rest = node.children[1:] if first else node.children
    blocks = tuple(block for child in rest for block in _blocks(child, offset, lines))
    text = _inline(first) if first else ""
    box = _BOX.match(text)
    if box is None:
        return ListItem(text, line, _last(lines, line, end), None, blocks)
    return ListItem(text[box.end() :], line, _last(lines, line, end), box[1] != " ", blocks)


def _table(node: SyntaxTreeNode, offset: int, lines: Sequence[str]) -> MarkdownTable:
    line, end = _place(node, offset)
    rows = [row for part in node.children for row in part.children]
    header = tuple(_inline(cell) for cell in rows[0].children)
    body = []
    for row in rows[1:]:
        at = _place(row, offset)[0]
        surplus = len(_PIPE.findall(lines[at - 1].strip(" >\t").strip("|"))) >= len(header)
        body.append(MarkdownRow(tuple(_inline(cell) for cell in row.children), at, surplus))
    return MarkdownTable(header, tuple(body), line, _last(lines, line, end))


def _lines(node: SyntaxTreeNode, line: int) -> Iterator[tuple[str, int]]:
    tokens = node.children[0].token.children if node.children and node.children[0].token else None
    current: list[Token] = []
    for token in tokens or ():
        if token.type in {"softbreak", "hardbreak"}:
            yield flatten(current), line
            line, current = line + 1, []
        else:
            current.append(token)
    yield flatten(current), line


def _bold_title(node: SyntaxTreeNode) -> str:
    """The text of a paragraph that is all bold, as people write small headings."""
    children = node.children[0].children if node.children else []
    kinds = [child.type for child in children if child.type != "text" or child.content.strip(" :")]
    return _inline(node).rstrip(": ") if kinds == ["strong"] else ""


def _inline(node: SyntaxTreeNode) -> str:
    inline = node.children[0] if node.children else None
    return flatten(inline.token.children) if inline is not None and inline.token is not None else ""


def _pairs(text: str, line: int) -> Iterator[tuple[str, str, int]]:
    for number, each in enumerate(text.split("\n"), start=line):
        pair = _PAIR.fullmatch(each.strip())
        if pair:
            yield pair[1], pair[2].strip("\"'"), number
        elif each.strip():
            yield "", each.strip(), number


def _place(node: SyntaxTreeNode, offset: int) -> tuple[int, int]:
    """The first and the last line of a block, from 1."""
    start, end = node.map or (0, 1)
    return start + 1 + offset, end + offset


def _last(lines: Sequence[str], line: int, end: int) -> int:
    """The last line of a block that says something."""
    while end > line and not lines[end - 1].strip():
        end -= 1
    return end
