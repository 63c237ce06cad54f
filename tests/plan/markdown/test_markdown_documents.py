"""Documents of other shapes, as teams have them: what is found against what a person counts."""

from __future__ import annotations

import pytest

from rollout_tui.plan.markdown.exporting import write_document
from rollout_tui.plan.model import Trigger
from tests.plan.markdown.documents import FOLDER, counts, imported, values

# Counted by a person: items before, phases, criteria, triggers, flags, steps, scenarios, metrics, items after.
_COUNTED = {
    "headings": (5, 3, 5, 3, 0, 0, 1, 0, 0),
    "users_table": (3, 4, 4, 2, 0, 0, 1, 4, 2),
    "checklist": (9, 1, 3, 0, 0, 0, 1, 0, 3),
    "cutover": (3, 1, 0, 3, 0, 4, 1, 0, 3),
    "matrix": (3, 3, 5, 1, 2, 0, 3, 3, 2),
    "pilot": (0, 3, 7, 2, 0, 0, 0, 0, 0),
    "numbered": (0, 4, 2, 2, 1, 3, 1, 2, 0),
}

# The lines that no field takes, and nothing else.
_UNREAD = {
    "headings": [29, 46],
    "users_table": [4, 10, 11, 12, 13],
    "checklist": [9, 10, 28, 29, 30, 46],
    "cutover": [9, 13, 38, 45, 67],
    "matrix": [19, 20, 26, 50, 51, 52, 52],
    "pilot": [6, 38, 39],
    "numbered": [44],
}


@pytest.mark.parametrize("name", _COUNTED)
def test_everything_that_a_person_counts_is_found(name: str) -> None:
    found, _, plan = imported((FOLDER / f"{name}.md").read_text(), name)
    assert counts(plan) == _COUNTED[name]
    assert [each.line for each in found.unread] == _UNREAD[name]


@pytest.mark.parametrize("name", _COUNTED)
def test_what_was_not_understood_stays_as_a_note_of_its_section(name: str) -> None:
    found, _, plan = imported((FOLDER / f"{name}.md").read_text(), name)
    assert all(each.text in getattr(plan.notes, each.section) for each in found.unread)


def test_a_note_says_under_which_heading_it_stood() -> None:
    _, _, plan = imported((FOLDER / "headings.md").read_text())
    assert plan.notes.plan == ("Communication plan: Announce each stage to the search channel the day before.",)


def test_criteria_and_triggers_belong_to_the_phase_that_they_stand_under() -> None:
    _, _, plan = imported((FOLDER / "matrix.md").read_text())
    assert [len(phase.success_criteria) for phase in plan.phases] == [2, 2, 1]
    assert values(plan, "phases", "rollback_triggers") == [(), (Trigger("Payment failures above 3 %"),), ()]
    assert [[str(value) for value in flag.rollout.values()] for flag in plan.feature_flags] == [
        ["internal", "20 %", "on"],
        ["off", "20 %", "on"],
    ]


def test_triggers_for_the_whole_rollout_hold_in_every_phase() -> None:
    found, _, plan = imported((FOLDER / "headings.md").read_text())
    assert [len(phase.rollback_triggers) for phase in plan.phases] == [3, 3, 3]
    assert ("phases", 0, "rollback_triggers") in found.comments


def test_a_target_is_turned_into_its_breach() -> None:
    _, written, plan = imported((FOLDER / "numbered.md").read_text())
    assert [str(metric.threshold) for metric in plan.monitoring] == ["<= 99.9 %", "> 120 ms"]
    assert written.count("# inferred: the breach of the target") == 2


def test_a_maintenance_window_keeps_its_times() -> None:
    _, _, plan = imported((FOLDER / "cutover.md").read_text())
    window = plan.strategy.window
    assert window is not None
    assert window.start is not None
    assert window.end is not None
    assert (window.start.isoformat(), window.end.isoformat()) == (
        "2026-05-09T22:00:00+02:00",
        "2026-05-10T02:00:00+02:00",
    )
    assert plan.rollback[0].steps == (
        "Say so on the bridge (Lead, 2 min)",
        "Point the endpoint to cluster A (Net, 5 min)",
        "Replay what cluster B took (Dana, 10 min)",
    )


