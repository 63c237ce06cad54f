"""The format's own document: as it is, filled in, and in other dress."""

from __future__ import annotations

import re

import pytest

from rollout_tui.plan.inferred import to_confirm
from rollout_tui.plan.placeholders import placeholders
from rollout_tui.plan.quantities import PLACEHOLDER
from rollout_tui.plan.rules import check
from rollout_tui.run.subjects.start_acts import Start, start
from tests.plan.markdown.documents import TEMPLATE, counts, filled, imported, values

_BODY = TEMPLATE.partition("```markdown\n")[2].partition("\n```")[0]


def test_the_template_imports_whole() -> None:
    found, _, plan = imported(TEMPLATE)
    assert counts(plan) == (9, 3, 3, 1, 1, 4, 4, 5, 7)
    assert {name: str(value) for name, value in plan.feature_flags[0].rollout.items()} == {
        "Phase 1": "internal",
        "Phase 2": "10%",
        "Phase 3": "100%",
    }
    assert values(plan, "migration", "kind") == ["schema", "code", "backfill", "cleanup"]
    assert values(plan, "migration", "reversible") == [True, True, True, False]
    assert values(plan, "rollback", "kind") == ["code", "data", "code", "patch"]
    assert [each.line for each in found.unread] == [12, 13, 15, 16]


def test_check_names_every_placeholder_and_only_what_was_inferred() -> None:
    found, written, plan = imported(TEMPLATE)
    named = " ".join(finding.message for finding in placeholders(plan))
    assert all(left in named for left in PLACEHOLDER.findall(_BODY))
    # Three more, which the document has no place for: name, service and release.
    assert len(placeholders(plan)) == sum(bool(PLACEHOLDER.search(cell)) for cell in re.split(r"[|\n]", _BODY)) + 3
    assert check(plan) == ()
    assert len(list(to_confirm(written))) == found.inferred == len(found.comments)


def test_the_filled_template_has_no_finding_and_starts() -> None:
    found, written, plan = imported(filled())
    assert placeholders(plan) == ()
    assert check(plan) == ()
    assert found.unread == ()
    asked = Start(run="r-1")
    assert start(plan, written, "0" * 64, asked).service == "shop"


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("without its fence", lambda text: text.partition("```markdown\n")[2].replace("\n```", "")),
        ("in a fence without a name", lambda text: text.replace("```markdown", "```")),
        ("in a fence never closed", lambda text: text.replace("\n```\n", "\n")),
        ("with numbered headings", lambda text: re.sub(r"^### ", "### 1.2. ", text, flags=re.M)),
        ("with emoji in headings", lambda text: re.sub(r"^### ", "### 🚀 ", text, flags=re.M)),
        ("in capitals", lambda text: re.sub(r"^### .*", lambda m: m[0].upper(), text, flags=re.M)),
        ("in bold", lambda text: re.sub(r"\| ([A-Z][\w ]+) \|", r"| **\1** |", text)),
        ("in code marks", lambda text: re.sub(r"\| ([A-Z][\w ]+) \|", r"| `\1` |", text)),
        ("with every box ticked", lambda text: text.replace("- [ ]", "- [x]")),
        ("with stars", lambda text: text.replace("- [ ]", "* [ ]")),
        ("from Windows", lambda text: text.replace("\n", "\r\n")),
        ("behind a byte order mark", lambda text: "\ufeff" + text),
        ("in a quote", lambda _: "> " + _BODY.replace("\n", "\n> ")),
    ],
)
def test_it_imports_alike(what: str, change: object) -> None:
    assert callable(change), what
    _, _, plan = imported(change(TEMPLATE))
    assert counts(plan) == (9, 3, 3, 1, 1, 4, 4, 5, 7)


def _columns_turned(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        cells = line.strip("|").split("|") if line.startswith("|") else []
        lines.append("|" + "|".join(cells[::-1]) + "|" if len(cells) > 2 else line)
    return "\n".join(lines)


def test_columns_may_stand_in_any_order() -> None:
    assert imported(_columns_turned(filled()))[2] == imported(filled())[2]


def test_a_further_column_becomes_a_note() -> None:
    text = filled().replace("| Duration | Success Criteria", "| Budget | Duration | Success Criteria")
    text = text.replace("only | 2 days", "only | 3 k€ | 2 days").replace("users | 2 days", "users | | 2 days")
    text = text.replace("users | — |", "users | 9 k€ | — |").replace(
        "|-------|----------|----------|-----", "|-|-|-|-|-----"
    )
    found, _, plan = imported(text)
    assert plan.notes.phases == ("Phase 1 — Budget: 3 k€", "Phase 3 — Budget: 9 k€")
    assert len(found.unread) == 2


@pytest.mark.parametrize("section", re.findall(r"^### (.*)", _BODY, re.M))
def test_a_section_may_be_missing(section: str) -> None:
    kept = re.sub(rf"### {re.escape(section)}\n.*?(?=\n### |\n```)", "", filled(), flags=re.S)
    assert f"### {section}" not in kept
    imported(kept)
