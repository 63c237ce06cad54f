"""What is printed: results to stdout, everything else to stderr, and nothing of it acts on a terminal."""

from __future__ import annotations

import os
import sys

from ..errors import RolloutError
from ..text import one_line, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rich.console import RenderableType

# All mistakes of a plan are one message.
_LONGEST_MESSAGE = 1_000_000


def say(line: str) -> None:
    """Print one line of a result; line feeds that the data holds become spaces."""
    _write(one_line(line) + "\n")


def say_document(text: str) -> None:
    """Print a whole document, whose format has made inert what it holds."""
    _write(text)


def say_json(value: Any) -> None:
    """Print a result as JSON, in which everything beyond ASCII is escaped."""
    import json

    _write(json.dumps(value, indent=2) + "\n")


def draw(*parts: RenderableType) -> None:
    """Print on a terminal what rich draws; the texts in it have to be safe already."""
    from rich.console import Console

    console = Console()
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    _write(captured.get())


def tell(text: str) -> None:
    """Print on stderr what is no result: a hint, what comes next, what went wrong."""
    try:
        print(safe(text, limit=_LONGEST_MESSAGE, lines=True), file=sys.stderr)
    except OSError:
        # Nobody reads it; the exit code still says what happened.
        return


def explain(error: RolloutError) -> int:
    """Tell an error, and what to do about it, and give its exit code."""
    tell(error.message)
    if error.hint:
        tell(error.hint)
    return error.exit_code


def flush() -> None:
    """Hand over what is buffered while a failure can still be told."""
    if sys.stdout is not None:
        _guarded(sys.stdout.flush)


def discard() -> None:
    """Let nothing that is buffered go out any more: the interpreter would complain of it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _write(text: str) -> None:
    if sys.stdout is not None:
        _guarded(lambda: sys.stdout.write(text))


def _guarded(output: Any) -> None:
    try:
        output()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard()
        hint = "What was recorded before stays recorded: rollout status shows it."
        raise RolloutError(f"The output could not be written: {error.strerror}.", hint) from None
