"""Places of keys and values in a TOML text: line and column, which tomllib does not tell.

It costs a second parse and an import, so it is used only where there is a mistake or a finding to point at.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from ..frozen import dataclass
from .mistakes import KeyPath


@dataclass(frozen=True)
class Position:
    """A place in a text; line and column count characters from 1."""

    line: int
    column: int


# A row and a column in bytes, from 0, as the parser counts.
_Point = tuple[int, int]


@dataclass(frozen=True)
class Places:
    """The place of every key and every value of one text."""

    lines: Sequence[bytes]
    keys: Mapping[KeyPath, _Point]
    values: Mapping[KeyPath, _Point]
    # Bytes from the text's beginning: where a pair is written, and its value or an element of it to its end.
    pairs: Mapping[KeyPath, int]
    spans: Mapping[KeyPath, tuple[int, int]]

    def of_value(self, path: KeyPath) -> Position:
        """Where a value stands; what is missing is pointed at by the table that it is missing from."""
        while path and path not in self.values:
            path = path[:-1]
        return self._position(self.values.get(path, (0, 0)))

    def of_key(self, path: KeyPath) -> Position:
        """Where a key stands that should not be there, or should be another."""
        return self._position(self.keys[path]) if path in self.keys else self.of_value(path)

    def _position(self, point: _Point) -> Position:
        row, column = point
        return Position(row + 1, len(self.lines[row][:column].decode(errors="replace")) + 1)


def places(text: str) -> Places:
    """Look up every key path of a text that tomllib could read."""
    source = text.encode()
    index = _Index()
    for node in Parser(Language(tree_sitter_toml.language())).parse(source).root_node.children:
        index.add(node)
    return Places(source.split(b"\n"), index.keys, index.values, index.pairs, index.spans)


class _Index:
    """Collects the places of a document, table by table."""

    def __init__(self) -> None:
        self.keys: dict[KeyPath, _Point] = {}
        self.values: dict[KeyPath, _Point] = {}
        self.pairs: dict[KeyPath, int] = {}
        self.spans: dict[KeyPath, tuple[int, int]] = {}
        self._counts: dict[KeyPath, int] = {}

    def add(self, node: Node) -> None:
        """Take in a top-level pair, a [table] or an element of an [[array of tables]]."""
        if node.type == "pair":
            self._pair((), node)
        elif node.type in {"table", "table_array_element"}:
            names = [name for child in node.children[:2] for name in _names(child)]
            base = self._header(names, node, element=node.type == "table_array_element")
            for child in node.children:
                if child.type == "pair":
                    self._pair(base, child)

    def _header(self, names: list[Node], node: Node, *, element: bool) -> KeyPath:
        path: KeyPath = ()
        for number, name in enumerate(names):
            path = self._step(path, name, node.start_point)
            if element and number == len(names) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self.values.setdefault(path, node.start_point)
        return path

    def _pair(self, base: KeyPath, node: Node) -> None:
        # A comment behind the value belongs to the pair too.
        key, value = node.named_children[:2]
        path = base
        for name in _names(key):
            path = self._step(path, name, value.start_point)
        self.pairs[path] = node.start_byte
        self._value(path, value)

    def _value(self, path: KeyPath, node: Node) -> None:
        self.values[path] = node.start_point
        self.spans[path] = (node.start_byte, node.end_byte)
        if node.type == "array":
            elements = (child for child in node.named_children if child.type != "comment")
            for number, element in enumerate(elements):
                self._value((*path, number), element)
        elif node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self._pair(path, child)

    def _step(self, path: KeyPath, name: Node, point: _Point) -> KeyPath:
        path = (*path, _decoded(name))
        self.keys.setdefault(path, name.start_point)
        self.values.setdefault(path, point)
        return path


def _names(node: Node) -> Iterator[Node]:
    """The parts of a key in order: `a.b."c"` is three."""
    if node.type in {"bare_key", "quoted_key"}:
        yield node
    elif node.type == "dotted_key":
        for child in node.named_children:
            yield from _names(child)


def _decoded(name: Node) -> str:
    text = (name.text or b"").decode()
    return next(iter(tomllib.loads(f"{text} = 0"))) if name.type == "quoted_key" else text
