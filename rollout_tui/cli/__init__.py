"""The command line: one file a command, imported only when it is called."""

from __future__ import annotations

import sys

from ..errors import RolloutError, UsageError
from .commands import COMMANDS, help_text
from .output import discard, explain, flush, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` itself is not worth its import for --help.
    from collections.abc import Callable
    from types import TracebackType

    from ..clock import Clock

_INTERRUPTED = 128 + 2
_PIPE_CLOSED = 128 + 13
_INFORMS = frozenset({"--help", "-h", "help", "--version"})


def entry() -> None:
    """Run as the program that was installed."""
    sys.excepthook = _crashed
    for stream in (sys.stdout, sys.stderr):
        # A stream that was closed before the start is None; one in an old encoding shows what it lacks as escapes.
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    argv = sys.argv[1:]
    if argv and argv[0] in _INFORMS:
        # Asking for help needs no clock, which costs more than printing it.
        sys.exit(_told(lambda: _inform(argv[0])))
    from ..clock import SystemClock

    sys.exit(main(argv, SystemClock()))


def main(argv: list[str], clock: Clock) -> int:
    """Do what the arguments ask and give the exit code; whatever went wrong is told on stderr."""
    return _told(lambda: _main(argv, clock))


def _told(act: Callable[[], int]) -> int:
    """Do it, tell what went wrong as a sentence, and give the exit code."""
    try:
        code = act()
        flush()
        return code
    except RolloutError as error:
        return explain(error)
    except KeyboardInterrupt:
        explain(RolloutError("Interrupted."))
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough, as `head` does.
        discard()
        return _PIPE_CLOSED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return explain(RolloutError(f"{where}{error.strerror or error}."))


def _main(argv: list[str], clock: Clock) -> int:
    first = argv[0] if argv else ""
    if first in _INFORMS:
        return _inform(first)
    if first and not first.startswith("-"):
        return _command(first, argv[1:], clock)
    return _run_file("home", "rollout", argv, clock)


def _inform(what: str) -> int:
    if what == "--version":
        from .. import JOURNAL_FORMAT, __version__

        say(f"rollout {__version__}, journal format {JOURNAL_FORMAT}")
    else:
        for line in help_text().splitlines():
            say(line)
    return 0


def _command(name: str, rest: list[str], clock: Clock) -> int:
    if name not in COMMANDS:
        import difflib

        near = difflib.get_close_matches(name[:40], COMMANDS, n=3)
        hint = f"Did you mean {', '.join(near)}? " if near else ""
        raise UsageError(f"There is no command {name[:40]!r}.", f"{hint}rollout --help names them all.")
    return _run_file(COMMANDS[name][0], f"rollout {name}", rest, clock)


def _run_file(file: str, program: str, argv: list[str], clock: Clock) -> int:
    import gc
    import importlib

    # What is loaded stays: to look for garbage among it again and again would cost a tenth of the start.
    gc.disable()
    from .options import Parser

    module = importlib.import_module(f".{file}", __package__)
    gc.freeze()
    gc.enable()
    parser = Parser(program)
    module.configure(parser)
    _need_no_blank(argv)
    try:
        arguments = parser.parse_args(argv)
    except SystemExit:
        # argparse has printed the command's help.
        return 0
    code: int = module.run(arguments, clock)
    return code


def _need_no_blank(argv: list[str]) -> None:
    """Refuse an empty argument: it is what a script has where a command before it failed, and means no default."""
    for before, each in zip(["", *argv], argv, strict=False):
        option, given, value = each.partition("=")
        if not each.strip() or (option.startswith("--") and given and not value.strip()):
            named = option if each.strip() else before
            after = f" after {named}" if named.startswith("-") else ""
            raise UsageError(f"An argument is empty{after}.", "Give it a value, or leave it out.")


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from .crash import report

    report(kind, error, trace)
