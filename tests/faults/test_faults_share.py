"""A share of every figure, in every test run; `make faults` tries all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.all_faults import ALL
from tests.faults.fault import Fault

# What takes longest, and is all tried by `make faults`, is left to that.
_LONG = {"SIGKILL at every system call of a recovery"}


@pytest.mark.parametrize("fault", [each for each in ALL if each.figure not in _LONG], ids=lambda fault: fault.figure)
def test_a_share_of(fault: Fault, tmp_path: Path) -> None:
    if reason := fault.missing():
        pytest.skip(reason)
    outcomes = list(fault.tries("share", tmp_path))
    assert outcomes
    assert [wrong for wrong in outcomes if wrong] == []
