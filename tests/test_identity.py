"""Who is acting here: the login is the process's own, whatever variables say."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from rollout_tui import identity
from rollout_tui.identity import identify


@pytest.fixture(autouse=True)
def login_uid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it stands who logged in: nowhere, until a test writes it."""
    monkeypatch.setattr(identity, "LOGIN_UID", tmp_path / "loginuid")
    return tmp_path / "loginuid"


@pytest.fixture
def login() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param("4000000\n", "uid4000000", id="of who logged in, whatever sudo and su made of it"),
        pytest.param("4294967295", "", id="of the process, where nobody logged in"),
        pytest.param("", "", id="of the process, where there is nothing to be read"),
        pytest.param("9" * 40, "", id="of the process, where it is no number of a login"),
    ],
)
def test_the_login(said: str, found: str, login_uid: Path, login: str) -> None:
    login_uid.write_text(said)
    actor = identify("alice", {"SUDO_USER": found})
    assert (actor.login, actor.via) == (found or login, "")
    assert actor.origin == f"{actor.login}@{actor.host}{f' as {login}' if found else ''}"


@pytest.mark.parametrize("variable", ["LOGNAME", "USER", "LNAME", "USERNAME"])
def test_no_variable_makes_another_login(variable: str, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "bob")
    found = identify("alice", {variable: "bob"})
    assert (found.name, found.login, found.via) == ("alice", login, "")


def test_a_login_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert identify("alice", {}).login == "uid4000000"


@pytest.mark.parametrize(
    ("environment", "via"),
    [
        pytest.param({"SUDO_USER": "dave"}, "dave", id="by name"),
        pytest.param({"SUDO_USER": "dave", "SUDO_UID": "4000000"}, "uid4000000", id="the number is nearer to the fact"),
        pytest.param({"SUDO_USER": "dave", "SUDO_UID": "x"}, "dave", id="no number"),
        pytest.param({"SUDO_USER": "dave", "SUDO_UID": "9" * 40}, "dave", id="a number beyond all measure"),
        pytest.param({"SUDO_USER": "two words"}, "", id="no login"),
        pytest.param({"SUDO_USER": "\x1b[2J"}, "", id="nothing that a terminal may see"),
        pytest.param({"SUDO_USER": "d" * 500}, "", id="too long"),
        pytest.param({}, "", id="no sudo"),
    ],
)
def test_who_called_sudo_stands_beside_it(environment: dict[str, str], via: str, login: str) -> None:
    found = identify("alice", environment)
    assert (found.login, found.via) == (login, via)
    assert found.origin.endswith(f" via {via}" if via else found.host)


def test_who_calls_sudo_as_themselves_is_named_once(login: str) -> None:
    assert identify("alice", {"SUDO_USER": login, "SUDO_UID": str(os.getuid())}).via == ""
