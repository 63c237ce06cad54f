"""The newcomer's first minute: a demo that plays, is taken over, and says how its journal is read."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.place import Place


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
