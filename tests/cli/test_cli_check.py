"""`rollout check` as people, pipes, GitHub and pre-commit use it."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rollout_tui.plan.rules import RULES
from tests.cli.program import PLAN, Program

ROOT = PLAN.parents[2]
TEMPLATE = ROOT / "plans" / "template.toml"
PROGRAM = Path(sys.executable).with_name("rollout")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A plan with one mistake."""
    path = tmp_path / "wrong.toml"
    path.write_text(PLAN.read_text().replace('kind = "canary"', 'kind = "canaries"'))
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A plan that breaks one rule."""
    path = tmp_path / "broken.toml"
    path.write_text(PLAN.read_text().replace('channel = "PagerDuty: payments"\n', ""))
    return path


def test_a_line_for_each_in_a_pipe(rollout: Program, wrong: Path, broken: Path) -> None:
    lines = rollout("check", str(wrong), str(broken), str(PLAN), code=2).splitlines()
    assert len(lines) == 3
    assert re.match(rf'{wrong}:\d+:8: mistake: strategy.kind: found "canaries", expected ', lines[0])
    assert re.match(rf"{broken}:\d+:1: R4: Nobody hears of a breach", lines[1])
    assert lines[2] == f"{PLAN}: no mistakes, and all eight rules are kept"


# name: (the files, the options, the exit code)
CODES = {
    "whole": ("whole", "", 0),
    "whole, strictly": ("whole", "--strict", 0),
    "a broken rule": ("broken", "", 3),
    "a broken rule, strictly": ("broken", "--strict", 3),
    "a mistake": ("wrong", "", 2),
    "a mistake and a broken rule, strictly": ("wrong broken", "--strict", 2),
    "no file": ("nowhere whole", "", 2),
    "as JSON, strictly": ("broken", "--strict --json", 3),
    "as annotations": ("broken", "--format github", 3),
    "as annotations, strictly": ("broken", "--strict --format github", 3),
    "as a table": ("wrong", "--format table", 2),
}


@pytest.mark.parametrize("name", CODES)
def test_the_exit_code(rollout: Program, wrong: Path, broken: Path, name: str) -> None:
    files, options, code = CODES[name]
    known = {"whole": PLAN, "wrong": wrong, "broken": broken, "nowhere": Path("nowhere.toml")}
    rollout("check", *(str(known[each]) for each in files.split()), *options.split(), code=code)
    assert rollout.out
    assert rollout.err == ""


@pytest.mark.usefixtures("wrong")
def test_a_folder_stands_for_the_plans_in_it(rollout: Program, tmp_path: Path) -> None:
    run = rollout.start()
    assert rollout.log(run).exists()
    for path in ("team/deep/plan.toml", ".hidden/plan.toml"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(PLAN.read_text())
    others = {
        "pyproject.toml": '[project]\nname = "x"\n[tool.plan]\n',
        "one.toml": "[plan]\nname = 1\n",
        "notes.md": "[plan]\n[strategy]\n",
    }
    for name, text in others.items():
        (tmp_path / name).write_text(text)
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "latin.toml").write_bytes(PLAN.read_bytes().replace(b"Alice", b"M\xfcller"))
    checked = [Path(each["file"]).name for each in rollout.json("check", ".", str(PLAN), "./wrong.toml", code=2)]
    assert checked == ["latin.toml", "wrong.toml", "plan.toml", "payments.toml"]
    assert "latin.toml:10: this is not UTF-8" in rollout("check", str(tmp_path), code=2)


def test_a_folder_without_a_plan(rollout: Program, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert rollout("check", "empty", code=2) == "There is no plan in the folder empty.\n"


def test_no_plan_is_named(rollout: Program) -> None:
    assert "rollout check plans" in rollout.refused("check", code=2)


def test_json_has_every_part(rollout: Program, wrong: Path, broken: Path) -> None:
    with_mistake, with_finding = rollout.json("check", str(wrong), str(broken), code=2)
    assert rollout("check", str(wrong), "--format", "json", code=2) == json.dumps([with_mistake], indent=2) + "\n"
    (mistake,) = with_mistake["mistakes"]
    assert (mistake["key"], mistake["found"], mistake["column"]) == ("strategy.kind", '"canaries"', 8)
    (finding,) = with_finding["findings"]
    assert (finding["rule"], finding["key"], finding["hint"]) == (
        "R4", "monitoring[0].channel", "Give the channel of its alert.",
    )  # fmt: skip


def test_findings_come_in_the_order_of_the_file(rollout: Program) -> None:
    lines = [each["line"] for each in rollout.json("check", str(TEMPLATE), code=3)[0]["findings"]]
    assert lines == sorted(lines)


def test_annotations_for_github(rollout: Program, tmp_path: Path) -> None:
    hostile = tmp_path / "a,b:c%d.toml"
    hostile.write_text(PLAN.read_text().replace('kind = "canary"', 'kind = "100%::error::x"'))
    line = rollout("check", str(hostile), "--format", "github", code=2)
    place = rf"::error file={tmp_path}/a%2Cb%3Ac%25d\.toml,line=\d+,col=8,title=mistake::"
    assert re.match(place + r'strategy\.kind: found "100%25::error::x", expected ', line)
    assert line.count("\n") == 1


def test_annotations_have_the_level_of_the_exit_code(rollout: Program, broken: Path) -> None:
    assert rollout("check", str(broken), "--format", "github", code=3).startswith("::error file=")
    inferred = Path("inferred.toml")
    inferred.write_text(PLAN.read_text().replace('kind = "canary"', 'kind = "canary" # inferred: from its title'))
    assert rollout("check", str(inferred), "--format", "github").startswith("::notice file=")
    assert rollout("check", str(inferred), "--format", "github", "--strict", code=3).startswith("::error file=")
    doubtful = Path("doubtful.toml")
    doubtful.write_text(f'{PLAN.read_text()}\n[sources.prod]\nprometheus = "https://prom.example.com"\n')
    assert rollout("check", str(doubtful), "--format", "github").startswith("::notice file=doubtful.toml,line=")
    assert rollout("check", str(doubtful), "--format", "github", "--strict", code=3).startswith("::error file=")
    (doubt,) = rollout.json("check", str(doubtful))[0]["doubtful"]
    assert (doubt["rule"], doubt["key"]) == ("probe", "sources.prod")
    assert rollout("check", str(PLAN), "--format", "github") == ""
    missing = rollout("check", "nowhere.toml", "--format", "github", code=2)
    assert missing.startswith("::error file=nowhere.toml::There is no file nowhere.toml.%0A")


@pytest.mark.parametrize("rule", [*(rule.id for rule in RULES), "placeholder", "r4", " Placeholder "])
def test_a_rule_is_explained(rollout: Program, rule: str) -> None:
    told = rollout("check", "--explain", rule).splitlines()
    assert told[0].lower().startswith(f"{rule.strip().lower()}: ")
    assert told[3].startswith("Why: ")
    assert told[4].startswith("How to mend it: ")


def test_what_is_no_rule_is_not_explained(rollout: Program) -> None:
    assert "Did you mean R4?" in rollout.refused("check", "--explain", "R44", code=2)
    assert "There are R1, R2" in rollout.refused("check", "--explain", "\x1b[31m", code=2)
    assert "\x1b" not in rollout.err
    assert "checks no plan" in rollout.refused("check", str(PLAN), "--explain", "R4", code=2)


def on_terminal(folder: Path, *arguments: str, columns: int = 80, **environment: str) -> tuple[int, str]:
    """Run the installed program on a terminal; give its exit code and what it printed."""
    ours, its = pty.openpty()
    plain = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLUMNS": str(columns)}
    command = [str(PROGRAM), *arguments]
    with subprocess.Popen(command, cwd=folder, env=plain | environment, stdin=its, stdout=its, stderr=its) as program:
        os.close(its)
        printed = b""
        # At its end a terminal gives an error in place of nothing.
        try:
            while part := os.read(ours, 65536):
                printed += part
        except OSError:
            pass
        code = program.wait(30)
    os.close(ours)
    return code, printed.decode().replace("\r\n", "\n")


@pytest.mark.usefixtures("wrong")
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_table_on_a_terminal(broken: Path, columns: int) -> None:
    whole = broken.with_name("whole.toml")
    whole.write_text(PLAN.read_text())
    code, told = on_terminal(broken.parent, "check", ".", columns=columns)
    assert code == 2
    plain = re.sub(r"\x1b\[[\d;]*m", "", told)
    assert plain != told
    assert max(map(len, plain.splitlines())) <= columns
    assert "R4" in plain
    assert "mistake" in plain
    assert plain.splitlines()[-1] == "3 files: 1 broken rule, 1 mistake"


def test_a_table_without_colours_and_without_tricks(tmp_path: Path) -> None:
    hostile = tmp_path / "plan.toml"
    hostile.write_text(PLAN.read_text().replace('metric = "', 'metric = "[red]\u202e [/b] :boom: [X] '))
    code, told = on_terminal(tmp_path, "check", hostile.name, NO_COLOR="1")
    assert code == 3
    assert "[X] is still to be filled in" in " ".join(told.split())
    assert not re.search(r"\x1b\[[\d;]*3\dm", told)
    assert "\u202e" not in told


def test_the_hook_for_pre_commit_checks_the_plans_of_this_repository() -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text()
    given = dict(re.findall(r"^(?:- |  )(\w+): (.*)$", hook, re.MULTILINE))
    assert (given["id"], given["language"]) == ("rollout-check", "python")
    files = [path for path in ("plans/hotfix.toml", "team/plans/x.toml") if re.search(given["files"], path)]
    assert len(files) == 2
    assert not re.search(given["files"], "pyproject.toml")
    program, *arguments = given["entry"].split()
    assert program == "rollout"
    done = subprocess.run([PROGRAM, *arguments, "plans/hotfix.toml"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
