"""Editor of a plan's text: values change where they stand, so that its comments and its order stay."""

from __future__ import annotations

import json
from collections.abc import Callable

from .locate import places
from .mistakes import KeyPath


class Editor:
    """A text that tomllib can read, and the changes to it; a key path that is not written changes nothing."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._places = places(text)
        self._changes: list[tuple[int, int, str]] = []

    @property
    def texts(self) -> tuple[KeyPath, ...]:
        """Every key path that has a text of its own, elements of lists among them."""
        return tuple(path for path in self._places.spans if self.raw(path)[0] in "\"'")

    def raw(self, path: KeyPath) -> str:
        """Give a value as it is written, with its quotes."""
        start, end = self._places.spans[path]
        return self._data[start:end].decode()

    def put(self, path: KeyPath, value: str) -> None:
        """Write a text in place of a value."""
        self.rewrite(path, lambda _: quoted(value))

    def rewrite(self, path: KeyPath, change: Callable[[str], str]) -> None:
        """Change a value as it is written: its quotes, line breaks and escapes stay its own."""
        if path in self._places.spans:
            self._changes.append((*self._places.spans[path], change(self.raw(path))))

    def put_behind(self, path: KeyPath, key: str, value: str) -> None:
        """Write a text in place of a value, or as a new pair behind another of the same table."""
        if (*path[:-1], key) in self._places.spans:
            self.put((*path[:-1], key), value)
            return
        start, end = self._places.pairs[path], self._places.spans[path][1]
        indent = self._before(start)
        if indent.strip():
            pair = f", {key} = {quoted(value)}"
        else:
            # `plan.release` has its neighbour as `plan.previous_release`.
            written = self._data[start : self._places.spans[path][0]].decode()
            pair = f"\n{indent}{written.rpartition(str(path[-1]))[0]}{key} = {quoted(value)}"
        self._changes.append((end, end, pair))

    def comment_out(self, path: KeyPath, comment: str) -> None:
        """Write a comment in place of a pair that has its line for itself."""
        if path in self._places.pairs and not self._before(self._places.pairs[path]).strip():
            self._changes.append((self._places.pairs[path], self._places.spans[path][1], f"# {comment}"))

    def result(self) -> str:
        """Give the text with its changes."""
        data, done = b"", 0
        for start, end, text in sorted(self._changes, key=lambda change: change[:2]):
            if start < done:
                # It lies within a value that was changed as a whole.
                continue
            data += self._data[done:start] + text.encode()
            done = end
        return (data + self._data[done:]).decode()

    def _before(self, offset: int) -> str:
        """What stands on the line before an offset."""
        return self._data[self._data.rfind(b"\n", 0, offset) + 1 : offset].decode()


def quoted(text: str) -> str:
    """Write a text without control characters as TOML does."""
    return json.dumps(text, ensure_ascii=False)
