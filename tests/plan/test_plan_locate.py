"""Every way to write a key in TOML, and where it is found."""

import pytest

from rollout_tui.plan.locate import Position, places
from rollout_tui.plan.mistakes import KeyPath, write_path

TEXT = """\
format = 1
a.b."c d" = "é"   # a comment

[plan]
name = \"""
two lines\"""
links = [
  "one", # the first
  # none
  "twö", "three",
]

[[phases]]
name = "x"
rollout = { "Phase 1" = true, q.r = [1, { s = 2 }] }

  [phases.inner.deep]
  key = 1

[[phases]]
name = "y"

[[phases.inner]]
z = 1

[[phases.inner]]
z = 2
"""

VALUES: dict[KeyPath, tuple[int, int]] = {
    ("format",): (1, 10),
    ("a", "b", "c d"): (2, 13),
    ("plan",): (4, 1),
    ("plan", "name"): (5, 8),
    ("plan", "links"): (7, 9),
    ("plan", "links", 1): (10, 3),
    ("plan", "links", 2): (10, 10),
    ("phases",): (13, 1),
    ("phases", 0): (13, 1),
    ("phases", 0, "rollout", "Phase 1"): (15, 25),
    ("phases", 0, "rollout", "q", "r", 1, "s"): (15, 47),
    ("phases", 0, "inner", "deep", "key"): (18, 9),
    ("phases", 1): (20, 1),
    ("phases", 1, "inner", 0, "z"): (24, 5),
    ("phases", 1, "inner", 1, "z"): (27, 5),
    ("phases", 1, "missing"): (20, 1),
    ("plan", "missing", 3, "deeper"): (4, 1),
    ("missing",): (1, 1),
    (): (1, 1),
}

KEYS: dict[KeyPath, tuple[int, int]] = {
    ("a", "b", "c d"): (2, 5),
    ("plan",): (4, 2),
    ("phases", 0, "rollout", "Phase 1"): (15, 13),
    ("phases", 0, "inner", "deep"): (17, 17),
    ("phases", 1, "missing"): (20, 1),
}


@pytest.mark.parametrize("path", VALUES, ids=write_path)
def test_a_value_is_found(path: KeyPath) -> None:
    assert places(TEXT).of_value(path) == Position(*VALUES[path])


@pytest.mark.parametrize("path", KEYS, ids=write_path)
def test_a_key_is_found(path: KeyPath) -> None:
    assert places(TEXT).of_key(path) == Position(*KEYS[path])


@pytest.mark.parametrize("text", ["", "= =", "[[", 'a = "', "a = {", "\0"])
def test_a_text_that_is_no_toml_is_survived(text: str) -> None:
    assert places(text).of_value(("a", 0)).line == 1


def test_a_column_counts_characters_and_not_bytes() -> None:
    assert places('"é" = { x = "ö", y = 1 }').of_value(("é", "y")) == Position(1, 22)
