"""`make bench`: every figure beside its floor, in one table. It fails nothing: budgets are for people to read.

python tests/bench [--json] [SUBJECT…], where a subject is a file of this folder that has rows.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module

from tests.bench.places import folder_on_disk
from tests.bench.table import Row, as_json, as_text

SUBJECTS = (
    "append",
    "opening",
    "history",
    "command_line",
    "start",
    "keys",
    "sensing",
    "soak",
    "walk",
    "signing",
    "idle",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests/bench", description="Measure, and print one table.")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"only these, of: {', '.join(SUBJECTS)}")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    arguments = parser.parse_args()
    rows: list[Row] = []
    for subject in arguments.subjects or SUBJECTS:
        rows += _measured(subject)
    print(as_json(rows) if arguments.json else as_text(rows))


def _measured(subject: str) -> list[Row]:
    begun = time.monotonic()
    rows: list[Row] = []
    try:
        with folder_on_disk() as folder:
            rows = import_module(f"tests.bench.{subject}").rows(folder)
    except AssertionError as error:
        # The other subjects' figures stand all the same.
        print(f"{subject} could not be measured: {error}", file=sys.stderr)
    print(f"{subject}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return rows


if __name__ == "__main__":
    main()
