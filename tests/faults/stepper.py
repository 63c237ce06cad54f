"""A process stopped before and after each of its system calls, by ptrace, so that it can be killed exactly there."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from functools import cache

_ATTACH, _SYSCALL, _SETOPTIONS = 16, 24, 0x4200
_OPTION_SYSGOOD = 1
_AT_SYSCALL = signal.SIGTRAP | 0x80


@cache
def missing() -> str:
    """Say why processes can't be stepped here; nothing if they can."""
    if sys.platform != "linux":
        return "ptrace of Linux is needed"
    child = subprocess.Popen(["sleep", "10"])
    try:
        _ptrace(_ATTACH, child.pid)
        os.waitpid(child.pid, 0)
    except OSError as error:
        return f"ptrace is not allowed: {error.strerror}"
    finally:
        child.kill()
        child.wait()
    return ""


def attach(process: int) -> None:
    """Stop a child process, to step it from here on."""
    _ptrace(_ATTACH, process)
    os.waitpid(process, 0)
    _ptrace(_SETOPTIONS, process, _OPTION_SYSGOOD)


def step(process: int) -> bool:
    """Let it go on to the next edge of a system call; False if it has ended."""
    passed_on = 0
    while True:
        _ptrace(_SYSCALL, process, passed_on)
        _, status = os.waitpid(process, 0)
        if not os.WIFSTOPPED(status):
            return False
        caught = os.WSTOPSIG(status)
        if caught == _AT_SYSCALL:
            return True
        passed_on = 0 if caught in {signal.SIGSTOP, signal.SIGTRAP} else caught


def _ptrace(request: int, process: int, data: int = 0) -> None:
    call = ctypes.CDLL(None, use_errno=True).ptrace
    call.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    call.restype = ctypes.c_long
    if call(request, process, None, data) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
