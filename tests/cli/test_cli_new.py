"""`rollout new`: where it writes, what it knows, and what it refuses."""

import errno
import io
import os
import subprocess
from pathlib import Path

import pytest

from rollout_tui.plan.model import Header
from rollout_tui.plan.toml import load
from tests.cli.program import PLAN, Program

HOTFIX = PLAN.parents[2] / "plans" / "hotfix.toml"


@pytest.fixture(autouse=True)
def _git_knows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def header(path: str) -> Header:
    return load(Path(path)).plan.header


def test_a_plan_is_written_with_what_is_known(rollout: Program, tmp_path: Path) -> None:
    git("init", "--quiet")
    git("config", "user.name", "Zoë Kim")
    git("remote", "add", "origin", "git@git.example.com:shop/checkout.git")
    assert rollout("new", "Checkout v2") == "checkout-v2.toml\n"
    assert "rollout check checkout-v2.toml names them" in rollout.err
    known = header("checkout-v2.toml")
    assert (known.name, known.service, known.owner) == ("Checkout v2", "checkout", "Zoë Kim")
    assert known.release == "[version]"
    assert (tmp_path / "checkout-v2.toml").read_text().startswith("# A deployment & rollout plan to fill in.")


def test_without_git_the_folder_gives_the_service_and_nobody_the_owner(rollout: Program, tmp_path: Path) -> None:
    rollout("new", "A")
    assert (header("a.toml").service, header("a.toml").owner) == (tmp_path.name, "[Release manager]")


REMOTES = ["https://git.example.com/shop/checkout", "https://git.example.com/shop/checkout.git/", "host:checkout.git"]


@pytest.mark.parametrize("remote", [*REMOTES, "/srv/git/checkout.git"])
def test_the_remote_gives_the_service(rollout: Program, remote: str) -> None:
    git("init", "--quiet")
    git("remote", "add", "origin", remote)
    rollout("new", "A")
    assert header("a.toml").service == "checkout"


# what is given: (the file, the plan's name)
NAMED = {
    "Fix: rounding, again": ("plans/fix-rounding-again.toml", "Fix: rounding, again"),
    "Über-Änderung": ("plans/über-änderung.toml", "Über-Änderung"),
    "../escape": ("plans/escape.toml", "../escape"),
    'a "quoted" \\ one': ("plans/a-quoted-one.toml", 'a "quoted" \\ one'),
    "elsewhere/checkout-v2.toml": ("elsewhere/checkout-v2.toml", "Checkout v2"),
}


@pytest.mark.parametrize("given", NAMED)
def test_the_name_gives_the_file_or_the_file_the_name(rollout: Program, tmp_path: Path, given: str) -> None:
    for folder in ("plans", "elsewhere"):
        (tmp_path / folder).mkdir()
    path, name = NAMED[given]
    assert rollout("new", given) == f"{path}\n"
    assert header(path).name == name


def test_what_was_there_is_never_overwritten(rollout: Program, tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to("nowhere.toml")
    rollout("new", "A")
    before = (tmp_path / "a.toml").read_bytes()
    for given in ("A", "a.toml", "link.toml"):
        rollout.refused("new", given, code=2)
        assert "is there already" in rollout.err
    assert (tmp_path / "a.toml").read_bytes() == before
    assert not (tmp_path / "nowhere.toml").exists()


@pytest.mark.parametrize("name", ["///", "a\tb", "a\x1b[31m", "\u202eabc", "\udcff", "x" * 201])
def test_no_name_of_a_plan(rollout: Program, tmp_path: Path, name: str) -> None:
    assert "can't be the name of a plan" in rollout.refused("new", name, code=2)
    assert rollout.err.replace("\n", "").isprintable()
    assert list(tmp_path.glob("**/*.toml")) == []


def test_a_folder_that_is_not_there(rollout: Program) -> None:
    assert "There is no folder nowhere" in rollout.refused("new", "nowhere/a.toml", code=2)


def test_a_full_disk_leaves_no_part_of_a_plan(
    rollout: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def opened(path: Path, *_: str, **__: str) -> Full:
        path.touch()
        return Full()

    monkeypatch.setattr(Path, "open", opened)
    assert "No space left on device" in rollout.refused("new", "A", code=1)
    assert not (tmp_path / "a.toml").exists()


def test_the_line_for_editors_is_written_where_the_schema_is(rollout: Program, tmp_path: Path) -> None:
    (tmp_path / "plan.schema.json").write_text(rollout("schema"))
    rollout("new", "A")
    rollout("new", "B", "--from", str(HOTFIX))
    for name in ("a.toml", "b.toml"):
        text = (tmp_path / name).read_text()
        assert text.startswith("#:schema ./plan.schema.json\n# ")
        assert text.count("#:schema") == 1


def test_from_an_older_plan(rollout: Program, tmp_path: Path) -> None:
    rollout("new", "Fix rounding again", "--from", str(HOTFIX))
    assert "2 things are left to fill in" in rollout.err
    path = tmp_path / "fix-rounding-again.toml"
    known = header(str(path))
    assert (known.name, known.release, known.previous_release) == ("Fix rounding again", "[version]", "5.11.3")
    assert known.owner == "Bob Okafor"
    assert 'max_age = "10 min" # the whole soak is 15 min' in path.read_text()
    path.write_text(path.read_text().replace("[version]", "5.11.4").replace("[Ticket]", "FIN-1"))
    rollout("check", str(path), "--strict")


def test_from_a_plan_with_mistakes_or_none(rollout: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(HOTFIX.read_text().replace("[strategy]", "[stratgy]"))
    assert "unknown key" in rollout.refused("new", "A", "--from", str(wrong), code=2)
    assert "There is no file" in rollout.refused("new", "A", "--from", "nowhere.toml", code=2)
    assert not (tmp_path / "a.toml").exists()
