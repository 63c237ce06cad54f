"""Two people by their keys, through the command line: real keys, and the signers file of who starts the run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rollout_tui.journal.blocks import seal
from tests.cli.program import PLAN, Program
from tests.signing.keyring import make

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("alice", "bob"):
        make(folder, name)
    return folder


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "payments.toml"
    path.write_text(PLAN.read_text().replace("[plan]\n", '[plan]\nidentity = "signed"\n', 1))
    return path


class People:
    """Who sits there has a key, and a file of signers if any; the program is told by the user's own configuration."""

    def __init__(self, rollout: Program, keys: Path, home: Path) -> None:
        self._rollout, self._keys, self._home = rollout, keys, home / "rollout"
        self._home.mkdir(parents=True)

    def sit_down(self, key: str, signers: str = "") -> Program:
        (self._home / "config.toml").write_text(f'sign = "always"\nkey = "{self._keys / key}"\nsigners = "{signers}"\n')
        return self._rollout

    def signers(self, *names: str) -> str:
        file = self._home / "signers"
        file.write_text("".join(f"{name}@example.com {(self._keys / f'{name}.pub').read_text()}" for name in names))
        return str(file)


@pytest.fixture
def people(rollout: Program, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return People(rollout, keys, tmp_path / "config")


def test_a_start_without_a_signers_file_says_what_that_is_worth(people: People, plan: Path) -> None:
    rollout = people.sit_down("alice")
    rollout.start(plan=plan)
    assert "Warning: no signers file says whose each key is" in rollout.err
    people.sit_down("alice", people.signers("alice")).start("--reason", "another", plan=plan)
    assert "Warning" not in rollout.err


def test_a_file_that_lists_nobody_starts_nothing(people: People, plan: Path, keys: Path) -> None:
    file = Path(people.signers())
    file.write_text(f"*@example.com cert-authority {(keys / 'alice.pub').read_text()}")
    told = people.sit_down("alice", str(file)).refused("run", str(plan), "--detach", code=2)
    assert "lists nobody whose key tells people apart" in told


def test_a_line_of_the_file_that_can_not_be_read_is_told_by_what_lists_the_keys(people: People, plan: Path) -> None:
    file = Path(people.signers("alice", "bob"))
    lines = file.read_text().splitlines()
    cut = lines[1].split()[2][:-4]
    file.write_text(f"{lines[0]}\nbob@example.com ssh-ed25519 {cut}\n")
    rollout = people.sit_down("alice", str(file))
    run = rollout.start(plan=plan)
    told = f"{file}:2: gives no key that can be read"
    assert told in rollout.err
    people.signers("bob")
    file.write_text(f"{file.read_text()}alice@example.com ssh-ed25519 {cut}\n")
    rollout("redline", run, "--principals", "--dry-run")
    assert told in rollout.err


def test_another_persons_signers_file_changes_nobody(people: People, plan: Path) -> None:
    """An edit by somebody whose own file lacks alice leaves her on the run's list, and her approval as it is."""
    rollout, run = at_the_gate(people, plan, people.signers("alice", "bob"))
    plan.write_text(plan.read_text().replace('owner = "', 'owner = "Another and ', 1))
    shown = people.sit_down("bob", people.signers("bob"))("redline", run, "--as", "bob", "--reason", "a typo")
    assert "Principals" not in shown
    assert "everyone/approval" not in shown
    rollout("promote", run, "everyone", "--as", "bob")


def at_the_gate(people: People, plan: Path, signers: str = "") -> tuple[Program, str]:
    """Alice has come to the gate of the phase that two people promote, and approved its promotion."""
    rollout = people.sit_down("alice", signers)
    run = rollout.start(plan=plan)
    rollout.deploy(run)
    rollout.promote(run, "canary")
    rollout("start-phase", run, "everyone")
    rollout("sign", run, "everyone/flag/new-ledger")
    rollout.wait(hours=2)
    rollout("sign", run, "refunds-arrive")
    rollout("measure", run, "error-rate", "0.2")
    rollout("sign", run, "everyone/approval")
    return rollout, run


def test_a_key_makes_two_people_and_a_name_does_not(people: People, plan: Path) -> None:
    rollout, run = at_the_gate(people, plan)
    assert "You approved the promotion" in rollout.refused("promote", run, "everyone", "--as", "bob")
    people.sit_down("alice", people.signers("alice", "bob"))
    told = rollout.refused("note", run, "mine", "--as", "bob", code=5)
    assert "is alice@example.com's by" in told
    assert "and you act as bob" in told
    told = rollout.refused("promote", run, "everyone", "--as", "bob", "--no-sign")
    assert "takes two people, and yours would be not signed by a key" in told
    people.sit_down("bob")("promote", run, "everyone", "--as", "bob")
    words = rollout.json("status", run)["identity"]["words"]
    assert words == "told apart by the keys that they sign with: who has two of them can pass for two"
    assert words in rollout("report", run)


def test_an_approval_without_a_key_is_a_note_in_the_receipt_and_at_the_gate(people: People, plan: Path) -> None:
    rollout, run = at_the_gate(people, plan)
    rollout("revoke", run, "everyone/approval", "--reason", "once more")
    receipt = rollout("sign", run, "everyone/approval", "--no-sign", code=3)
    assert receipt.rstrip().endswith("(a note: it is not signed by a key)")
    (blocker,) = rollout.json("status", run)["blockers"]
    assert "is missing: alice's approval (#" in blocker["text"]
    assert "stands as a note" in rollout.refused("sign", run, "everyone/approval", "--no-sign")
    rollout("sign", run, "everyone/approval")
    people.sit_down("bob")("promote", run, "everyone", "--as", "bob")


def test_the_status_of_a_gate_refuses_what_the_promotion_would(people: People, plan: Path) -> None:
    rollout, run = at_the_gate(people, plan)
    rollout("status", run, "--gate")
    log = rollout.log(run)
    data = log.read_bytes()
    last = data.rindex(b"\n[[event]]")
    words = data[last : data.rindex(b"hash = ")].replace(b'by = "alice"', b'by = "bob"')
    log.write_bytes(data[:last] + seal(words))
    rollout("status", run, "--gate", code=3)
    assert "does not count: altered: not what was signed" in rollout.err


def test_only_keys_count_that_the_start_lists_until_a_redline_lists_more(people: People, plan: Path) -> None:
    alone = people.signers("alice")
    rollout, run = at_the_gate(people, plan, alone)
    bob = people.sit_down("bob", alone)
    assert "signed by a key that the run does not list" in bob.refused("promote", run, "everyone", "--as", "bob")
    people.signers("alice", "bob")
    rollout = people.sit_down("alice", alone)
    assert "nothing to redline" in rollout.refused("redline", run, "--dry-run", code=8)
    shown = rollout("redline", run, "--principals", "--dry-run")
    assert "Principals: bob@example.com SHA256:" in shown
    assert "it takes a signature that counts itself" in shown
    anew = ("redline", run, "--principals", "--reason", "bob is on call")
    rollout(*anew, "--no-sign", code=3)
    assert "yours would be not signed by a key" in rollout.err
    rollout(*anew)
    people.sit_down("bob", alone)("promote", run, "everyone", "--as", "bob")
    rollout("verify", run, code=0)
