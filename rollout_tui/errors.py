"""One family of errors: what happened, what to do next, and the exit code that it gives."""


class RolloutError(Exception):
    """Anything the operator has to be told: a message, and a hint that says what to do next.

    Both are plain text that may hold what a plan or a log says: they go through `text.safe` where they are shown.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(RolloutError):
    """The request itself is wrong: an unknown name, an invalid plan, no terminal (exit code 2)."""

    exit_code = 2


class Refused(RolloutError):
    """The run does not allow this now; the hint says what would make it possible (exit code 3)."""

    exit_code = 3


class Conflict(Refused):
    """It was done already, or someone else was first (exit code 8)."""

    exit_code = 8


class Taken(Conflict):
    """Something of this name is there already: a run of this id, or a file (exit code 8)."""


class Locked(RolloutError):
    """Another process keeps the lock on a journal; nothing was recorded (exit code 5)."""

    exit_code = 5


class Damaged(RolloutError):
    """A log is not what was written: altered, cut or not a journal (exit code 6)."""

    exit_code = 6


class DoesNotFollow(RolloutError):
    """A log is whole, but records what the run before did not allow (exit code 7)."""

    exit_code = 7


class NotSigned(RolloutError):
    """The key that should sign is locked or out of reach; nothing was recorded (exit code 5)."""

    exit_code = 5


class GivenUp(NotSigned):
    """Whoever should have touched or unlocked their key has given up; nothing was recorded (exit code 130)."""

    exit_code = 128 + 2


class Unsynced(RolloutError):
    """The disk did not take a write, and what it kept is unknown: this open journal takes no more (exit code 1)."""
