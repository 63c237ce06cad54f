"""Journals kept as files: what `verify` says of each, that an outsider's verifier agrees, and that old ones open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.journal.verification import verify
from tests.journal import outsider
from tests.runs import runs_folder

FIXTURES = Path(__file__).with_name("fixtures")
EXPECTED: dict[str, dict[str, Any]] = json.loads((FIXTURES / "expected.json").read_text())


def test_every_fixture_says_what_is_expected_of_it() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FIXTURES.glob("*.toml"))


@pytest.mark.parametrize("name", EXPECTED)
def test_verify_says_of_each_what_was_done_to_it(name: str) -> None:
    # By its bytes alone: many of these runs never were.
    found = verify(FIXTURES / f"{name}.toml")
    assert {
        "verdict": found.verdict,
        "events": found.events,
        "damaged_byte": found.damaged_byte,
    } == EXPECTED[name], found.words


@pytest.mark.parametrize("name", EXPECTED)
def test_an_outsider_who_read_the_format_alone_agrees(name: str) -> None:
    found = outsider.verdict(FIXTURES / f"{name}.toml")
    assert {key: found[key] for key in ("verdict", "events", "damaged_byte")} == EXPECTED[name]


def test_a_log_of_the_first_released_format_opens_as_it_was() -> None:
    # Never made anew: whatever the code becomes, this file has to open.
    found = runs_folder.read(FIXTURES / "released-1.toml")
    assert found.problem == ""
    assert found.run is not None
    assert found.run.closed is not None
    assert found.run.closed.outcome == "completed"
    assert found.run.name == "checkout 2.4.0"
    assert len(found.entries) - 1 == EXPECTED["released-1"]["events"]
    assert {entry.event.kind for entry in found.entries} >= {"item_signed", "phase_started", "gate_promoted"}
