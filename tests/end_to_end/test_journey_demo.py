"""The newcomer's first minute: a demo that plays, is taken over, and says how its journal is read."""

from __future__ import annotations

import os
import re
import signal
import socket
from pathlib import Path

from tests.end_to_end.place import Place
from tests.probes.real_prometheus import wait_for


def test_the_demo_plays_until_a_key_is_pressed(place: Place) -> None:
    with place.open("demo") as newcomer:
        newcomer.wait_for("DEMO (any key: yours) First the checklist.")
        newcomer.wait_for("recorded #1 ")
        newcomer.keys("j")
        newcomer.wait_for("The rehearsal is yours from here")
        newcomer.keys("q")
        assert newcomer.exit_code() == 0
        newcomer.wait_for("To read it: rollout audit", "To start a plan of your own: rollout new NAME")
    assert not place.runs.exists()
    (log,) = Path(place.folder).parent.glob("home/rollout-demo-*/*.toml")
    assert place.rollout("verify", str(log)).returncode == 0


def test_without_a_terminal_it_names_what_to_do_instead(place: Place) -> None:
    done = place.rollout("demo")
    assert done.returncode == 2
    assert "The demo needs a terminal" in done.stderr
    assert "rollout rehearse PLAN" in done.stderr


def test_with_probes_the_shop_ends_with_the_demo_though_that_is_killed(place: Place) -> None:
    with place.open("demo", "--probes") as newcomer:
        newcomer.wait_for("DEMO (any key: yours) m lets the probes look.", "REHEARSAL", "Health check of the shop")
        (plan,) = Path(place.folder).parent.glob("home/rollout-demo-*/canary.toml")
        servers = set(re.findall(r"127\.0\.0\.1:(\d+)", plan.read_text()))
        assert len(servers) == 2
        assert all(map(_answers, servers))
        os.kill(newcomer.process, signal.SIGKILL)
        wait_for(lambda: not any(map(_answers, servers)))


def _answers(port: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(port)), timeout=1).close()
    except ConnectionError:
        return False
    return True
