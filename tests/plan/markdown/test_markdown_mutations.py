"""Documents with lines lost, doubled, swapped and spliced from others: always a plan without mistakes, nothing lost."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plan.markdown.documents import FOLDER, imported

_LINES = sorted({line for path in sorted(FOLDER.glob("*.md")) for line in path.read_text().split("\n")})
_ODD = ["| | |", "|---|---|", "```", "## Notes", "- [x] ", "| Phase | Audience |", "ID: x", "> q", "\t- tab", "---"]
_ODD += [
    "**b**",
    "- ",
    "- —",
    "- —: x",
    "| | | | |",
    "| Task | Owner |",
    "# Plan",
    "Phase 1",
    "===",
    "1. Phase 1: x",
    "- Audience: 300%",
    "| a | b | c |",
]


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_LINES + _ODD), max_size=40))
def test_any_mixture_of_lines_becomes_a_plan(lines: list[str]) -> None:
    found, _, plan = imported("\n".join(lines))
    assert all(each.text in getattr(plan.notes, each.section) for each in found.unread)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(FOLDER.glob("*.md"))), st.data())
def test_a_document_with_some_lines_lost_or_moved_becomes_a_plan(path: object, data: st.DataObject) -> None:
    lines = path.read_text().split("\n")  # type: ignore[attr-defined]
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(lines) - 1))
        line = lines.pop(place)
        if data.draw(st.booleans()):
            lines.insert(data.draw(st.integers(0, len(lines))), line)
    imported("\n".join(lines))


def test_items_of_one_name_in_both_checklists_are_told_apart() -> None:
    item = "- [ ] Daily call"
    _, _, plan = imported("\n".join(["## Pre-Deployment", item, item, "## Post-Deployment Validation", item, item]))
    assert [each.id for each in plan.pre_deployment] == ["", "daily-call-2"]
    assert [each.id for each in plan.post_deployment] == ["", "daily-call-3"]
