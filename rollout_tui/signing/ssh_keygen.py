"""ssh-keygen, out of reach of any terminal: what would ask for something fails at once, and any thread may end it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Lock

from ..errors import GivenUp, NotSigned
from ..frozen import dataclass

SECONDS = 10.0
"""How long a call may take that waits for nobody."""

SLOW_SECONDS = 0.3
"""Whoever waits for longer than this is told for what."""

# A window that asks for a passphrase would wait for somebody who looks elsewhere.
_ASKING = ("DISPLAY", "WAYLAND_DISPLAY")


def given_up(exit_code: int = GivenUp.exit_code) -> GivenUp:
    """Make the error of a wait that was given up, by who waited or by a signal."""
    error = GivenUp("Given up: the key did not sign.", "Nothing was recorded. Do it again to sign it.")
    error.exit_code = exit_code
    return error


@dataclass(frozen=True)
class Answer:
    """What came of a call: its exit code, what it wrote, and what it said besides."""

    code: int
    out: bytes
    said: str


class KeygenCall:
    """A call of ssh-keygen that somebody waits for: `when_slow` is called where it takes long.

    Once ended, from any thread, it gives nothing more.
    """

    def __init__(self, when_slow: Callable[[], object] = lambda: None) -> None:
        self._when_slow = when_slow
        self._lock = Lock()
        self._process: Popen[bytes] | None = None
        self._is_over = False

    def run(
        self,
        *arguments: str,
        given: bytes = b"",
        environment: Mapping[str, str],
        descriptors: Sequence[int] = (),
        limit: float = SECONDS,
    ) -> Answer:
        """Give its answer; raises NotSigned where there is no ssh-keygen or no answer within `limit`, and GivenUp.

        It may read what these `descriptors` lead to.
        """
        process = self._started(arguments, environment, descriptors)
        try:
            with suppress(TimeoutExpired):
                return self._answer(process, *process.communicate(given, SLOW_SECONDS))
            self._when_slow()
            return self._answer(process, *process.communicate(timeout=limit - SLOW_SECONDS))
        except TimeoutExpired:
            raise NotSigned(
                f"ssh-keygen did not answer within {limit:g} s.", "Nothing was recorded. Do it again."
            ) from None
        finally:
            if process.returncode is None:
                _kill(process)
                process.communicate()

    def end(self) -> None:
        """End what runs, from any thread; what has not begun never will."""
        with self._lock:
            self._is_over = True
            if self._process is not None and self._process.poll() is None:
                _kill(self._process)

    def need_awaited(self) -> None:
        """Raise GivenUp where it was ended."""
        if self._is_over:
            raise given_up()

    def _started(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], descriptors: Sequence[int]
    ) -> Popen[bytes]:
        with self._lock:
            self.need_awaited()
            try:
                self._process = Popen(
                    ("ssh-keygen", *arguments),
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=PIPE,
                    env=_silent(environment),
                    pass_fds=descriptors,
                    start_new_session=True,
                )
            except OSError as error:
                hint = "Install OpenSSH 8.2 or newer (openssh-client)."
                raise NotSigned(f"ssh-keygen can't be started: {error.strerror}.", hint) from None
            return self._process

    def _answer(self, process: Popen[bytes], out: bytes, said: bytes) -> Answer:
        self.need_awaited()
        return Answer(process.returncode, out, said.decode(errors="replace").strip())


def _silent(environment: Mapping[str, str]) -> dict[str, str]:
    """Give an environment in which nothing asks, words are English, and times without a zone are UTC."""
    kept = {name: value for name, value in environment.items() if name not in _ASKING and not name.startswith("LC_")}
    return {**kept, "SSH_ASKPASS": "false", "LC_ALL": "C", "TZ": "UTC"}


def _kill(process: Popen[bytes]) -> None:
    """End it and the helper that speaks to a security key for it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
