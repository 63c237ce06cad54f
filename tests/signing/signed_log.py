"""Logs that people sign, built block by block, and built anew by somebody who changes them and knows how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rollout_tui.journal.blocks import encode_words, header_words, place_words, seal, signature_line
from rollout_tui.journal.chain import Chain
from rollout_tui.run.events import Entry, NoteAdded, Stamp
from rollout_tui.signing.signers import Signers, read
from tests.journal.journal_samples import STARTED
from tests.signing.soft_keys import EVENT, HEADER, SoftKey

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALICE, BOB, CAROL, EVE, GITA = (SoftKey(number=number) for number in range(1, 6))
FIDO = SoftKey("sk-ssh-ed25519@openssh.com")
AUTHORITY = SoftKey(number=9)

SIGNERS = f"""# whose key is whose
alice@example.com {ALICE.line} Alice Smith
bob@example.com,robert@example.com {BOB.line}
"carol@example.com" valid-before="20261122",namespaces="rollout-*" {CAROL.line} Carol Jones
alice@example.com {FIDO.line} Alice Smith
gita namespaces="git" {GITA.line}
*@example.com cert-authority {AUTHORITY.line}
"""


def asked(_folder: Path, _is_signed: bool) -> Signers:
    """Give what a verifier's own file says."""
    return signers()


def signers(text: str = SIGNERS) -> Signers:
    found = read(text.encode().split(b"\n"), "signers")
    assert not found.mistakes
    return found


@dataclass(frozen=True)
class Part:
    """What an author says, and the signature over it."""

    words: bytes
    signature: str = ""

    def changed(self, old: bytes, new: bytes) -> Part:
        assert old in self.words
        return replace(self, words=self.words.replace(old, new))

    @property
    def unsigned(self) -> Part:
        return replace(self, signature="")


@dataclass
class Log:
    """A log as its parts; `blocks` are their bytes, each behind the one before."""

    parts: list[Part] = field(default_factory=list)
    blocks: list[bytes] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        return b"".join(self.blocks)

    @property
    def entries(self) -> list[Entry]:
        chain = Chain()
        chain.extend(self.data)
        assert chain.damage is None, chain.damage
        return chain.entries

    def head(self, number: int) -> str:
        return self.blocks[number][-66:-2].decode()

    def say(
        self,
        by: str,
        key: SoftKey | None = None,
        *,
        saw: int = -1,
        minute: int = 0,
        namespace: str = EVENT,
        text: str = "",
    ) -> Log:
        """Let somebody note something, signed by a key: the head that they saw is that of the entry `saw`."""
        at = NOON + timedelta(minutes=minute or len(self.parts))
        note = NoteAdded(text or f"note {len(self.parts)}")
        words = encode_words(note, Stamp(at, by, f"{by.lower()}@bastion"), self.head(saw))
        self._add(Part(words, key.sign(words, namespace) if key else ""))
        return self

    def _add(self, part: Part) -> None:
        self.parts.append(part)
        if not self.blocks:
            self.blocks.append(seal(part.words + signature_line(part.signature).encode()))
        else:
            self.blocks.append(place_words(part.words, len(self.blocks), self.head(-1), part.signature))


def start(key: SoftKey | None = None, run: str = "checkout-1", by: str = "alice") -> Log:
    """Begin a log; its header may be signed."""
    words = header_words(replace(STARTED, run=run), Stamp(NOON, by, f"{by}@bastion"))
    log = Log()
    log._add(Part(words, key.sign(words, HEADER) if key else ""))
    return log


def forged(parts: Sequence[Part]) -> Log:
    """Chain parts anew: who is not signed has seen whatever stands before them now."""
    log = Log()
    for part in parts:
        if log.blocks and not part.signature:
            sees = b'\nsees = "sha256:%b"\n' % log.head(-1).encode()
            part = replace(part, words=re.sub(rb'\nsees = "sha256:[0-9a-f]*"\n', sees, part.words))
        log._add(part)
    return log
