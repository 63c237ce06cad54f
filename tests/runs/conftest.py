"""Failures of a contract say what was compared, as those of test modules do."""

import pytest

pytest.register_assert_rewrite("tests.runs.contract_runs", "tests.runs.contract_store", "tests.runs.contract_damage")