_SHOP = """# Shop 2

| Field | Detail |
|---|---|
| Service | shop |
| Release | 2.0.0 |
{said}

## Database Migration

| Step | Action | Type | Reversible | Duration | Risk | Id |
|---|---|---|---|---|---|---|
| 1 | Add a column | Schema | Yes | < 1 min | Low | column |
| 2 | Install 2.0.0 | Code | Yes | < 1 min | Low | |

## Feature Flags

| Flag | Description | Default |
|---|---|---|
| new_shop | The shop | off |
| fast, or slow | The lane | off |

## Rollback Plan

| Scenario | Action | Time | Owner | Kind | {column} |
|---|---|---|---|---|---|
| Bug | Flags off<br>Redeploy | < 5 min | Ops | code | {cell} |
"""
_REVERSED: dict[str, tuple[str, tuple[str, ...], list[str]]] = {
    "ids, a line each": ("install-2-0-0<br>flag:new_shop", ("install-2-0-0", "flag:new_shop"), []),
    "ids behind commas": ("`column`, flag:new_shop", ("column", "flag:new_shop"), []),
    "by the step that does": ("1: flag:new_shop; 2: column", ("1: flag:new_shop", "2: column"), []),
    "by what they are called": ("2: Install 2.0.0, new_shop", ("2: install-2-0-0", "flag:new_shop"), []),
    "a flag with a comma": ("fast, or slow, column", ("column",), ["Bug — Reverses: fast", "Bug — Reverses: or slow"]),
    "a flag with a comma, alone": ("fast, or slow", ("flag:fast, or slow",), []),
    "what there is not": ("the cache, column", ("column",), ["Bug — Reverses: the cache"]),
    "a step of it that there is not": ("3: column", (), ["Bug — Reverses: 3: column"]),
    "nothing": ("—", (), []),
}


@pytest.mark.parametrize("column", ["Reverses", "Takes back"])
@pytest.mark.parametrize(("cell", "reverses", "noted"), _REVERSED.values(), ids=_REVERSED)
def test_what_a_scenario_takes_back(cell: str, reverses: tuple[str, ...], noted: list[str], column: str) -> None:
    found, _, plan = imported(_SHOP.format(said="", column=column, cell=cell))
    assert plan.rollback[0].reverses == reverses
    assert [each.text for each in found.unread] == noted
    assert imported(write_document(plan))[2] == plan


_ARTIFACTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "one of each": (
        "| Artifact | sha256:9b2c |\n| Previous artifact | sha256:41af |", ("sha256:9b2c",), ("sha256:41af",)
    ),
    "several, a line each": ("| Images | `sha256:9b2c`<br>sha256:9b2d |", ("sha256:9b2c", "sha256:9b2d"), ()),
    "several behind semicolons": ("| Digests | sha256:9b2c; sha256:9b2d |", ("sha256:9b2c", "sha256:9b2d"), ()),
    "by an address": (
        "| Package | https://repo.example.com/shop-2.0.0.deb |", ("https://repo.example.com/shop-2.0.0.deb",), ()
    ),
    "those that are live": ("| Current images | sha256:41af |", (), ("sha256:41af",)),
    "none": ("| Artifacts | — |", (), ()),
}  # fmt: skip


@pytest.mark.parametrize(("said", "artifacts", "previous"), _ARTIFACTS.values(), ids=_ARTIFACTS)
def test_what_is_installed(said: str, artifacts: tuple[str, ...], previous: tuple[str, ...]) -> None:
    found, _, plan = imported(_SHOP.format(said=said, column="Reverses", cell="—"))
    assert (plan.header.artifacts, plan.header.previous_artifacts) == (artifacts, previous)
    assert found.unread == ()
    exported = write_document(plan)
    assert all(each in exported for each in (*artifacts, *previous))
    assert imported(exported)[2] == plan
