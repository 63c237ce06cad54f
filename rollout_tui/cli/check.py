"""`rollout check`: every mistake of a plan, the eight rules, and placeholders that were left."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..clock import Clock
from ..errors import Refused, UsageError
from ..plan.mistakes import nearest
from ..plan.rules import FILLED_IN, RULES
from ..text import safe
from .check_formats import draw_tables, say_annotations, say_as_json, say_lines
from .checked import check_all
from .options import prints_on_terminal
from .output import say

_EXPLAINED = {rule.id: rule for rule in (*RULES, FILLED_IN)}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Check plans: mistakes with their place, the eight rules, placeholders left, what an import inferred, and what "
        "probes may not be meant to ask (PromQL where promql-parser is installed). "
        "Exits with 2 for a plan with mistakes, and with 3 where a run could not start from it: a rule is broken, a "
        "placeholder left."
    )
    parser.add_argument("plans", metavar="PLAN", nargs="*", type=Path, help="a plan's file, or a folder of plans")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit 3 also for doubts, and for inferred values not confirmed",
    )
    parser.add_argument(
        "--format",
        choices=["table", "lines", "json", "github"],
        help="how to tell it: else a table on a terminal, one line each in a pipe; github: annotations",
    )
    parser.add_argument("--json", dest="format", action="store_const", const="json", help="print JSON")
    parser.add_argument(
        "--explain", metavar="RULE", help="say what a rule means, why, and how to mend a plan: R1 to R8, or placeholder"
    )


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    if arguments.explain is not None and arguments.plans:
        raise UsageError("--explain tells of a rule, and checks no plan.", "Leave the one or the other out.")
    if arguments.explain is not None:
        return _explain(arguments.explain)
    if not arguments.plans:
        raise UsageError("Name the plans to check, or their folder.", "For example: rollout check plans")
    checked = check_all(arguments.plans)
    match arguments.format or ("table" if prints_on_terminal() else "lines"):
        case "table":
            draw_tables(checked)
        case "json":
            say_as_json(checked)
        case "github":
            say_annotations(checked, strict=arguments.strict)
        case _:
            say_lines(checked)
    if any(each.is_unusable for each in checked):
        return UsageError.exit_code
    could_start = not any(each.found or (arguments.strict and (each.to_confirm or each.doubtful)) for each in checked)
    return 0 if could_start else Refused.exit_code


def _explain(name: str) -> int:
    rule = next((rule for rule in _EXPLAINED.values() if rule.id.lower() == name.strip().lower()), None)
    if rule is None:
        near = nearest(name, _EXPLAINED)
        hint = f"Did you mean {near}?" if near else f"There are {', '.join(_EXPLAINED)}."
        raise UsageError(f"There is no rule {safe(name, limit=40)!r}.", hint)
    for line in (f"{rule.id}: {rule.name}", "", rule.meaning, f"Why: {rule.why}", f"How to mend it: {rule.mend}"):
        say(line)
    return 0
