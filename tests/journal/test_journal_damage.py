"""No cut, flipped bit or moved block is ever read as something else."""

from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from rollout_tui.errors import Damaged
from rollout_tui.journal.chain import Chain
from rollout_tui.journal.reader import FileReader
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import NoteAdded, RunClosed, Unknown
from rollout_tui.runs.file_store import FileStore
from tests.journal.journal_samples import Sample, add, make
from tests.journal.make_fixtures import follow


def read(data: bytes) -> Chain:
    chain = Chain()
    chain.extend(data)
    return chain


def ends_of(data: bytes) -> list[int]:
    """Give where each block of a journal ends."""
    parts = data.split(b"\n\n")
    ends = [sum(len(part) + 2 for part in parts[: count + 1]) - 1 for count in range(len(parts))]
    return [*ends[:-1], len(data)]


def blocks_of(data: bytes) -> list[bytes]:
    ends = [0, *ends_of(data)]
    return [data[start:end] for start, end in pairwise(ends)]


def reseal(blocks: list[bytes]) -> bytes:
    """Chain the blocks anew, as someone would who knows how; the format stands in for the room's own code here."""
    sealed: list[bytes] = []
    prev = b""
    for block in blocks:
        lines = block.splitlines(keepends=True)[:-1]
        lines = follow(lines, prev)
        prev = sha256(b"rollout-journal/1\n" + b"".join(lines)).hexdigest().encode()
        sealed.append(b"".join([*lines, b'hash = "sha256:%b"\n' % prev]))
    return b"".join(sealed)


def test_a_cut_at_any_byte_is_torn_or_damaged_or_a_whole_shorter_journal(sample: Sample) -> None:
    data = sample.data
    ends = ends_of(data)
    for cut in range(len(data)):
        chain = read(data[:cut])
        whole = [end for end in ends if end <= cut]
        assert chain.entries == sample.entries[: len(whole)], cut
        assert chain.size == (whole[-1] if whole else 0), cut
        if cut in (0, *ends):
            assert not chain.torn, cut
            assert not chain.damage, cut
        elif whole:
            assert chain.torn is not None, (cut, chain.damage)
            assert (chain.torn.size, chain.torn.after) == (cut - whole[-1], len(whole) - 1)
        else:
            assert chain.damage is not None, cut


def test_zeros_from_any_byte_on_never_verify(sample: Sample) -> None:
    data = sample.data
    for start in range(len(data)):
        chain = read(data[:start] + bytes(len(data) - start))
        whole = [end for end in ends_of(data) if end <= start]
        assert chain.entries == sample.entries[: len(whole)], start
        assert chain.torn if whole else chain.damage, start


@pytest.mark.slow
def test_a_flipped_bit_at_any_byte_never_verifies(sample: Sample) -> None:
    data = sample.data
    for place in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[place] ^= 1 << bit
            chain = read(bytes(flipped))
            assert chain.damage or chain.torn, (place, bit)
            assert chain.entries == sample.entries[: len(chain.entries)], (place, bit)
            assert chain.size <= place, (place, bit)


@pytest.mark.slow
def test_a_byte_dropped_or_put_in_never_verifies(sample: Sample) -> None:
    data = sample.data
    for place in range(len(data)):
        for inserted in (b"", b"\n", b" ", b"\0", b'"', b"a"):
            changed = data[:place] + inserted + data[place + (not inserted) :]
            if changed != data:
                chain = read(changed)
                assert chain.damage or chain.torn, (place, inserted)
                assert chain.entries == sample.entries[: len(chain.entries)], (place, inserted)


def changed_blocks() -> dict[str, Callable[[list[bytes]], list[bytes]]]:
    return {
        "header dropped": lambda b: b[1:],
        "first dropped": lambda b: b[:1] + b[2:],
        "one dropped": lambda b: b[:2] + b[3:],
        "one doubled": lambda b: b[:3] + b[2:],
        "last doubled": lambda b: [*b, b[-1]],
        "two swapped": lambda b: [b[0], b[2], b[1], *b[3:]],
        "header doubled": lambda b: [b[0], *b],
    }


