"""What is written reads back equal, and any TOML reader agrees on the values."""

import tomllib
import unicodedata
from dataclasses import fields, replace
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout_tui.errors import RolloutError
from rollout_tui.journal.blocks import decode, encode_header
from rollout_tui.journal.chain import Chain, Torn
from rollout_tui.journal.shapes import KINDS, STORE_KEYS
from rollout_tui.journal.values import hides, unsafe_beyond_ascii
from rollout_tui.run.events import (
    Entry,
    Event,
    MetricMeasured,
    NoteAdded,
    PlanRedlined,
    RunClosed,
    RunStarted,
    SoakExtended,
    Stamp,
)
from rollout_tui.runs.file_store import FileStore, create
from tests.journal.chained import encode_event
from tests.journal.journal_samples import ALICE, STARTED, Sample, add, make
from tests.share import share

HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\"\\\n\r\t\x00\x1b\x7f\x85\u061c\u200b\u2028\u202e\u2066\ufeff\U000e0041[]='#,u"),
    ),
    max_size=30,
)
"""Text as an attacker, or a paste from a terminal, would give it."""

TIMES = st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000))
STAMPS = st.builds(Stamp, at=TIMES, by=HOSTILE, origin=HOSTILE, happened=st.none() | TIMES)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: HOSTILE,
    int: st.integers(-(10**18) + 1, 10**18 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    float | None: st.none() | st.floats(allow_nan=False, allow_infinity=False),
    tuple[str, ...]: st.lists(HOSTILE, max_size=4).map(tuple),
}


def builds(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    values = {field.name: hints[field.name] for field in fields(kind)}
    return st.builds(
        kind, **{name: VALUES[hint] if hint in VALUES else st.from_type(hint) for name, hint in values.items()}
    )


def planned(event: Any) -> Any:
    text = "\n".join(event.plan)
    return replace(event, plan=tuple(text.split("\n")), plan_sha256=sha256(text.encode()).hexdigest())


STARTS = builds(RunStarted).map(planned)
APPENDED: st.SearchStrategy[Event] = st.one_of(
    [
        builds(kind).map(planned) if kind is PlanRedlined else builds(kind)
        for kind in KINDS.values()
        if kind is not RunStarted
    ]
)


def counted(event: Event, seq: int) -> Event:
    """A run's close counts the events with itself."""
    return replace(event, events=seq) if isinstance(event, RunClosed) else event


def journal_of(started: RunStarted, stamp: Stamp, events: list[tuple[Event, Stamp]]) -> bytes:
    data = encode_header(started, stamp)
    head = decode(data, seq=0, prev="").hash
    for seq, (event, by) in enumerate(events, 1):
        block = encode_event(counted(event, seq), by, sees=head, seq=seq, prev=head)
        head = decode(block, seq=seq, prev=head).hash
        data += block
    return data


def as_toml(entry: Entry) -> dict[str, object]:
    """Give what a TOML reader should find for an entry, its place in the chain left out."""
    found: dict[str, object] = {"at": entry.stamp.at, "by": entry.stamp.by, "from": entry.stamp.origin}
    if entry.stamp.happened:
        found["happened"] = entry.stamp.happened
    for field in fields(entry.event):
        value = getattr(entry.event, field.name)
        if value != field.default:
            found[field.name] = list(value) if isinstance(value, tuple) else value
    return found


@settings(max_examples=share(150), deadline=None)
@given(STARTS, STAMPS, st.lists(st.tuples(APPENDED, STAMPS), max_size=6))
def test_events_read_back_as_written_by_us_and_by_tomllib(
    started: RunStarted, stamp: Stamp, events: list[tuple[Event, Stamp]]
) -> None:
    data = journal_of(started, stamp, events)
    chain = Chain()
    chain.extend(data)
    assert (chain.damage, chain.torn, chain.size) == (None, None, len(data))
    written = [(counted(event, seq), by) for seq, (event, by) in enumerate(events, 1)]
    assert [(entry.event, entry.stamp) for entry in chain.entries] == [(started, stamp), *written]

    header = tomllib.loads(data.decode())
    blocks = header.pop("event", [])
    chained = {"format", "hash", "kind", "seq", "prev", "sees"}
    assert [{k: v for k, v in block.items() if k not in chained} for block in [header, *blocks]] == [
        as_toml(entry) for entry in chain.entries
    ]
    assert [block["seq"] for block in blocks] == list(range(1, len(events) + 1))
    assert [block["prev"] for block in blocks] == [f"sha256:{entry.hash}" for entry in chain.entries[:-1]]


@settings(max_examples=share(30), deadline=None)
@given(APPENDED, STAMPS, st.integers(0, 40))
def test_any_event_cut_at_any_byte_is_torn(event: Event, stamp: Stamp, zeros: int) -> None:
    start = len(encode_header(STARTED, ALICE))
    data = journal_of(STARTED, ALICE, [(event, stamp)])
    for cut in range(start + 1, len(data)):
        chain = Chain()
        chain.extend(data[:cut] + bytes(zeros))
        assert chain.torn == Torn(cut - start + zeros, after=0), data[start:cut]
        assert len(chain.entries) == 1


@settings(max_examples=share(100), deadline=None)
@given(HOSTILE)
def test_a_journal_is_harmless_to_look_at(text: str) -> None:
    data = journal_of(STARTED, ALICE, [(NoteAdded(text), ALICE)]).decode()
    unsafe = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert {char for char in data if unicodedata.category(char) in unsafe} <= {"\n"}


def test_what_is_always_escaped_is_what_acts_on_a_terminal() -> None:
    listed = unsafe_beyond_ascii
    for code in [*range(0x80, 0x20000), *range(0xE0000, 0xE0200), *range(0xEFFF0, 0xF0010)]:
        char = chr(code)
        acts = unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        assert hides(f"é{char}") == bool(listed().match(char)), hex(code)
        if acts or unicodedata.category(char) != "Cn":
            assert bool(listed().match(char)) == acts, hex(code)


def test_no_event_has_a_field_that_the_store_writes() -> None:
    for kind in KINDS.values():
        assert STORE_KEYS.isdisjoint(field.name for field in fields(kind)), kind


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(NoteAdded("half \ud83d a rocket"), id="lone surrogate"),
        pytest.param(NoteAdded("é" * 40_000), id="a note over 64 KiB"),
        pytest.param(SoakExtended("phase-1", 10**18, "long"), id="19 digits"),
        pytest.param(MetricMeasured("rate", float("nan"), "phase-1"), id="nan"),
        pytest.param(MetricMeasured("rate", float("inf"), "phase-1"), id="inf"),
    ],
)
def test_what_could_not_be_read_back_is_refused_before_the_write(sample: Sample, event: Event) -> None:
    before = sample.data
    with FileStore(sample.path) as store, pytest.raises(RolloutError) as refused:
        add(store, event)
    assert refused.value.hint
    assert sample.data == before


def test_a_plan_over_its_limit_is_refused_before_the_write(tmp_path: Path) -> None:
    started = RunStarted("r", "s", "1", (), ("x" * 60_000,) * 18, "0" * 64)
    with pytest.raises(RolloutError, match="plan"):
        create(tmp_path / "r.toml", started, ALICE)
    assert list(tmp_path.iterdir()) == []


def test_milliseconds_are_kept_and_what_is_finer_is_cut(tmp_path: Path) -> None:
    made = make(tmp_path, NoteAdded("x"))
    stamp = Stamp(ALICE.at.replace(microsecond=999_999), "alice", "a@b")
    with FileStore(made.path) as store:
        assert add(store, NoteAdded("late"), stamp).stamp.at.microsecond == 999_000
