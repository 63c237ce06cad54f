"""Queries and paths of a plan's probes, read offline by the packages that are there: mistakes, and what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .finding import Finding
from .mistakes import KeyPath, Problem, quoted
from .model import Plan
from .probes_of import probes_of

if TYPE_CHECKING:
    from promql_parser import Expr

# The parser's time grows with the square of a query, and its stack with the brackets in it.
_LONGEST = 4000

_COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}
PROBE = "probe"
"""What such a remark is called where a rule has its id."""


def mistakes(plan: Plan) -> Iterator[Problem]:
    """Say which queries a server would refuse, and which give no number; nothing where the package is not there."""
    for path, query in _queries(plan):
        read = _read(query)
        if isinstance(read, str):
            yield Problem(path, f"{quoted(query)}: {read}", "a query in PromQL")
        elif type(read).__name__ in _NO_NUMBER:
            yield Problem(path, f"{quoted(query)}, {_NO_NUMBER[type(read).__name__]}", "a query that gives a number")
    for path, probe in probes_of(plan):
        if probe.json and (wrong := _wrong_path(probe.json)):
            yield Problem((*path, "json"), f"{quoted(probe.json)}: {wrong}", "an expression in JMESPath")


_NO_NUMBER = {"MatrixSelector": "a range of samples", "SubqueryExpr": "a range of samples", "StringLiteral": "a text"}


def doubts(plan: Plan) -> Iterator[Finding]:
    """Name queries that give nothing when all is well, what can't be looked at here, and sources that nothing asks."""
    for path, query in _queries(plan):
        if path[-1] == "query" and _is_comparison(_read(query)):
            said = f"{quoted(query)} gives nothing where it holds nowhere: that is unknown, and never fine."
            hint = "Leave the comparison to expect or the threshold, write bool behind its sign, or add `or vector(0)`."
            yield Finding(PROBE, path, said, hint)
    for path, probe in probes_of(plan):
        if probe.json and not _has_jmespath():
            said = "A path into JSON needs jmespath, which is not here: each look ends with an error."
            yield Finding(PROBE, (*path, "json"), said, "pip install 'rollout-tui[jmespath]'")
    yield from _idle(plan)
    asked = {probe.source for _, probe in probes_of(plan)}
    for name in plan.sources:
        if name not in asked:
            hint = "Name it in a probe, or take it out."
            yield Finding(PROBE, ("sources", name), f"No probe asks the source {name}.", hint)


def _idle(plan: Plan) -> Iterator[Finding]:
    for place, flag in enumerate(plan.feature_flags):
        value = flag.default
        for phase in plan.phases:
            before, value = value, flag.rollout.get(phase.name, value)
            if phase.name in flag.probes and value == before:
                said = f"{phase.name} leaves {flag.name} at {value}: there is no change at which this probe could look."
                path = ("feature_flags", place, "probes", phase.name)
                yield Finding(PROBE, path, said, "Take it out, or make it a criterion of the phase.")


def _queries(plan: Plan) -> Iterator[tuple[KeyPath, str]]:
    for path, probe in probes_of(plan):
        for key in ("query", "samples"):
            if query := getattr(probe, key):
                yield (*path, key), query


def _read(query: str) -> Expr | str | None:
    """Read a query, or say what is wrong with it; None where nobody can tell."""
    try:
        import promql_parser
    except ImportError:
        return None
    if len(query) > _LONGEST:
        return None
    try:
        return promql_parser.parse(query)
    except ValueError as error:
        return str(error).split("\n", maxsplit=1)[0]


def _wrong_path(text: str) -> str:
    """Say what is wrong with a path into JSON; nothing where nobody can tell."""
    try:
        import jmespath
    except ImportError:
        return ""
    try:
        jmespath.compile(text)
    except RecursionError:
        return "too many brackets"
    except jmespath.exceptions.JMESPathError as error:
        return str(error).split("\n", maxsplit=1)[0].rstrip(":")
    return ""


def _has_jmespath() -> bool:
    try:
        import jmespath  # noqa: F401 (asked for, not used)
    except ImportError:
        return False
    return True


def _is_comparison(read: Any) -> bool:
    """Say whether a query filters by a comparison, in brackets too, or counts what that leaves."""
    while type(read).__name__ in {"ParenExpr", "AggregateExpr"}:
        read = read.expr
    is_filter = type(read).__name__ == "BinaryExpr" and str(read.op) in _COMPARISONS
    return is_filter and not (read.modifier and read.modifier.return_bool)
