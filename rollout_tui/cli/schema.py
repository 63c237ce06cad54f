"""`rollout schema`: the JSON Schema of the plan file, by which an editor completes and marks mistakes."""

from __future__ import annotations

import argparse

from ..clock import Clock
from .output import say_json

_EPILOG = (
    "An editor finds it by a plan's first line. Beside the plan: rollout schema > plan.schema.json, and in it: "
    "#:schema ./plan.schema.json; rollout new writes that line where the file is there."
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print the JSON Schema of the plan file, for editors."
    parser.epilog = _EPILOG


def run(_arguments: argparse.Namespace, _clock: Clock) -> int:
    from ..plan.schema import schema

    say_json(schema())
    return 0
