"""The log itself: an incomplete entry that was cut off, and entries of a later version."""

from __future__ import annotations

from typing import ClassVar, assert_never

from ...frozen import dataclass
from ..builder import Builder
from ..stages import StageSequence
from ..stamp import Mark, Stamp


@dataclass(frozen=True)
class Recovered:
    """The incomplete entry at the journal's end was kept beside it, in `file`, and cut off."""

    kind: ClassVar[str] = "recovered"
    bytes: int
    sha256: str
    file: str


@dataclass(frozen=True)
class Unknown:
    """An event of a later version: shown as it stands, and the run is read-only."""

    kind: str
    fields: tuple[tuple[str, object], ...]


Event = Recovered | Unknown


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        case Recovered():
            pass
        case Unknown():
            run.unknown = event.kind
        case _ as never:
            assert_never(never)


def words(event: Event, sequence: StageSequence) -> str:
    match event:
        case Recovered():
            return f"recovered: an incomplete entry of {event.bytes} bytes was cut off and kept in {event.file}"
        case Unknown():
            return f"an entry of a later version: {event.kind}"
        case _ as never:
            assert_never(never)
