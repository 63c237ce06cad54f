"""`rollout check`: every mistake of a plan, the eight rules, and placeholders that were left."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import Refused, UsageError
from ..plan import toml
from ..plan.mistakes import Mistake, PlanError, render, write_path
from ..plan.rules import Finding, check, placeholders
from .options import add_json
from .output import say, say_json


@dataclass(frozen=True)
class _Found:
    """A finding at its place in the file."""

    finding: Finding
    line: int
    column: int


@dataclass(frozen=True)
class _Checked:
    """What one file shows; `error` says why it is no plan file at all."""

    path: Path
    mistakes: tuple[Mistake, ...] = ()
    found: tuple[_Found, ...] = ()
    error: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Check plans: mistakes with their place, the eight rules, placeholders left."
    parser.add_argument("plans", metavar="PLAN", nargs="+", type=Path, help="a plan's file")
    parser.add_argument("--strict", action="store_true", help="exit 3 where a rule is broken or a placeholder left")
    add_json(parser)


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    checked = [_check(path) for path in arguments.plans]
    if arguments.json:
        say_json([_json(each) for each in checked])
    else:
        for each in checked:
            _print(each)
    if any(each.error or each.mistakes for each in checked):
        return UsageError.exit_code
    return Refused.exit_code if arguments.strict and any(each.found for each in checked) else 0


def _check(path: Path) -> _Checked:
    try:
        loaded = toml.load(path)
    except PlanError as error:
        # A mistake names its file without the folder, which does not lead an editor to it.
        return _Checked(path, tuple(replace(mistake, file=str(path)) for mistake in error.mistakes))
    except UsageError as error:
        return _Checked(path, error=str(error))
    findings = (*placeholders(loaded.plan), *check(loaded.plan))
    return _Checked(path, found=_placed(loaded.text, findings))


def _placed(text: str, findings: tuple[Finding, ...]) -> tuple[_Found, ...]:
    if not findings:
        return ()
    from ..plan.locate import places

    known = places(text)
    positions = [known.of_value(finding.path) for finding in findings]
    return tuple(_Found(each, at.line, at.column) for each, at in zip(findings, positions, strict=True))


def _print(checked: _Checked) -> None:
    if checked.error:
        say(checked.error)
    for mistake in checked.mistakes:
        say(render(mistake))
    for found in checked.found:
        each = found.finding
        say(f"{checked.path}:{found.line}:{found.column}: {each.rule}: {each.message} {each.hint}")
    if not (checked.error or checked.mistakes or checked.found):
        say(f"{checked.path}: no mistakes, and all eight rules are kept")


def _json(checked: _Checked) -> dict[str, Any]:
    return {
        "file": str(checked.path),
        "error": checked.error,
        "mistakes": [
            {
                "line": each.line,
                "column": each.column,
                "key": each.key,
                "found": each.found,
                "expected": each.expected,
                "suggestion": each.suggestion,
            }
            for each in checked.mistakes
        ],
        "findings": [
            {
                "rule": each.finding.rule,
                "line": each.line,
                "column": each.column,
                "key": write_path(each.finding.path),
                "message": each.finding.message,
                "hint": each.finding.hint,
            }
            for each in checked.found
        ],
    }
