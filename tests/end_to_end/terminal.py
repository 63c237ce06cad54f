"""A real terminal without a person: tmux on a socket of its own, keys go in, the screen is read back."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

MISSING = "" if shutil.which("tmux") else "tmux is not installed: the end-to-end journeys need it"

_PAUSE = 0.04

# tmux loses now and then what the program of a pane ended with.
_KEEP_EXIT_CODE = '"$@"; echo "$?" >"$0.new"; mv "$0.new" "$0"'


class Terminal:
    """A program in a terminal of a given size; it is ended, with the terminal, when the block is left."""

    def __init__(
        self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        self._command, self._folder, self._environment, self._size = list(command), folder, dict(environment), size

    def __enter__(self) -> Self:
        # A socket's path is at most 107 bytes long, which a test's own folder may exceed.
        self._sockets = Path(tempfile.mkdtemp(prefix="rollout-tmux-"))
        self._exit = self._sockets / "exit"
        columns, lines = self._size
        self._tmux(
            *("start-server", ";"),
            *("set-option", "-g", "status", "off", ";"),
            *("set-option", "-g", "remain-on-exit", "on", ";"),
            *("set-option", "-g", "default-terminal", "tmux-256color", ";"),
            *("new-session", "-d", "-x", str(columns), "-y", str(lines), "-c", str(self._folder)),
            *("sh", "-c", _KEEP_EXIT_CODE, str(self._exit), *self._command),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server", check=False)
        shutil.rmtree(self._sockets, ignore_errors=True)

    # What a person does

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: Space, Enter, Escape, Down, C-z, or a character."""
        self._tmux("send-keys", "--", *names)

    def type(self, text: str) -> None:
        """Type a text, as it is."""
        self._tmux("send-keys", "-l", "--", text)

    def paste(self, text: str) -> None:
        """Paste a text, as a terminal does it: bracketed."""
        self._tmux("set-buffer", "--", text, ";", "paste-buffer", "-p")

    def tmux_buffer(self) -> str:
        """Give what a paste would paste: tmux's newest buffer; nothing where there is none."""
        return self._tmux("show-buffer", check=False)

    # What a person sees

    def screen(self) -> str:
        """Give what the terminal shows now."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, *texts: str, timeout: float = 20) -> str:
        """Wait until the screen shows all the texts, and give it."""
        return self._wait(lambda screen: all(_shows(screen, each) for each in texts), f"waited for {texts}", timeout)

    def wait_for_any(self, *texts: str, timeout: float = 20) -> str:
        """Wait until the screen shows one of the texts, and give that text."""
        screen = self._wait(lambda screen: any(text in screen for text in texts), f"waited for any of {texts}", timeout)
        return next(text for text in texts if text in screen)

    def wait_until_gone(self, text: str, timeout: float = 20) -> str:
        """Wait until the screen does not show the text any more, and give it."""
        return self._wait(lambda screen: text not in screen, f"waited for {text!r} to go", timeout)

    def exit_code(self, timeout: float = 20) -> int:
        """Wait for the program to end, and give its exit code as a shell does: 128 and the number of a signal."""
        deadline = time.monotonic() + timeout
        while not self._exit.exists():
            if time.monotonic() > deadline:
                raise AssertionError(f"the program did not end within {timeout:g} s\n{self._framed()}")
            time.sleep(_PAUSE)
        return int(self._exit.read_text())

    @property
    def process(self) -> int:
        """The id of the program's process."""
        return child(int(self._ask("#{pane_pid}")))

    @property
    def is_full_screen(self) -> bool:
        """Whether the program has the terminal's alternate screen."""
        return self._ask("#{alternate_on}") == "1"

    @property
    def is_mouse_taken(self) -> bool:
        return self._ask("#{mouse_any_flag}") == "1"

    @property
    def is_cursor_shown(self) -> bool:
        return self._ask("#{cursor_flag}") == "1"

    def _wait(self, is_seen: Callable[[str], bool], what: str, timeout: float) -> str:
        deadline = time.monotonic() + timeout
        while True:
            screen = self.screen()
            if is_seen(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} for {timeout:g} s in vain\n{self._framed()}")
            time.sleep(_PAUSE)

    def _framed(self) -> str:
        width = self._size[0]
        edge = f"+{'-' * width}+"
        return "\n".join([edge, *(f"|{line:<{width}}|" for line in self.screen().splitlines()), edge])

    def _ask(self, what: str) -> str:
        return self._tmux("display-message", "-p", what).strip()

    def _tmux(self, *words: str, check: bool = True) -> str:
        command = ["tmux", "-S", str(self._sockets / "socket"), "-f", "/dev/null", *words]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, encoding="utf-8", timeout=30, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"tmux {' '.join(words[:3])} failed: {done.stderr.strip()}")
        return done.stdout


def _shows(screen: str, text: str) -> bool:
    """Whether a text is on the screen, also where it is wrapped."""
    return text in screen or text in " ".join(screen.split())


def child(process: int) -> int:
    """Give the only child of a process."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    (found,) = (pid for pid, parent in map(str.split, listed.splitlines()) if int(parent) == process)
    return int(found)
