"""A thousand signed events verified in process and by ssh-keygen, beside as many unsigned; and a signed sign-off."""

from __future__ import annotations

import subprocess
from pathlib import Path

from rollout_tui.journal import verification
from rollout_tui.signing import by_ssh_keygen, in_process, verify
from rollout_tui.signing.keys import read_file
from rollout_tui.signing.signer import Signer
from rollout_tui.signing.verify import Backend
from tests.bench.append import signing
from tests.bench.measure import Act, in_turn, timed
from tests.bench.samples import ALICE, begun, plan_of
from tests.bench.table import Row, compared
from tests.signing import signed_log

EVENTS = 1_000
ROUNDS = 3
SIGN_OFFS = 40


def rows(folder: Path, events: int = EVENTS) -> list[Row]:
    signed, unsigned = (_log_of(folder / f"{name}.toml", events, name == "signed") for name in ("signed", "unsigned"))
    taken = in_turn(
        {
            "in process": timed(_verifying(signed, in_process.verify)),
            "ssh-keygen": timed(_verifying(signed, by_ssh_keygen.verify)),
            "unsigned": timed(lambda: verification.verify(unsigned)),
        },
        ROUNDS,
    )
    return [
        compared(f"verify {events:,} signed, in process", taken["in process"], "ssh-keygen", taken["ssh-keygen"], 0.1),
        compared("… in process", taken["in process"], "the same unsigned", taken["unsigned"]),
        compared("… by ssh-keygen", taken["ssh-keygen"], "the same unsigned", taken["unsigned"]),
        _signing_off(folder),
    ]


def _signing_off(folder: Path) -> Row:
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    acts = {}
    for name, signer in (("signed", Signer(read_file(key), key)), ("unsigned", None)):
        place = folder / name
        place.mkdir()
        session = begun(place, plan_of(place, SIGN_OFFS + 10))
        session.sign_as(ALICE, signer)
        acts[name] = timed(signing(session, SIGN_OFFS + 10))
    taken = in_turn(acts, SIGN_OFFS)
    return compared("durable sign-off, signed by a file", taken["signed"], "unsigned", taken["unsigned"])


def _log_of(path: Path, events: int, is_signed: bool) -> Path:
    key = signed_log.ALICE if is_signed else None
    log = signed_log.start(key)
    for _ in range(events):
        log.say("alice", key)
    path.write_bytes(log.data)
    return path


def _verifying(path: Path, backend: Backend) -> Act:
    def act() -> None:
        verify._own_backend = lambda: backend
        found = verification.verify(path, signers=signed_log.asked)
        assert found.holds

    return act
