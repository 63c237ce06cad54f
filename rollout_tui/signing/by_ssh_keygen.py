"""Signatures verified by ssh-keygen, a process for each, several at once: where the package `cryptography` is not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from ..sshsig import armored
from ..text import safe
from .algorithms import Check
from .unverifiable import Unverifiable

_SECONDS = 20.0
_PROGRAM = "ssh-keygen"


def verify(checks: Sequence[Check]) -> list[bool | Unverifiable]:
    """Say of each signature whether it is over its words, or why not known; Unverifiable where nothing can be asked."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        with TemporaryDirectory(prefix="rollout-") as folder:
            return list(pool.map(lambda each: _is_good(each[1], Path(folder, str(each[0]))), enumerate(checks)))
    except OSError as error:
        raise Unverifiable(f"what ssh-keygen reads can't be written: {error}") from None
    finally:
        # Who gives up waits for none that has not begun.
        pool.shutdown(cancel_futures=True)


def _is_good(check: Check, file: Path) -> bool | Unverifiable:
    file.write_text(armored(check.text))
    try:
        # Whose key it is, and when it counts, is for the signers file: `check-novalidate` asks for neither.
        done = subprocess.run(
            [_PROGRAM, "-Y", "check-novalidate", "-n", check.signature.namespace, "-s", str(file)],
            input=check.words,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
            start_new_session=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unverifiable(f"ssh-keygen can't be asked: {error}") from None
    finally:
        file.unlink(missing_ok=True)
    said = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode == 0:
        return True
    # What it can't do is no verdict on the signature.
    if "Could not verify signature" not in said or "unsupported" in said:
        return Unverifiable(f"ssh-keygen does not verify here: {safe(said.strip().splitlines()[0] if said else '')}")
    return False
