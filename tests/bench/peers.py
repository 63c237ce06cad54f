"""`make bench-peers`: other Textual programs beside ours, each in an environment of its own from the package index.

python tests/bench/peers.py [--json]
"""

from __future__ import annotations

import subprocess
import sys
import venv
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.measure import environment, in_turn, rollout, spawned
from tests.bench.places import PLACE, folder_on_disk
from tests.bench.start import OURS, painted, resuming
from tests.bench.table import Row, as_json, as_text, compared, plain
from tests.bench.terminal import Terminal, listen

ROUNDS = 5
SECONDS = 5


@dataclass(frozen=True)
class Peer:
    """A program: what is installed for it, its command, and what its first screen shows last."""

    name: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    shows: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return PLACE / "peers" / self.name

    @property
    def program(self) -> list[str]:
        return [str(self.folder / "bin" / self.command[0]), *self.command[1:]]


PEERS = (
    # With tree-sitter 0.26 its editor crashes.
    Peer("posting", ("posting", "tree-sitter<0.26"), ("posting",), ("Send", "Quit")),
    Peer("dooit", ("dooit",), ("dooit",), ("NORMAL",)),
    Peer("harlequin", ("harlequin",), ("harlequin",), ("Run Query",)),
    Peer("toolong", ("toolong",), ("tl", "some.log"), ("Tail", "999")),
)


def main() -> None:
    for peer in PEERS:
        _install(peer)
    with folder_on_disk() as folder:
        (folder / "some.log").write_text("".join(f"line {number}\n" for number in range(1000)))
        rows = [*_starts(folder), *_helps(folder), *_idling(folder)]
    print(as_json(rows) if "--json" in sys.argv else as_text(rows))


def _install(peer: Peer) -> None:
    done = peer.folder / "installed"
    if done.exists():
        return
    print(f"installing {peer.name} in {peer.folder}", file=sys.stderr)
    venv.create(peer.folder, with_pip=True)
    subprocess.run([peer.folder / "bin" / "pip", "install", "--quiet", *peer.packages], check=True)
    done.touch()


def _starts(folder: Path) -> list[Row]:
    acts = {peer.name: partial(painted, peer.program, peer.shows, folder) for peer in PEERS}
    acts["ours"] = partial(painted, resuming(folder, "start", 50, 0), OURS, folder)
    taken = in_turn(acts, ROUNDS)
    return [
        compared("start to first full paint", taken["ours"], peer.name, taken[peer.name], budget=1) for peer in PEERS
    ]


def _helps(folder: Path) -> list[Row]:
    known = environment(folder)
    commands = {peer.name: [peer.program[0], "--help"] for peer in PEERS} | {"ours": rollout("--help")}
    taken = in_turn({name: partial(spawned, command, known, folder) for name, command in commands.items()}, ROUNDS)
    return [compared("--help", taken["ours"], peer.name, taken[peer.name], budget=1) for peer in PEERS]


def _idling(folder: Path) -> list[Row]:
    commands = {peer.name: (peer.program, peer.shows) for peer in PEERS}
    commands["ours"] = resuming(folder, "idle", 50, 8), OURS
    with ExitStack() as stack:
        screens = {}
        for name, (command, shows) in commands.items():
            screens[name] = stack.enter_context(Terminal(command, folder=folder, environment=environment(folder)))
            screens[name].wait_for(*shows)
        listen(screens.values(), 3)
        before = {name: (screen.cpu, screen.sent) for name, screen in screens.items()}
        listen(screens.values(), SECONDS)
        cpu = {name: [(screen.cpu - before[name][0]) / SECONDS] for name, screen in screens.items()}
        sent = {name: [(screen.sent - before[name][1]) / SECONDS] for name, screen in screens.items()}
    busy = [plain("idle second", "ms of cpu", cpu["ours"], peer.name, cpu[peer.name]) for peer in PEERS]
    return busy + [
        plain("bytes of an idle second", "bytes", sent["ours"], peer.name, sent[peer.name]) for peer in PEERS
    ]


if __name__ == "__main__":
    main()