@pytest.mark.parametrize("change", changed_blocks().values(), ids=changed_blocks().keys())
def test_blocks_dropped_doubled_or_swapped_are_damage(
    sample: Sample, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    sample.path.write_bytes(b"".join(change(blocks_of(sample.data))))
    assert verify(sample.path).verdict in ("damaged", "not-a-journal")
    with pytest.raises(Damaged):
        FileStore(sample.path)


NOT_CANONICAL = {
    "another order": (b'by = "alice"\nfrom = "alice@bastion"\n', b'from = "alice@bastion"\nby = "alice"\n'),
    "a comment": (b'item = "backups"\n', b'item = "backups" # fine\n'),
    "a space": (b'item = "backups"\n', b'item =  "backups"\n'),
    "a literal string": (b'item = "backups"\n', b"item = 'backups'\n"),
    "a string over lines": (b'item = "backups"\n', b'item = """backups"""\n'),
    "fake blocks in a string": (b'item = "backups"\n', b'item = """\n[[event]]\nkind = "gate_held"\n"""\n'),
    "an escape that need not be": (b'item = "backups"\n', b'item = "back\\u0075ps"\n'),
    "a slash escaped long": (b"\\nin 4 min", b"\\u000ain 4 min"),
    "an escape in capitals": (b"\\u202e", b"\\u202E"),
    "a bidi character raw": (b"\\u202e", b"\xe2\x80\xae"),
    "half a character": (b"\\u202e", b"\\ud83d"),
    "a default written": (b'item = "backups"\n', b'item = "backups"\nevidence = ""\n'),
    "a field missing": (b'item = "backups"\n', b""),
    "a field twice": (b'item = "backups"\n', b'item = "backups"\nitem = "backups"\n'),
    "a number as text": (b"value = 0.25\n", b'value = "0.25"\n'),
    "a number spelled longer": (b"value = 0.25\n", b"value = 0.250\n"),
    "an integer for a float": (b"value = 0.25\n", b"value = 1\n"),
    "infinity": (b"value = 0.25\n", b"value = inf\n"),
    "a dotted key": (b'item = "backups"\n', b'item.name = "backups"\n'),
    "a key of the store": (b'item = "backups"\n', b'item = "backups"\nsees = "x"\n'),
    "a month that is none": (b"at = 2026-11-22T18:40:01.123Z\nby", b"at = 2026-13-22T18:40:01.123Z\nby"),
    "another offset": (b"at = 2026-11-22T18:40:01.123Z\nby", b"at = 2026-11-22T18:40:01.123+00:00\nby"),
    "line ends of Windows": (b'item = "backups"\n', b'item = "backups"\r\n'),
    "bytes that are not UTF-8": (b"d\xc3\xa9j", b"d\xe9j"),
    "nested arrays": (b'item = "backups"\n', b"item = " + b"[" * 5000 + b"]" * 5000 + b"\n"),
    "a number of 5,000 digits": (b"value = 0.25\n", b"value = " + b"9" * 5000 + b"\n"),
    "a run in a run": (b'kind = "gate_held"', b'kind = "run_started"'),
}


@pytest.mark.parametrize(("old", "new"), NOT_CANONICAL.values(), ids=NOT_CANONICAL.keys())
def test_what_toml_may_take_but_no_journal_writes_is_damage_under_a_good_hash(
    sample: Sample, old: bytes, new: bytes
) -> None:
    header, *events = blocks_of(sample.data)
    assert any(old in block for block in events)
    rechained = reseal([header, *(block.replace(old, new) for block in events)])
    place = next(place for place, block in enumerate(events, 1) if old in block)
    damage = read(rechained).damage
    assert damage is not None
    assert (damage.seq, damage.offset) == (place, sum(map(len, [header, *events][:place])))


def test_a_resealed_journal_verifies_so_the_cases_above_fail_for_their_own_reason(sample: Sample) -> None:
    assert reseal(blocks_of(sample.data)) == sample.data


LATER = {
    "a kind": (b'kind = "gate_held"\nat', b'kind = "moon_phase"\nat', "moon_phase", ("reason", "waiting for the DBA")),
    "a key": (b'reason = "w', b'weather = "x"\nreason = "w', "gate_held", ("weather", "x")),
}


@pytest.mark.parametrize(("old", "new", "kind", "field"), LATER.values(), ids=LATER.keys())
def test_what_a_later_version_wrote_reads_as_unknown(
    sample: Sample, old: bytes, new: bytes, kind: str, field: tuple[str, object]
) -> None:
    entry = read(reseal([block.replace(old, new) for block in blocks_of(sample.data)])).entries[-1]
    assert isinstance(entry.event, Unknown)
    assert entry.event.kind == kind
    assert field in entry.event.fields


def test_a_character_that_another_version_of_unicode_knows_may_stand_raw_or_escaped(sample: Sample) -> None:
    # A writer escapes what its own Unicode does not know yet: of what is newer than Unicode 3.2, both are read.
    raw, escaped = "\U0001f680".encode(), b"\\U0001f680"
    chain = read(reseal([block.replace(raw, escaped) for block in blocks_of(sample.data)]))
    assert chain.damage is None
    assert [entry.event for entry in chain.entries] == [entry.event for entry in sample.entries]


def test_a_damaged_journal_is_refused_for_writing_and_read_up_to_the_damage(sample: Sample) -> None:
    offset = len(b"".join(blocks_of(sample.data)[:2]))
    sample.path.write_bytes(sample.data.replace(b"value = 0.25", b"value = 0.26"))
    with pytest.raises(Damaged, match=f"event 2, at byte {offset}"):
        FileStore(sample.path)
    with FileReader(sample.path) as reader:
        assert reader.read(-1) == sample.entries[:2]
        assert reader.damage is not None
        assert reader.damage.seq == 2


def test_damage_that_comes_while_the_journal_is_open_stops_reading_and_writing(sample: Sample) -> None:
    with FileStore(sample.path) as store:
        altered = bytearray(sample.data)
        altered[-100] ^= 1
        with open(sample.path, "r+b") as file:
            file.write(altered)
        with pytest.raises(Damaged):
            store.read(0)
        with pytest.raises(Damaged):
            add(store, NoteAdded("x"))
        assert sample.data == bytes(altered)


def test_a_journal_that_became_shorter_while_it_is_open_takes_nothing_more(sample: Sample) -> None:
    with FileStore(sample.path) as store:
        sample.path.write_bytes(b"".join(blocks_of(sample.data)[:-1]))
        with pytest.raises(Damaged):
            add(store, NoteAdded("x"))


def test_a_close_that_counts_wrongly_is_damage(tmp_path: Path) -> None:
    made = make(tmp_path, NoteAdded("x"), RunClosed("completed", 2, "done"))
    assert verify(made.path).verdict == "whole"
    made.path.write_bytes(reseal([block.replace(b"events = 2", b"events = 3") for block in blocks_of(made.data)]))
    found = verify(made.path)
    assert (found.verdict, found.damaged_event) == ("damaged", 2)
    assert found.damaged_byte == ends_of(made.data)[1]


def test_a_close_that_counts_wrongly_is_not_written(sample: Sample) -> None:
    with FileStore(sample.path) as store, pytest.raises(ValueError, match="number 5"):
        add(store, RunClosed("completed", 4, "done"))
    assert read(sample.data).entries == sample.entries


LATER_BLOCK = b"""
[[event]]
kind = "later"
at = 2026-11-22T18:40:01.123Z
by = "alice"
from = "alice@bastion"
sees = "sha256:%b"
text = "\\"\\u202e\\U000e0041\xc3\xa9"
yes = true
no = false
count = -120
share = -0.5
tiny = 1e-05
since = 2026-11-22T18:40:01.123Z
names = ["a", "b\\n"]
none = []
plan = [
  "format = 1",
  "",
  "name = \\"x\\"",
]
seq = 5
prev = "sha256:"
hash = "sha256:"
"""


def test_every_kind_of_value_of_a_later_version_is_read_and_can_be_torn(sample: Sample) -> None:
    blocks = blocks_of(sample.data)
    data = reseal([*blocks, LATER_BLOCK % sample.entries[-1].hash.encode()])
    event = read(data).entries[-1].event
    assert isinstance(event, Unknown)
    assert dict(event.fields)["plan"] == ("format = 1", "", 'name = "x"')
    assert dict(event.fields)["share"] == -0.5
    for cut in range(len(sample.data) + 1, len(data)):
        assert read(data[:cut]).torn is not None, data[len(sample.data) : cut]


BEGUN = b'\n[[event]]\nkind = "x"\nat = 2026-11-22T18:40:01.123Z\nby = "a"\nfrom = "a"\nsees = "sha256:%b"\n'
BEGUN %= b"0" * 64

NOT_BEGUN = {
    "text": b"hello",
    "another table": b"\n[[events",
    "another first line": b"\n[[event]]\nby",
    "a line out of order": b'\n[[event]]\nkind = "x"\nby = "a"\n',
    "a line that no journal has": b'\n[[event]]\nkind = "x"\nat = "now"\nfrom',
    "a key of the store among the fields": BEGUN + b'prev = "s',
    "a wrong number": BEGUN + b"seq = 6",
    "a wrong chain": BEGUN + b'seq = 5\nprev = "sha256:x',
    "a number of more digits than any has": BEGUN + b"share = 0." + b"1" * 21,
    "an hour that no day has": BEGUN + b"since = 2026-11-22T24",
    "zeros before the end": b"\n[[event]]\n\0\0\0kind",
}


@pytest.mark.parametrize("rest", NOT_BEGUN.values(), ids=NOT_BEGUN.keys())
def test_what_no_append_could_have_left_is_damage_and_not_torn(sample: Sample, rest: bytes) -> None:
    chain = read(sample.data + rest)
    assert (chain.torn, len(chain.entries)) == (None, 5)
    assert chain.damage is not None
    assert (chain.damage.seq, chain.damage.offset) == (5, len(sample.data))


@pytest.mark.parametrize("value", [b"", b"-", b"0.", b"0." + b"1" * 20, b"1" * 18, b"1e", b"-2.5e+", b"2.5e-30"])
def test_a_number_that_is_cut_is_torn_as_the_cases_above_would_be(sample: Sample, value: bytes) -> None:
    assert read(sample.data + BEGUN + b"share = " + value).torn is not None


@pytest.mark.parametrize(
    ("happened", "is_read"), [(b"2026-11-22T18:30:00.000Z", True), (b"2026-13-22T18:30:00.000Z", False), (b'""', False)]
)
def test_a_header_of_a_later_version_happened_at_a_time(sample: Sample, happened: bytes, is_read: bool) -> None:
    header, *events = blocks_of(sample.data)
    later = header.replace(b"items = ", b'happened = %b\nteam = "x"\nitems = ' % happened)
    assert (read(reseal([later, *events])).damage is None) == is_read
