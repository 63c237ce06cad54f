"""A release manager's working folder: plans, runs, a clock that can be moved, and people who sit down at terminals."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rollout_tui.people import Actor
from rollout_tui.plan import toml
from rollout_tui.run.intents import Go, Intent, Measure, Promote, Sign, StartPhase
from rollout_tui.run.next import next_step
from rollout_tui.run.sequence import sequence
from rollout_tui.run.soak import soak_left
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.session import Session
from tests.end_to_end.entry import MovedClock
from tests.end_to_end.terminal import Terminal
from tests.runs import runs_folder

_HERE = Path(__file__).parent
_PLANS = _HERE.parents[1] / "plans"
_PROGRAMS = Path(sys.executable).parent

CHECKOUT = "plans/checkout.toml"
FINE = ("0.2", "410", "38", "55", "41")


class Place:
    """A folder with the plans in it, in which runs are started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.runs = self.folder / "runs"
        self._home = folder / "home"
        self._clock = folder / "clock"
        self._home.mkdir()
        shutil.copytree(_PLANS, self.folder / "plans")
        self._both = self._wall = timedelta(0)
        self._set_clock()
        self._plan = toml.load(self.folder / CHECKOUT)
        self.titles = {item.id: item.title for item in sequence(self._plan.plan).items.values()}

    def open(
        self,
        *arguments: str,
        operator: str = "alice",
        size: tuple[int, int] = (80, 24),
        guarded: bool = False,
    ) -> OperatorTerminal:
        """Open the program in a terminal; `guarded` keeps its pause between two keys that record."""
        return OperatorTerminal(self, self.command(*arguments, guarded=guarded), operator, size)

    def shell(self, operator: str = "alice", size: tuple[int, int] = (80, 24)) -> OperatorTerminal:
        """Open a shell, in which `rollout` is the program that was installed."""
        return OperatorTerminal(self, ["bash", "--norc", "--noprofile", "-i"], operator, size)

    def rollout(self, *arguments: str, operator: str = "alice") -> subprocess.CompletedProcess[str]:
        """Do a command without a terminal."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(operator),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=30,
            check=False,
        )

    def command(self, *arguments: str, guarded: bool = False) -> list[str]:
        quiet = "real" if guarded else "0"
        return [sys.executable, str(_HERE / "entry.py"), str(self._clock), quiet, *arguments]

    def environment(self, operator: str) -> dict[str, str]:
        return {
            "PATH": f"{_PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(self._home),
            "XDG_CONFIG_HOME": str(self._home / "config"),
            "XDG_STATE_HOME": str(self._home / "state"),
            "XDG_CACHE_HOME": str(self._home / "cache"),
            "TMPDIR": str(self._home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PS1": "$ ",
            "ROLLOUT_OPERATOR": operator,
        }

    def walk_to(self, item: str) -> None:
        """Bring a new run to where this item is next, before the journey begins: alice did what came before."""
        alice = Actor("alice", "alice", "bastion")
        session = runs_folder.begin(
            self.runs, self._plan.plan, self._plan.text, Start(), MovedClock(self._clock), alice
        )
        while (step := next_step(session.run, session.moment())).item != item:
            for intent in self._what_does(step.action, step.item, session):
                session.act(intent)

    def _what_does(self, action: str, item: str, session: Session) -> list[Intent]:
        stage = session.run.stage
        match action:
            case "sign":
                return [Sign(item)]
            case "start-phase":
                return [StartPhase(stage.id)]
            case "measure":
                metrics = session.run.sequence.metrics
                return [Measure(name, float(reading)) for name, reading in zip(metrics, FINE, strict=True)]
            case "go":
                return [Go()]
            case "promote" if left := soak_left(session.run, stage, session.moment()):
                self.pass_time(seconds=left.total_seconds())
                return []
            case "promote":
                return [Promote(stage.id)]
            case _:
                raise AssertionError(f"nothing does {action} at {item}")

    # Time

    def pass_time(self, **span: float) -> None:
        """Let time pass, on both clocks."""
        self._both += timedelta(**span)
        self._set_clock()

    def jump_wall_clock(self, **span: float) -> None:
        """Let the wall clock jump, while no time passes."""
        self._wall += timedelta(**span)
        self._set_clock()

    def _set_clock(self) -> None:
        new = self._clock.with_suffix(".new")
        new.write_text(f"{self._both.total_seconds()} {self._wall.total_seconds()}")
        new.replace(self._clock)

    # The record

    @property
    def journal(self) -> Path:
        """The only run's journal."""
        (journal,) = self.runs.glob("*.toml")
        return journal

    @property
    def run(self) -> str:
        """The only run's id."""
        return self.journal.stem

    def events(self) -> list[dict[str, Any]]:
        """Give the only run's events as any reader of TOML finds them."""
        events: list[dict[str, Any]] = tomllib.loads(self.journal.read_text(encoding="utf-8")).get("event", [])
        return events

    def find(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Find the one event of this kind with these fields, which carries its time and name."""
        found = [e for e in self.events() if e["kind"] == kind and all(e.get(k) == v for k, v in fields.items())]
        assert len(found) == 1, f"{len(found)} events {kind} {fields} in\n{self.journal.read_text()[-4000:]}"
        assert isinstance(found[0]["at"], datetime)
        assert found[0]["at"].tzinfo is not None
        assert found[0]["by"]
        return found[0]


class OperatorTerminal(Terminal):
    """A terminal with a person at it, who knows the keys."""

    def __init__(self, place: Place, command: list[str], operator: str, size: tuple[int, int]) -> None:
        super().__init__(command, folder=place.folder, environment=place.environment(operator), size=size)
        self.place = place
        self.operator = operator

    def command(self, line: str) -> None:
        """Type a command into a shell, which tells its exit code."""
        self.type(f"{line}; echo exit=$?")
        self.keys("Enter")

    def signs(self, title: str) -> None:
        """Sign off what the cursor stands on, which is this."""
        self.wait_for(title)
        event = self.records("Space")
        assert event["kind"] in {"item_signed", "rollback_step_signed"}
        assert self.place.titles[event["item"]].startswith(title)

    def starts(self, audience: str) -> None:
        self.wait_for(audience)
        self.keys("b")
        self.wait_for(f"it exposes {audience}")
        assert self.records("Enter")["kind"] == "phase_started"

    def passes_the_gate(self, what: str) -> None:
        """Open the gate, which nothing blocks, and pass it."""
        self.keys("p")
        self.wait_for(f"{what}: nothing blocks. Press enter.")
        assert self.records("Enter")["kind"] == "gate_promoted"

    def measures(self, *readings: str) -> None:
        """Take the readings in one form, from the metric under the cursor on; empty ones are left out."""
        self.keys("m")
        self.wait_for("Readings")
        number = len(self.place.events()) + sum(map(bool, readings))
        for reading in readings:
            self.type(reading)
            self.keys("Enter")
        self.sees_recorded(number)

    def fills(self, key: str, asked: str, *answers: str) -> dict[str, Any]:
        """Open the form of a key and answer it line by line; the form is open when it shows what is `asked`."""
        self.keys(key)
        return self.answers(asked, *answers)

    def answers(self, asked: str, *answers: str) -> dict[str, Any]:
        """Answer the form that shows what is `asked`, line by line."""
        self.wait_for(asked)
        for answer in answers[:-1]:
            self.type(answer)
            self.keys("Enter")
        self.type(answers[-1])
        return self.records("Enter")

    def records(self, *names: str) -> dict[str, Any]:
        """Press keys that record one event, wait for its receipt, and give it as the journal has it by then."""
        number = len(self.place.events()) + 1
        self.keys(*names)
        return self.sees_recorded(number)

    def sees_recorded(self, number: int) -> dict[str, Any]:
        """Wait for the receipt of an event, which is in the journal by then, with time and name."""
        screen = self.wait_for(f"recorded #{number} ")
        event = self.place.events()[number - 1]
        assert event["seq"] == number
        assert event["by"] == self.operator
        receipt = re.search(rf"recorded #{number} ([0-9a-f]{{8}})", screen)
        assert receipt is not None, screen
        assert event["hash"].startswith(f"sha256:{receipt[1]}")
        return event

    def leaves(self) -> int:
        """Quit, and give the exit code."""
        self.keys("q")
        return self.exit_code()
