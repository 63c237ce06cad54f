"""A run in which somebody signed, on the screen: a glyph at each entry, who it was, and trouble where it is altered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import UsageError
from rollout_tui.run.events import Entry
from rollout_tui.run.intents import Note
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef
from rollout_tui.session import Session
from rollout_tui.signing.signers import Signers
from rollout_tui.signing.unverifiable import Unverifiable
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.examiner import Examiner
from rollout_tui.tui.run_worker import RunWorker
from rollout_tui.tui.screens.audit import AuditScreen, audited
from rollout_tui.tui.screens.run import RunScreen
from rollout_tui.tui.signature import SIGNED
from rollout_tui.tui.updates import Changed, NotAsSigned, NotVerified, Update, Verified
from tests.runs import runs_folder
from tests.signing import signed_run
from tests.signing.signed_log import BOB, EVE, asked, signers
from tests.signing.signed_run import SoftSigner
from tests.tui.stage import ALICE, NOON, Show


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return signed_run.make(tmp_path)


def opened(path: Path) -> Session:
    return Session(FolderRuns(path.parent).open(RunRef(path.stem, str(path))), SimulatedClock(NOON), ALICE)


async def judged(worker: RunWorker, found: Signers | None) -> list[Update]:
    told = list[Update]()
    worker.examiner = Examiner("runs/a.toml", lambda _folder, _is_signed: found)
    worker.updates.subscribe(told.append)
    await worker.judge()
    return told


async def test_who_signed_is_verified_once_the_run_is_there(log: Path) -> None:
    worker = RunWorker(opened(log))
    assert await judged(worker, signers()) == [Changed()]
    assert [each.kind for each in worker.examiner.signed.values()] == [
        *("signed", "signed", "unsigned", "signed", "unsigned")
    ]
    assert worker.examiner.trouble == ""
    worker.close()


async def test_what_is_altered_is_trouble(log: Path) -> None:
    signed_run.forge(log, b"all green", b"all amber")
    worker = RunWorker(opened(log))
    (update,) = await judged(worker, signers())
    assert isinstance(update, NotAsSigned)
    assert [each.seq for each in update.found] == [1, 3]
    assert worker.examiner.trouble == "#1 is altered: not what was signed"
    assert worker.condition().text.startswith("LOG IN TROUBLE")
    worker.close()


async def test_what_another_signed_is_told_and_no_trouble(log: Path) -> None:
    worker = RunWorker(opened(log))
    (update,) = await judged(worker, signers(f"eve {EVE.line}"))
    assert isinstance(update, NotAsSigned)
    assert [each.kind for each in update.found] == ["nobody", "nobody", "nobody"]
    assert worker.examiner.trouble == ""
    worker.close()


async def test_what_others_sign_meanwhile_is_verified_too(log: Path) -> None:
    worker = RunWorker(opened(log))
    told = await judged(worker, signers())
    other = opened(log)
    other.sign_as(ALICE, SoftSigner(BOB))
    other.act(Note("with a key that is not hers"))
    await worker.look()
    assert isinstance(told[-1], NotAsSigned)
    assert worker.examiner.signed[5].words == "signed by bob@example.com, who is not the claimed alice"
    told.clear()
    await worker.look()
    assert told == []
    worker.close()


async def test_a_signers_file_that_can_not_be_read_is_told(log: Path) -> None:
    def unreadable(_folder: Path, _is_signed: bool) -> Signers:
        raise UsageError("The signers file x can't be read: no such file.")

    worker, told = RunWorker(opened(log)), list[Update]()
    worker.examiner = Examiner("runs/a.toml", unreadable)
    worker.updates.subscribe(told.append)
    await worker.judge()
    (update,) = told
    assert isinstance(update, NotVerified)
    worker.close()


def signed_by_alice(log: Path) -> list[Entry]:
    return list(runs_folder.read(log).entries)


def test_a_file_that_could_not_be_read_is_read_again(log: Path) -> None:
    answers: list[Signers | None] = [Signers(problem="stale"), Signers(problem="stale"), signers(f"eve {EVE.line}")]
    examiner = Examiner("runs/a.toml", lambda _folder, _is_signed: answers.pop(0) or signers())
    entries = signed_by_alice(log)
    assert examiner.verify(entries) == (), "not before the log was judged"
    (told,) = examiner.judge(entries)
    assert isinstance(told, NotVerified)
    assert told.error.message == "stale"
    assert [examiner.verify(entries) for _ in range(5)] == [()] * 5, "told once, and tried ever less often"
    assert len(answers) == 1
    verified, told = examiner.verify(entries)
    assert verified == Verified()
    assert isinstance(told, NotAsSigned)
    assert examiner.verify(entries) == ()
    assert answers == []


def test_what_is_altered_is_known_where_nobody_says_whose_a_key_is(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_run.forge(log, b"all green", b"all amber")
    examiner = Examiner("runs/a.toml", lambda _folder, _is_signed: Signers(problem="stale"))
    unread, altered = examiner.judge(signed_by_alice(log))
    assert isinstance(unread, NotVerified)
    assert isinstance(altered, NotAsSigned)
    assert examiner.trouble == "#1 is altered: not what was signed"

    def unable(_checks: object) -> list[bool]:
        raise Unverifiable("ssh-keygen can't be asked")

    monkeypatch.setattr("rollout_tui.signing.verify._own_backend", lambda: unable)
    header, first, *others = signed_by_alice(log)
    examiner = Examiner("runs/a.toml", asked)
    unread, altered = examiner.judge([header, replace(first, signature="VVNIU0lH"), *others])
    assert isinstance(unread, NotVerified)
    assert isinstance(altered, NotAsSigned)
    assert [each.kind for each in examiner.signed.values()][:2] == ["unverified", "altered"]
    assert "does not begin as a signature" in examiner.trouble


def test_what_was_signed_before_and_stands_there_again_is_altered(log: Path) -> None:
    examiner = Examiner("runs/a.toml", asked)
    entries = signed_by_alice(log)
    assert examiner.judge(entries) == (Changed(),)
    (told,) = examiner.verify([*entries, replace(entries[1], seq=len(entries))])
    assert isinstance(told, NotAsSigned)
    assert examiner.trouble == f"#{len(entries)} is altered: repeated, the words of event 1 once more"


async def test_the_top_line_of_an_audit_says_what_has_no_answer(log: Path) -> None:
    unread = Signers("none", problem="The signers file none can't be read")
    found = FolderRuns(log.parent).verify(runs_folder.ref_to(log), None, lambda _folder, _is_signed: unread)
    app = RolloutApp(AuditScreen(audited(runs_folder.read(log), found)), quiet=0)
    async with app.run_test(size=(140, 40)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        assert " whose keys signed is not known: The signers file none can't be read; open: the run is" in show.text()


async def test_the_audit_marks_what_is_signed_and_says_by_whom(log: Path) -> None:
    found = FolderRuns(log.parent).verify(runs_folder.ref_to(log), None, asked)
    app = RolloutApp(AuditScreen(audited(runs_folder.read(log), found)), quiet=0)
    async with app.run_test(size=(140, 40)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        timeline = show.text().partition("Timeline (")[2]
        marks = [SIGNED in line for line in timeline.splitlines() if "  #" in line]
        assert marks == [True, True, False, True, False]
        assert "Whose key is whose: signers" in show.text()
        assert "Signatures: fixed to event 3 by alice's signature; the event behind it is not" in show.text()
        await show.press("slash", *"one remark", "enter")
        assert "unsigned" not in show.text()
        await show.press("escape", "slash", *"all green", "enter")
        assert "signed with alice's key (alice@example.com, Alice Smith" in show.text()


async def test_the_run_marks_a_signed_item_and_says_by_whom_below(log: Path) -> None:
    app = RolloutApp(RunScreen(), opened(log), quiet=0)
    async with app.run_test(size=(120, 40)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        app.worker.examiner = Examiner("runs/a.toml", asked)
        await app.worker.judge()
        await show.press("escape", "home")
        assert f"#1 {SIGNED}" in show.text()
        assert f"{SIGNED} signed with alice's key" in show.text()
