"""What a journal's bytes say, verified block by block: the whole entries, and what stands behind them. No I/O."""

from __future__ import annotations

import gc
from typing import Literal

from rollout_tui.frozen import dataclass
from rollout_tui.journal.blocks import decode, end_of_block, has_hash
from rollout_tui.journal.values import NotCanonical
from rollout_tui.run.events import Entry, entry_named


@dataclass(frozen=True)
class Torn:
    """An incomplete entry at the end: `size` bytes behind event number `after`."""

    size: int
    after: int


Layer = Literal["bytes", "rules"]
"""What found a damage: the bytes and their chain, or the rules of a run, by which an event can't follow."""


@dataclass(frozen=True)
class Damage:
    """The first block that is not what was written: its number, the byte where it begins, why, and what found it."""

    seq: int
    offset: int
    reason: str
    layer: Layer = "bytes"

    def __str__(self) -> str:
        return f"{entry_named(self.seq)}, at byte {self.offset}, {self.reason}"


class Chain:
    """The entries verified so far; `size` bytes hold them, and the block of each begins at the byte in `starts`."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.starts: list[int] = []
        self.size = 0
        # The hashes of the entries, as far as anything asked for them.
        self._heads: set[str] = set()
        self.torn: Torn | None = None
        self.damage: Damage | None = None
        # The whole entry that is the damage, where its author saw another history.
        self.stranger: Entry | None = None

    @property
    def last_at(self) -> int:
        """The byte at which the last block begins."""
        return self.starts[-1] if self.starts else 0

    @property
    def head(self) -> str:
        """The hash of the last entry in hexadecimal, empty before the first."""
        return self.entries[-1].hash if self.entries else ""

    def extend(self, data: bytes) -> None:
        """Verify `data`, the file's bytes from `last_at` on: the last block once more, and what stands behind it.

        Stops at what is torn or damaged, and says so.
        """
        self.torn = self.damage = self.stranger = None
        known = self.size - self.last_at
        if self.entries and not has_hash(data[:known], self.head):
            self.damage = Damage(len(self.entries) - 1, self.last_at, "is no longer what it was when it was read")
            return
        self._extend(data[known:])

    def check_again(self, data: bytes) -> None:
        """Compare every block with its hash once more: `data` is what the file has from its first byte on.

        For what is torn or damaged behind them `extend` is asked.
        """
        for entry, start, end in zip(self.entries, self.starts, [*self.starts[1:], self.size], strict=True):
            if not has_hash(data[start:end], entry.hash):
                self.damage = Damage(entry.seq, start, "is no longer what it was when it was read")
                return

    def add(self, entry: Entry, size: int) -> None:
        """Take in an entry whose block of `size` bytes was verified."""
        self.entries.append(entry)
        self.starts.append(self.size)
        self.size += size

    def _extend(self, data: bytes) -> None:
        # All that is read is kept: to look for garbage among it would cost an eighth of the time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._take_blocks(data)
        finally:
            if collecting:
                gc.enable()

    def _take_blocks(self, data: bytes) -> None:
        entries, starts, size = self.entries, self.starts, self.size
        head, reason = self.head, ""
        start = 0
        while start < len(data):
            end = end_of_block(data, start)
            try:
                entry = decode(data[start:end], seq=len(entries), prev=head)
            except NotCanonical as problem:
                reason = str(problem)
                break
            if entry.sees != head and not self.has_head(entry.sees):
                self.stranger = entry
                reason = "says that its author saw a head that the journal never had"
                break
            entries.append(entry)
            starts.append(size + start)
            head, start = entry.hash, end
        self.size += start
        # Behind the handler, so that what it holds of a long block is gone.
        if reason:
            self._stop(data[start:], reason)

    def has_head(self, digest: str) -> bool:
        """Tell whether one of the entries has this hash."""
        # Nearly everyone saw the newest: what the others saw is looked up in what is made for the first of them.
        self._heads.update(entry.hash for entry in self.entries[len(self._heads) :])
        return digest in self._heads

    def _stop(self, rest: bytes, reason: str) -> None:
        # Most journals end where an entry ends, and do without these patterns.
        from rollout_tui.journal import torn

        seq = len(self.entries)
        # A journal gets its name when its header is whole, so a cut header is damage.
        if seq and torn.is_torn(rest, seq=seq, prev=self.head):
            self.torn = Torn(len(rest), after=seq - 1)
        else:
            self.damage = Damage(seq, self.size, reason)
