"""What is no plan file is told in a sentence with a hint, and nothing hangs."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from rollout_tui.errors import UsageError
from rollout_tui.plan.placeholders import placeholders
from rollout_tui.plan.rules import check
from rollout_tui.plan.toml import PlanError, load

PLANS = Path(__file__).parents[2] / "plans"


@pytest.mark.parametrize("name", ["checkout", "hotfix", "ledger"])
def test_the_example_plans_are_whole(name: str) -> None:
    loaded = load(PLANS / f"{name}.toml")
    assert loaded.text == (PLANS / f"{name}.toml").read_text()
    assert check(loaded.plan) == ()
    assert placeholders(loaded.plan) == ()


def test_the_template_has_nothing_but_placeholders() -> None:
    plan = load(PLANS / "template.toml").plan
    assert check(plan) == ()
    assert len(placeholders(plan)) == 37
    sections = (plan.pre_deployment, plan.phases, plan.feature_flags, plan.migration)
    assert [len(section) for section in sections] == [9, 3, 1, 4]
    assert [len(section) for section in (plan.rollback, plan.monitoring, plan.post_deployment)] == [4, 5, 7]


def test_a_text_is_kept_exactly(tmp_path: Path) -> None:
    path = tmp_path / "crlf.toml"
    data = (PLANS / "hotfix.toml").read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(data)
    assert load(path).text.encode() == data


def test_a_plan_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to(PLANS / "hotfix.toml")
    assert load(tmp_path / "link.toml").plan.header.service == "invoicing"


def writes(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def binds(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as unbound:
        unbound.bind(path.name)  # relative, since a socket's path may not be long


# name: (what makes the file, what is said, what the hint says)
NO_PLAN: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "nothing": (lambda _path: None, "There is no file", "rollout new"),
    "folder": (Path.mkdir, "is a folder", "a plan in it"),
    "pipe": (os.mkfifo, "is a pipe", "rollout new"),
    "socket": (binds, "is a socket", "rollout new"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a device", "rollout new"),
    "link to itself": (lambda path: path.symlink_to(path), "can't be read", "rollout new"),
    "empty": (writes(b" \n\n"), "is empty", "rollout new"),
    "binary": (writes(b"\x7fELF\0\0"), "is not a text file", "rollout new"),
    "latin-1": (writes("name = 1\nowner = 'Jürgen'".encode("latin-1")), ":2: this is not UTF-8", "as UTF-8"),
    "large": (writes(b"#" * (1024 * 1024 + 1)), "larger than 1 MiB", "a plan"),
    "journal": (writes(b'format = "rollout-journal/1"\nrun = "x"\n'), "is the journal of a run", "rollout resume"),
    "Markdown table": (writes(b"# Plan\n\n| Aspect | Detail |\n|---|---|\n"), "looks like Markdown", "rollout import"),
    "Markdown list": (writes(b"## Checks\n\n- [ ] All tests passing\n"), "looks like Markdown", "rollout import"),
}


@pytest.mark.parametrize("name", NO_PLAN)
def test_what_is_no_plan_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make, said, hint = NO_PLAN[name]
    path = tmp_path / "plan.toml"
    make(path)
    with pytest.raises(UsageError) as caught:
        load(path)
    assert not isinstance(caught.value, PlanError)
    assert said in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_plan_without_permission_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text("format = 1")
    path.chmod(0)
    with pytest.raises(UsageError, match="may not be read"):
        load(path)


def test_a_path_that_no_file_can_have_is_told() -> None:
    with pytest.raises(UsageError, match="can't be the name"):
        load(Path("a\0b"))


def test_toml_that_is_broken_is_not_taken_for_markdown(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('# A plan\n# - of two phases\n\nformat = 1\n[plan\nname = "- x"\n')
    with pytest.raises(PlanError) as caught:
        load(path)
    assert caught.value.mistakes[0].line == 5
