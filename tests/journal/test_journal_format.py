"""FORMAT.md is enough to write a verifier from, so it has to say what the code does."""

import json
from dataclasses import MISSING
from pathlib import Path

from rollout_tui import journal
from rollout_tui.journal.shapes import KINDS, STORE_KEYS, extra_fields, fields_of
from rollout_tui.journal.verdicts import MEANINGS
from tests.tables import TYPES, with_kinds

FORMAT = (Path(journal.__file__).parent / "FORMAT.md").read_text()


def test_the_table_of_kinds_is_made_from_their_classes() -> None:
    assert with_kinds(FORMAT) == FORMAT


def test_each_choice_of_words_is_named() -> None:
    line = next(line for line in FORMAT.splitlines() if line.startswith("Choices:"))
    for kind in KINDS:
        for name, field in fields_of(kind).items():
            for choice in field.choices:
                assert f"`{choice}`" in line
                assert f"`{name}` of `{kind}`" in line


def test_the_header_has_its_keys_in_order() -> None:
    rows = [
        [cell.strip(" `") for cell in row.split("|")[1:4]]
        for row in FORMAT.partition("## The header")[2].split("\n")
        if row.startswith("| `")
    ]
    header = rows[: [row[0] for row in rows].index("plan_sha256") + 1]
    fields = fields_of("run_started")
    around = ["at", "by", "from", "happened", "boot", "up_ms"]
    assert [row[0] for row in header if row[0] not in around] == [
        *("run", "service", "release"),
        *(name for name in fields if fields[name].default is not MISSING),
        *("items", "plan", "plan_sha256"),
    ]
    for name, kind, default in header:
        if name in fields:
            known = fields[name]
            assert kind.startswith(TYPES[known.type])
            assert default == ("" if known.default is MISSING else json.dumps(known.default))


def test_what_an_event_of_any_kind_may_say_is_named_in_its_order() -> None:
    rows = [
        [cell.strip(" ") for cell in row.split("|")[1:3]]
        for row in FORMAT.partition("of **any kind** may have")[2].partition("Choices:")[0].split("\n")
        if row.startswith("| `")
    ]
    assert rows == [
        [f"`{name}`", f"{TYPES[field.type]} = `{json.dumps(field.default)}`"] for name, field in extra_fields().items()
    ]


def test_reserved_keys_and_verdicts_are_named() -> None:
    for key in STORE_KEYS:
        assert f"`{key}`" in FORMAT
    for verdict in MEANINGS:
        assert f"| {verdict.replace('-', ' ')} " in FORMAT
