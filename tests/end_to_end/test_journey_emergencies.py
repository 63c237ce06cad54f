"""What is rare: going past a shut gate, giving up before the go, a held key, a full disk, a clock that jumps."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.place import CHECKOUT, FINE, Place


def test_an_override_names_what_it_goes_past(place: Place) -> None:
    place.walk_to("phase-1/criterion/no-checkout-error-in-the-internal-cohort")
    with place.open("resume") as alice:
        alice.signs("No checkout error in the internal cohort")
        alice.measures(*FINE)
        alice.keys("p")
        alice.wait_for("NOT YET", "What blocks", "soak:")
        alice.keys("o")
        alice.wait_for("why they may be passed", "soak:", "type the stage's name: Phase 1")
        alice.type("the fix can't wait for a day")
        alice.keys("Enter", "Enter")
        alice.type("Phase 2")
        alice.keys("Enter")
        alice.wait_for("An override asks for the stage's name")
        before = len(place.events())
        alice.keys("BSpace")
        alice.type("1")
        alice.records("Enter")
        alice.wait_for("Start Phase 2")
    (promoted,) = place.events()[before:]
    assert promoted["kind"] == "gate_promoted"
    assert promoted["overrides"] == ["soak"]
    assert promoted["reason"] == "the fix can't wait for a day"


def test_a_run_is_aborted_before_the_go(place: Place) -> None:
    with place.open("run", CHECKOUT) as alice:
        alice.signs("All tests passing")
        alice.fills("x", "what failed", "the reviewers found a race")
        alice.wait_for("failed")
        alice.fills("A", "why the run is aborted", "no-go: back to the team")
        alice.wait_for("aborted")
        assert alice.leaves() == 4
    assert place.find("run_closed", outcome="aborted")["note"] == "no-go: back to the team"


def test_a_key_that_is_held_down_signs_one_item(place: Place) -> None:
    with place.open("run", CHECKOUT, guarded=True) as alice:
        alice.wait_for("Sign: All tests passing")
        alice.keys(*["Space"] * 12)
        alice.sees_recorded(1)
        alice.keys("Space", "Space", "n")
        alice.wait_for("the note")
        assert [each["item"] for each in place.events()] == ["pre-deployment/all-tests-passing-unit-integration-e2e"]


def test_keys_that_come_in_a_burst_act_in_their_order(place: Place) -> None:
    place.walk_to("migration/add-payment-state")
    before = place.journal.read_bytes()
    with place.open("resume") as alice:
        alice.wait_for("Sign: Add orders.payment_state")
        alice.keys("Right", "Space")
        alice.wait_for("Phase 1 opens when Migration is done")
        assert place.journal.read_bytes() == before
        alice.keys(".", "m")
        alice.wait_for("Readings")
        number = len(place.events())
        backspace = "\x7f"
        alice.type("".join(f"{reading}9{backspace}\r" for reading in FINE))
        alice.sees_recorded(number + len(FINE))
    assert [each["value"] for each in place.events()[number:]] == [float(reading) for reading in FINE]


def test_a_clock_that_jumped_opens_no_gate_until_it_is_confirmed(place: Place) -> None:
    place.walk_to("phase-1/criterion/no-checkout-error-in-the-internal-cohort")
    with place.open("resume") as alice:
        alice.signs("No checkout error in the internal cohort")
        place.jump_wall_clock(hours=25)
        alice.wait_for("the clock jumped", "NOT YET")
        alice.measures(*FINE)
        alice.keys("p")
        alice.wait_for("What blocks", "the clock jumped")
        alice.keys("Escape")
        alice.wait_until_gone("What blocks")
        alice.fills("K", "how the time was checked", "compared with the wall and my phone")
        alice.wait_until_gone("the clock jumped 1 day")
    assert place.find("clock_confirmed")["seconds"] == pytest.approx(25 * 3600, abs=1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few pages."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(place: Place, small_disk: Path) -> None:
    place.runs = small_disk / "runs"
    ballast = small_disk / "ballast"
    with place.open("run", CHECKOUT, "--runs", str(place.runs)) as alice:
        alice.signs("All tests passing")
        fill(ballast)
        before = place.journal.read_bytes()
        alice.keys("n")
        alice.wait_for("the note")
        alice.paste("the log of the build, ten pages of it, " * 150)
        alice.keys("Enter")
        alice.wait_for("Not recorded in")
        assert place.journal.read_bytes() == before
        ballast.unlink()
        assert alice.records("Enter")["kind"] == "note_added"
        alice.signs("Code review approved")
    assert place.rollout("verify", str(place.journal)).returncode == 0


def fill(ballast: Path) -> None:
    """Fill the disk that the file is on."""
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(descriptor, bytes(4096)):
            pass
    except OSError:
        return
    finally:
        os.close(descriptor)
