"""Try every figure in full and print one table of them; `table.py [WORDS…]` tries those that hold one of the words."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.faults.all_faults import ALL
from tests.faults.fault import Fault

_SHOWN = 5


def main(words: list[str]) -> int:
    """Give 1 if a case of any figure failed."""
    console = Console()
    table = Table("figure", "bound")
    for heading in ("tried", "failed", "seconds"):
        table.add_column(heading, justify="right")
    any_failed = False
    for fault in ALL:
        if words and not any(word in fault.figure for word in words):
            continue
        if reason := fault.missing():
            table.add_row(fault.figure, fault.bound, "—", Text(f"not tried: {reason}", "yellow"), "")
            continue
        with console.status(Text(fault.figure)):
            tried, failed, seconds = _try(fault)
        for words_of_failure in failed[:_SHOWN]:
            console.print(Text(f"{fault.figure}: {words_of_failure}", "red"))
        any_failed |= bool(failed)
        style = "red" if failed else "green"
        table.add_row(fault.figure, fault.bound, f"{tried:,}", Text(f"{len(failed):,}", style), f"{seconds:.1f}")
    console.print(table)
    return 1 if any_failed else 0


def _try(fault: Fault) -> tuple[int, list[str], float]:
    begun = time.monotonic()
    tried, failed = 0, []
    with tempfile.TemporaryDirectory(prefix="rollout-faults-") as folder:
        for wrong in fault.tries("whole", Path(folder)):
            tried += 1
            if wrong:
                failed.append(wrong)
    if not tried:
        failed.append("no case was tried")
    return tried, failed, time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
