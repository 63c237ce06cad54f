"""A few lines that are redrawn in place on a terminal, with nothing but its own escape sequences."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
from types import TracebackType
from typing import Any, Self

from ..text import one_line

# Another screen without cursor and without wrapping, and back; what was on the terminal comes back with it.
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
_LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l"
_ROWS = 24
_STANDS_OUT = ("Held ", "Rollback ", "Locked ", "Torn ")


class Display:
    """The terminal while something is shown on it; what it was like before is given back whatever happens."""

    def __init__(self) -> None:
        self._drawn: list[str] = []
        self._size = (0, 0)
        self._left: list[str] = []
        self._keys = sys.stdin is not None and sys.stdin.isatty()
        self._attributes: list[Any] = []
        self._colour = not os.environ.get("NO_COLOR")

    def __enter__(self) -> Self:
        if self._keys:
            self._attributes = termios.tcgetattr(sys.stdin)
            quiet = termios.tcgetattr(sys.stdin)
            quiet[3] &= ~(termios.ECHO | termios.ICANON)
            # Stopped, it would leave its screen standing over the shell's.
            quiet[6][termios.VSUSP] = b"\0"
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, quiet)
        self._write(_ENTER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The last that was seen stays on the terminal.
        self._write(_LEAVE + "".join(f"{line}\n" for line in self._left))
        if self._keys:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._attributes)

    def draw(self, lines: list[str]) -> None:
        """Show these lines; only those that changed are written."""
        size = _size()
        rows = max(1, size[1] - 1)
        self._left = [self._shown(line) for line in lines]
        shown = self._left if len(lines) <= rows else [*self._left[: rows - 1], f"… {len(lines) - rows + 1} lines more"]
        shown = [*shown, "Follows the run and records nothing: q leaves."]
        if size != self._size:
            self._size, self._drawn = size, []
            self._write("\x1b[2J")
        changed = [
            f"\x1b[{row};1H{line}\x1b[K"
            for row, line in enumerate(shown, start=1)
            if row > len(self._drawn) or self._drawn[row - 1] != line
        ]
        rest = f"\x1b[{len(shown) + 1};1H\x1b[J" if len(self._drawn) > len(shown) else ""
        if changed or rest:
            self._write("".join(changed) + rest)
        self._drawn = shown

    def pause(self, seconds: float) -> bool:
        """Wait, and say whether to go on: `q` leaves."""
        if not self._keys:
            time.sleep(seconds)
            return True
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        if not ready:
            return True
        typed = os.read(sys.stdin.fileno(), 64)
        return bool(typed) and b"q" not in typed

    def _shown(self, line: str) -> str:
        text = one_line(line)
        return f"\x1b[1;31m{text}\x1b[0m" if self._colour and line.startswith(_STANDS_OUT) else text

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _size() -> tuple[int, int]:
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return 0, _ROWS
    # A terminal that was never told its size says 0.
    return size.columns, size.lines or _ROWS
