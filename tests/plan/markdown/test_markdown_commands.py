"""`rollout import` and `rollout export` as commands: results, refusals, and documents that are none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rollout_tui.plan import toml
from tests.cli.program import PLAN, Program
from tests.plan.markdown.documents import FOLDER, filled, imported


def _document(text: str | bytes) -> str:
    path = Path("doc.md")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_import_check_run_and_export_follow_each_other(rollout: Program) -> None:
    told = rollout("import", _document(filled()), "-o", "plan.toml")
    assert "9 pre-deployment items, 3 phases" in told
    assert "rollout check plan.toml names each" in told
    checked = rollout.json("check", "plan.toml")[0]
    assert checked["findings"] == []
    assert checked["mistakes"] == []
    assert "Inferred from its title. Confirm it by deleting the comment." in [
        each["message"] for each in checked["to_confirm"]
    ]
    rollout.start(plan=Path("plan.toml"))
    rollout("export", "plan.toml", "-o", "again.md")
    assert imported(Path("again.md").read_text())[2] == toml.load(Path("plan.toml")).plan


def test_the_plan_is_the_result_and_the_rest_is_told_beside(rollout: Program) -> None:
    written = rollout("import", str(FOLDER / "headings.md"))
    assert toml.parse(written, "plan.toml")
    assert "# inferred: " in written
    assert "Not understood, and kept as notes (2):\n  line 29: phases:" in rollout.err
    assert "2 boxes were ticked" in rollout.err


def test_what_the_document_does_not_say_can_be_given(rollout: Program) -> None:
    told = rollout("import", str(FOLDER / "matrix.md"), "--service", "billing", "--release", "9.1")
    assert 'service = "billing"\nrelease = "9.1"\n' in told


def test_a_file_that_exists_is_not_written_over(rollout: Program) -> None:
    Path("plan.toml").write_text("mine")
    assert "exists already" in rollout.refused("import", _document(filled()), "-o", "plan.toml", code=2)
    assert Path("plan.toml").read_text() == "mine"
    rollout("import", "doc.md", "-o", "plan.toml", "--force")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"\x00\x01\x02", "is not a text file"),
        (b"\xff\xfe# x", "not UTF-8"),
        (b"# x\n\n- [ ] y\n" * 400_000, "is larger than 1 MiB"),
    ],
    ids=["empty", "blank", "binary", "another encoding", "5 MB"],
)
def test_what_is_no_document_is_told_in_a_sentence(rollout: Program, text: bytes, said: str) -> None:
    assert said in rollout.refused("import", _document(text), code=2)


@pytest.mark.parametrize(
    "text",
    [
        "just a sentence",
        "# Plan\n\n```\nnever closed\n\n## Rollback\n\n- go back\n",
        "```\n~~~\n```\n~~~\n````markdown\n# x",
        "- [ ] \n- [x] a\x1b]2;title\x07\n",
        "| a |\n|---|\n" * 50,
        "| Phase | Audience |\n|---|---|\n| Cleanup | 200% |\n| Cleanup | x | more |\n",
        "[" * 5000 + "]" * 5000,
        "> " * 3000 + "x",
        "- " * 3000 + "x",
        "*a **b " * 5000,
        "<!-- " * 2000,
        "---\nname: [\n---\n# x\n",
    ],
)
def test_whatever_a_document_holds_it_becomes_a_plan(text: str) -> None:
    start = time.monotonic()
    imported(text)
    assert time.monotonic() - start < 5


def test_a_table_of_a_thousand_rows_and_a_large_document_take_seconds() -> None:
    rows = "".join(f"| check {number} | Dana | open |\n" for number in range(1000))
    start = time.monotonic()
    _, _, plan = imported(f"## Pre-deployment\n\n| Task | Owner | Status |\n|---|---|---|\n{rows}")
    assert len(plan.pre_deployment) == 1000
    assert time.monotonic() - start < 5


def test_a_run_is_exported_as_the_document_filled_in(rollout: Program) -> None:
    run = rollout.start()
    for item in ("tests", "training", "alerts"):
        rollout("sign", run, item)
    rollout("waive", run, "docs", "--reason", "no *docs* | <b>yet</b>")
    rollout("sign", run, "rollback-tried")
    rollout("go", run)
    for step in ("add-table", "install", "copy"):
        rollout("sign", run, step)
    rollout.promote(run, "canary")
    rollout("hold", run, "--reason", "wait for | @finance")
    document = rollout("export", run)
    checks = toml.load(PLAN).plan.pre_deployment
    assert document.count("- [x] ") == len(checks) - 1 + 3 + 2
    assert "  - Signed by alice at 2026-03-04 09:00 UTC" in document
    assert "**Canary**: started by alice at 2026-03-04" in document
    assert ", promoted by alice" in document
    assert "0.2 %, fine, by alice" in document
    assert "- [ ] Documentation updated\n" in document
    assert "Waived by alice at 2026-03-04 09:00 UTC: no \\*docs\\* \\| \\<b\\>yet\\</b\\>" in document
    assert "**Decisions in the run:**" in document
    assert "wait for" in document
    assert document == rollout("export", str(rollout.log(run)))


def test_export_never_writes_over_plans_and_logs(rollout: Program) -> None:
    assert "would be a plan or a log" in rollout.refused("export", str(PLAN), "-o", "x.toml", code=1)


def test_a_rollback_is_told_with_its_steps(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout("roll-back", run, "code-bug", "--reason", "payments fail")
    rollout("sign", run, "rollback/code-bug/1")
    document = rollout("export", run)
    assert "**Rolled back: under way**" in document
    assert ": payments fail\n- [x] Redeploy 3.0.4 — Signed by alice" in document
