"""The program that was installed, in a shell: what it says where it can't open a screen, and how it leaves one."""

from __future__ import annotations

import os
import signal

from tests.end_to_end.place import CHECKOUT, OperatorTerminal, Place
from tests.end_to_end.terminal import child


def test_what_can_not_be_opened_is_said_in_a_shell(place: Place) -> None:
    with place.shell(size=(120, 40)) as shell:
        tells(shell, f"rollout run {CHECKOUT} </dev/null", 2, "needs a terminal", "--detach")
        tells(shell, "rollout </dev/null", 2, "needs a terminal", "rollout list")
        tells(shell, "rollout run plans", 2, "plans")
        tells(shell, "rollout run plans/none.toml", 2, "none.toml")
        (place.folder / "notes.toml").write_text("this is not a plan\n")
        tells(shell, "rollout run notes.toml", 2, "notes.toml:1:")
        tells(shell, "rollout resume 2020-01-01-shop", 2, "There is no run '2020-01-01-shop'")
        tells(shell, "rollout resume", 2, "There is no unfinished run")
    assert not place.runs.exists()


def test_the_installed_program_walks_quits_and_is_resumed_from_home(place: Place) -> None:
    with place.shell() as shell:
        shell.command(f"rollout run {CHECKOUT}")
        shell.wait_for("Sign: All tests passing")
        assert shell.is_full_screen
        shell.signs("All tests passing")
        shell.keys("q")
        tells_exit(shell, 3)
        assert not shell.is_full_screen
        assert shell.is_cursor_shown

        shell.command("rollout")
        shell.wait_for("Unfinished runs", "checkout 2.4.0", "1 unfinished: enter resumes")
        shell.keys("Enter")
        shell.wait_for("Sign: Code review approved")
        shell.signs("Code review approved")
        shell.keys("q")
        # Read anew: what was typed while the run was left would be dropped.
        shell.wait_for("Unfinished runs", "Sign: Database migration")
        shell.keys("q")
        tells_exit(shell, 0)
    assert [each["item"] for each in place.events()] == [
        "pre-deployment/all-tests-passing-unit-integration-e2e",
        "pre-deployment/code-review-approved",
    ]


def test_sigterm_leaves_the_terminal_as_it_was(place: Place) -> None:
    with place.shell() as shell:
        shell.command(f"rollout run {CHECKOUT}")
        shell.signs("All tests passing")
        assert shell.is_full_screen
        assert shell.is_mouse_taken
        os.kill(child(shell.process), signal.SIGTERM)
        tells_exit(shell, 128 + signal.SIGTERM)
        assert not shell.is_full_screen
        assert not shell.is_mouse_taken
        assert shell.is_cursor_shown
        tells(shell, "echo typed and seen", 0, "typed and seen")


def test_the_program_is_suspended_and_comes_back(place: Place) -> None:
    with place.shell() as shell:
        shell.command(f"rollout run {CHECKOUT}")
        shell.signs("All tests passing")
        shell.keys("C-z")
        shell.wait_for("Stopped")
        assert not shell.is_full_screen
        shell.command("fg")
        shell.wait_for("Sign: Code review approved")
        shell.signs("Code review approved")
        shell.keys("q")
        tells_exit(shell, 3)


def tells(shell: OperatorTerminal, line: str, code: int, *texts: str) -> None:
    """Do a command in the shell, read what it tells, and its exit code."""
    shell.keys("C-l")
    shell.command(line)
    shell.wait_for(f"exit={code}", *texts)


def tells_exit(shell: OperatorTerminal, code: int) -> None:
    shell.wait_for(f"exit={code}")


def test_what_is_copied_in_tmux_is_in_its_buffer(place: Place) -> None:
    with place.open("run", CHECKOUT) as alice:
        alice.signs("All tests passing")
        for key, text in (("Y", f"{place.run} 1:"), ("y", "1 of")):
            alice.keys(key)
            alice.wait_for("Copied to tmux's buffer", text)
            assert text in alice.tmux_buffer()
