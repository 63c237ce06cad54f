"""Where a key path stands in a TOML text: line and column, which tomllib does not tell.

It costs a second parse and an import, so it is used only where there is a mistake or a finding to point at.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from .mistakes import KeyPath


@dataclass(frozen=True)
class Position:
    """A place in a text; line and column count characters from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Places:
    """The place of every key and every value of one text."""

    keys: Mapping[KeyPath, Position]
    values: Mapping[KeyPath, Position]

    def of_value(self, path: KeyPath) -> Position:
        """Where a value stands; what is missing is pointed at by the table that it is missing from."""
        return _nearest(self.values, path)

    def of_key(self, path: KeyPath) -> Position:
        """Where a key stands that should not be there, or should be another."""
        return self.keys.get(path) or self.of_value(path)


def places(text: str) -> Places:
    """Look up every key path of a text that tomllib could read."""
    source = text.encode()
    index = _Index(source)
    for node in Parser(Language(tree_sitter_toml.language())).parse(source).root_node.children:
        index.add(node)
    return Places(index.keys, index.values)


def _nearest(known: Mapping[KeyPath, Position], path: KeyPath) -> Position:
    while path and path not in known:
        path = path[:-1]
    return known.get(path, Position(1, 1))


class _Index:
    """Collects the places of a document, table by table."""

    def __init__(self, source: bytes) -> None:
        self.keys: dict[KeyPath, Position] = {}
        self.values: dict[KeyPath, Position] = {}
        self._lines = source.split(b"\n")
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
            path = self._step(path, name, self._position(node))
            if element and number == len(names) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
                self.values.setdefault(path, self._position(node))
        return path

    def _pair(self, base: KeyPath, node: Node) -> None:
        key, value = node.children[0], node.children[-1]
        path = base
        for name in _names(key):
            path = self._step(path, name, self._position(value))
        self._value(path, value)

    def _value(self, path: KeyPath, node: Node) -> None:
        self.values[path] = self._position(node)
        if node.type == "array":
            elements = (child for child in node.named_children if child.type != "comment")
            for number, element in enumerate(elements):
                self._value((*path, number), element)
        elif node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self._pair(path, child)

    def _step(self, path: KeyPath, name: Node, position: Position) -> KeyPath:
        path = (*path, _decoded(name))
        self.keys.setdefault(path, self._position(name))
        self.values.setdefault(path, position)
        return path

    def _position(self, node: Node) -> Position:
        row, column = node.start_point
        return Position(row + 1, len(self._lines[row][:column].decode(errors="replace")) + 1)


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
