"""Loader of a plan file: the plan, or every mistake in it at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from ..frozen import dataclass
from .cross_checks import problems as inconsistencies
from .mistakes import MOST, KeyPath, Mistake, PlanError, Problem, render, write_path
from .model import Plan
from .source import looks_like_markdown, markdown_error, read_text
from .toml_text import Unreadable, read
from .validation import validate

__all__ = ["LoadedPlan", "Mistake", "PlanError", "load", "parse", "render"]


@dataclass(frozen=True)
class LoadedPlan:
    """A plan without mistakes, with its file's text exactly as it was read."""

    path: Path
    text: str
    plan: Plan

    @property
    def file(self) -> str:
        """The file's absolute path as a journal can hold it; empty where that is no text."""
        path = os.path.abspath(self.path)
        return path if path.isprintable() else ""


def load(path: Path) -> LoadedPlan:
    """Read a plan file; raises PlanError with all of its mistakes, UsageError for what is no plan file at all."""
    text = read_text(path)
    result = parse(text, path.name)
    if isinstance(result, Plan):
        return LoadedPlan(path, text, result)
    if not result[0].key and looks_like_markdown(path, text):
        raise markdown_error(path)
    raise PlanError(str(path), result)


def parse(text: str, name: str) -> Plan | tuple[Mistake, ...]:
    """Read a plan's text; `name` is the file named in its mistakes, in the order of the file, at most MOST."""
    try:
        document = read(text)
    except Unreadable as error:
        return (_mistake(name, error.problem, error.line, error.column),)
    plan = validate(document)
    misfits = () if isinstance(plan, Plan) else plan
    problems = _first_of_each_path(chain(inconsistencies(document), misfits))
    if problems or not isinstance(plan, Plan):
        return placed(text, name, problems)
    return plan


def _first_of_each_path(problems: Iterable[Problem]) -> list[Problem]:
    """Keep one problem for each key, at most MOST: a second remark on one place helps nobody."""
    first: dict[KeyPath, Problem] = {}
    for problem in problems:
        first.setdefault(problem.path, problem)
        if len(first) == MOST:
            break
    return list(first.values())


def placed(text: str, name: str, problems: list[Problem]) -> tuple[Mistake, ...]:
    """Look up where each problem of a text stands, in the order of the file."""
    from .locate import places

    found = places(text)
    mistakes = []
    for problem in problems:
        position = found.of_key(problem.path) if problem.at_key else found.of_value(problem.path)
        mistakes.append(_mistake(name, problem, position.line, position.column))
    return tuple(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column)))


def _mistake(name: str, problem: Problem, line: int, column: int) -> Mistake:
    key = write_path(problem.path)
    return Mistake(name, line, column, key, problem.found, problem.expected, problem.suggestion)
