"""Failures of a contract say what was compared, as those of test modules do; threads that take turns often."""

import sys
from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.runs.contract_runs", "tests.runs.contract_store", "tests.runs.contract_damage")


@pytest.fixture
def in_turns() -> Iterator[None]:
    """Let threads take turns as often as they can, so that what is not done at once shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
