"""A run in which alice signs what she says and bob does not; and somebody who changes it, and chains it anew."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from rollout_tui.clock import SimulatedClock
from rollout_tui.journal.blocks import seal
from rollout_tui.people import Actor
from rollout_tui.plan.toml import load
from rollout_tui.run import intents
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.starting import start_run
from rollout_tui.session import Session
from rollout_tui.signing.ssh_keygen import KeygenCall
from tests.signing.signed_log import ALICE, NOON
from tests.signing.soft_keys import SoftKey

PLAN = Path(__file__).parents[2] / "plans" / "hotfix.toml"
EVENTS = 4


class SoftSigner:
    """A key in this process that signs at once."""

    needs_touch = False

    def __init__(self, key: SoftKey) -> None:
        self._key = key
        self.key, self.kind = key.fingerprint, key.kind

    def sign(self, words: bytes, namespace: str, _call: KeygenCall | None = None) -> str:
        return self._key.sign(words, namespace)


def make(folder: Path, key: SoftKey = ALICE) -> Path:
    """Start a run, sign two items of it, with a note of bob's between and one behind."""
    clock, loaded = SimulatedClock(NOON), load(PLAN)
    alice, bob = Actor("alice", "alice", "bastion"), Actor("bob", "bob", "laptop")
    signer = SoftSigner(key)
    store = start_run(FolderRuns(folder), loaded.plan, loaded.text, Start(), clock, alice, signer)
    session = Session(store, clock, alice, signer)
    first, second = list(session.run.sequence.items)[:2]
    said: list[tuple[Actor, intents.Intent]] = [
        (alice, intents.Sign(first, note="all green")),
        (bob, intents.Note("one remark is open")),
        (alice, intents.Sign(second)),
        (bob, intents.Note("that is all")),
    ]
    for who, intent in said:
        clock.advance(timedelta(minutes=1))
        session.sign_as(who, signer if who is alice else None)
        session.act(intent)
    path = folder / f"{session.run.id}.toml"
    session.close()
    return path


def forge(path: Path, old: bytes, new: bytes) -> None:
    """Change the log, and chain all of it anew; each author saw what stands before them now."""
    data = path.read_bytes()
    assert old in data
    path.write_bytes(_chained(data.replace(old, new)))


def strip(path: Path, *keys: str) -> None:
    """Take off each line of these keys, and chain all of the log anew."""
    path.write_bytes(_chained(re.sub(rf'({"|".join(keys)}) = "[^"]*"\n'.encode(), b"", path.read_bytes())))


def _chained(data: bytes) -> bytes:
    header, *events = data.split(b"\n[[event]]\n")
    parts = [header, *(b"\n[[event]]\n" + each for each in events)]
    heads: dict[bytes, bytes] = {}
    made = b""
    for part in parts:
        known = re.sub(rb"sha256:([0-9a-f]{64})", lambda found: b"sha256:" + heads.get(found[1], found[1]), part)
        block = seal(known[: known.rindex(b'hash = "')])
        heads[part[-66:-2]] = block[-66:-2]
        made += block
    return made
