"""A journal whose lock somebody keeps: the screen stays alive, says who it is, and goes on when it is free."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.place import CHECKOUT, Place

HOLDER = """
import fcntl, os, signal, sys
journal = open(sys.argv[1], "rb")
fcntl.flock(journal, fcntl.LOCK_EX)
print("held", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
"""


@contextmanager
def _stopped_holder(journal: Path) -> Iterator[int]:
    """A process that was stopped, as by ctrl+z, while it held the journal's lock."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(journal)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder.pid
        finally:
            os.kill(holder.pid, signal.SIGKILL)


def test_a_stopped_lock_holder_is_named_and_the_screen_stays_alive(place: Place) -> None:
    with place.open("run", CHECKOUT) as alice:
        alice.signs("All tests passing")
        before = place.journal.read_bytes()
        with _stopped_holder(place.journal) as pid:
            alice.keys("Space")
            alice.wait_for("recording…")
            alice.keys("Right")
            alice.wait_for("Add orders.payment_state")
            alice.wait_for("not recorded", str(pid), timeout=15)
            assert place.journal.read_bytes() == before
        alice.keys(".")
        alice.wait_for("Database migration tested on staging")
        alice.signs("Code review approved")
        assert alice.leaves() == 3
    assert len(place.events()) == 2
