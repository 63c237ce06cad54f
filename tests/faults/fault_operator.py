"""An operator in a process of its own: `fault_operator.py JOURNAL NAME`, signs each item that a line of stdin names."""

from __future__ import annotations

import sys
from pathlib import Path

from rollout_tui.clock import SystemClock
from rollout_tui.errors import RolloutError
from rollout_tui.people import Actor
from rollout_tui.run.intents import Sign
from tests.runs import runs_folder

if __name__ == "__main__":
    journal, name = sys.argv[1:]
    session = runs_folder.resume(Path(journal), SystemClock(), Actor(name, name, "bastion"))
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            print(f"recorded {session.act(Sign(line.strip())).seq}", flush=True)
        except RolloutError as error:
            print(f"{type(error).__name__} {error.message}", flush=True)
