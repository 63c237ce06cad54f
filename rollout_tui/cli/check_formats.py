"""What `rollout check` found, told in each of its formats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..plan.mistakes import write_path
from ..plan.placeholders import PLACEHOLDER_RULE
from ..text import one_line
from .checked import CONFIRM, MISTAKE, PROBE, Checked, Found, count
from .output import draw, say, say_json

_FINE = "no mistakes, and all eight rules are kept"
_STYLES = {MISTAKE: "bold red", PLACEHOLDER_RULE: "cyan", CONFIRM: "blue", PROBE: "blue"}


def say_lines(checked: Sequence[Checked]) -> None:
    """One line each, as compilers write them: editors and grep know the form."""
    for each in checked:
        if each.error:
            say(each.error)
        for remark in each.remarks:
            say(f"{each.path}:{remark.line}:{remark.column}: {remark.kind}: {remark.text}")
        if not each.error and not each.remarks:
            say(f"{each.path}: {_FINE}")


def draw_tables(checked: Sequence[Checked]) -> None:
    """A table for each file with something to mend."""
    from rich.table import Table
    from rich.text import Text

    for each in checked:
        path = one_line(str(each.path))
        if each.error:
            draw(Text(f"✗ {one_line(each.error)}\n", style="bold red"))
        elif not each.remarks:
            draw(Text.assemble(("✔ ", "green"), f"{path}: {_FINE}\n"))
        else:
            table = Table(
                title=Text(path, style="bold"), title_justify="left", box=None, pad_edge=False, padding=(0, 1)
            )
            for name in ("line", "kind", "what is wrong, and how to mend it"):
                table.add_column(Text(name, style="dim"), overflow="fold", no_wrap=name == "line")
            for remark in each.remarks:
                place = Text(f"{remark.line}:{remark.column}")
                kind = Text(remark.kind, style=_STYLES.get(remark.kind, "yellow"))
                table.add_row(place, kind, Text(one_line(remark.text)))
            draw(table, "")
    draw(Text(count(checked)))


def say_as_json(checked: Sequence[Checked]) -> None:
    """All of it, for programs."""
    say_json([_json(each) for each in checked])


def say_annotations(checked: Sequence[Checked], *, strict: bool) -> None:
    """Workflow commands of GitHub Actions, which it shows at the line; what does not fail the check is a warning."""
    for each in checked:
        if each.error:
            say(_annotation("error", {"file": str(each.path)}, each.error))
        for remark in each.remarks:
            level = "notice" if remark.kind in {CONFIRM, PROBE} and not strict else "error"
            place = {"file": str(each.path), "line": str(remark.line), "col": str(remark.column), "title": remark.kind}
            say(_annotation(level, place, remark.text))


def _annotation(level: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {given}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _json(checked: Checked) -> dict[str, Any]:
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
        "findings": [_found(each) for each in checked.found],
        "doubtful": [_found(each) for each in checked.doubtful],
        "to_confirm": [{"line": each.line, "column": each.column, "message": each.text} for each in checked.to_confirm],
    }


def _found(found: Found) -> dict[str, Any]:
    return {
        "rule": found.finding.rule,
        "line": found.line,
        "column": found.column,
        "key": write_path(found.finding.path),
        "message": found.finding.message,
        "hint": found.finding.hint,
    }
