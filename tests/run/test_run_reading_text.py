"""What is typed for a reading: numbers as they are written, and nothing that only looks like one."""

import pytest

from rollout_tui.errors import UsageError
from rollout_tui.run import intents
from rollout_tui.run.reading_text import read_number
from tests.run.driver import Walk
from tests.run.run_plans import CANARY


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("0.2", "%", 0.2), (" 640 ", "ms", 640), ("61 %", "%", 61), ("61%", "%", 61), ("640MS", "ms", 640),
        ("0.2 per hour", "per hour", 0.2), ("1e3", "", 1000), ("-4", "°C", -4), (".5", "", 0.5),
    ],
)  # fmt: skip
def test_numbers(text: str, unit: str, value: float) -> None:
    assert read_number(text, unit) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0,3", "If that is 0.3, write it with a point."), ("1_000", "is not a number"), ("٣", "is not a number"),
        ("nan", "is not a number"), ("inf", "is not a number"), ("61 ms", "is not a number"), ("", "is not a number"),
    ],
)  # fmt: skip
def test_what_is_none(text: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_number(text, "%")
    assert says in str(refused.value)


@pytest.mark.parametrize("value", [-1, 100.5])
def test_a_share_lies_between_0_and_100(value: float) -> None:
    Walk(CANARY).refused(intents.Measure("errors", value), "it goes from 0 to 100", kind=UsageError)
    Walk(CANARY, rules=2).do(intents.Measure("errors", value))
