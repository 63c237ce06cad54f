"""A wall clock that was wrong before a session began: the entries' own count of time knows it, else the file's time."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock, SystemClock
from rollout_tui.errors import Conflict, Refused
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import findings
from rollout_tui.run.audit.finding import AuditFinding, Kind, Severity
from rollout_tui.run.consistency import judge
from rollout_tui.run.next import next_step
from rollout_tui.run.run_rules import RULES
from rollout_tui.session import Session
from tests.faults.fault_runs import ALICE, answer, begin
from tests.runs import runs_folder

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class OtherMachine(SimulatedClock):
    """The clock of a machine that was booted by itself."""

    boot = "0b0e11aa"


def path_of(session: Session) -> Path:
    return Path(session.ref.place)


def at_a_soak(folder: Path) -> tuple[Session, SimulatedClock]:
    """A run whose first phase soaks, and everything else that its gate asks for is done."""
    clock = SimulatedClock(NOON)
    session = begin(folder, clock)
    while (step := next_step(session.run, session.moment())).action != "promote":
        clock.advance(timedelta(minutes=1))
        for intent in answer(session, step):
            session.act(intent)
    return session, clock


def clock_findings(session: Session) -> list[AuditFinding]:
    return [each for each in findings(session.run, session.entries) if each.kind is Kind.CLOCK]


def promoted(session: Session) -> ev.Entry:
    stage = session.run.stage
    for metric in session.run.sequence.metrics:
        session.act(intents.Measure(metric, 0.1))
    return session.act(intents.Promote(stage.id))


def test_a_command_that_starts_on_a_wrong_clock_passes_no_soak(tmp_path: Path) -> None:
    session, clock = at_a_soak(tmp_path)
    clock.set_ahead(30 * DAY)
    later = runs_folder.resume(path_of(session), clock, ALICE)
    with pytest.raises(Refused, match="the clock jumped 30 days ahead"):
        later.act(intents.Promote(later.run.stage.id))


def test_a_note_on_the_wrong_clock_does_not_make_it_right(tmp_path: Path) -> None:
    session, clock = at_a_soak(tmp_path)
    clock.set_ahead(30 * DAY)
    for _ in range(2):
        runs_folder.resume(path_of(session), clock, ALICE).act(intents.Note("x"))
    last = runs_folder.resume(path_of(session), clock, ALICE)
    with pytest.raises(Refused, match="the clock jumped 30 days ahead"):
        promoted(last)
    other = runs_folder.resume(path_of(session), OtherMachine(clock.now()), ALICE)
    with pytest.raises(Refused, match="the clock jumped 30 days ahead"):
        promoted(other)


def test_a_clock_that_was_set_right_again_needs_no_word(tmp_path: Path) -> None:
    session, clock = at_a_soak(tmp_path)
    clock.set_ahead(30 * DAY)
    session.act(intents.Note("x"))
    clock.set_ahead(-30 * DAY)
    clock.advance(timedelta(minutes=1))
    session.act(intents.Note("y"))
    clock.advance(2 * DAY)
    assert promoted(session).event == ev.GatePromoted(session.entries[-1].event.stage)  # type: ignore[union-attr]


def test_what_was_confirmed_opens_the_gate_and_stays_a_finding_with_it(tmp_path: Path) -> None:
    session, clock = at_a_soak(tmp_path)
    clock.set_ahead(30 * DAY)
    later = runs_folder.resume(path_of(session), clock, ALICE)
    confirmed = later.act(intents.ConfirmClock("compared with a phone"))
    assert confirmed.event == ev.ClockConfirmed(30 * 86400.0, "compared with a phone")
    with pytest.raises(Conflict):
        later.act(intents.ConfirmClock("again"))
    gate = promoted(later)
    jumped, back = clock_findings(later)[0], clock_findings(later)[1:]
    assert back == []
    assert jumped.severity is Severity.SERIOUS
    assert "passed on it: " in jumped.text
    assert f"#{gate.seq}" in jumped.text
    assert judge(later.entries).found == ()


def test_a_gate_that_was_forged_past_a_step_does_not_follow(tmp_path: Path) -> None:
    session, clock = at_a_soak(tmp_path)
    clock.advance(2 * DAY)
    entry = promoted(session)
    assert judge(session.entries).found == ()
    # As if the two days had been set, not waited for.
    first = next(each.seq for each in session.entries if each.stamp.at > NOON + DAY)
    forged = [
        replace(each, stamp=replace(each.stamp, up_ms=each.stamp.up_ms - 2 * 86_400_000)) if each.seq >= first else each
        for each in session.entries
    ]
    (found,) = judge(forged).found
    assert found.seq == entry.seq
    assert "the clock jumped 2 days ahead" in found.allowed
    confirmed = replace(forged[first], event=ev.ClockConfirmed(7.0, "x"))
    assert "seconds 172800.0, not 7.0" in judge([*forged[:first], confirmed]).found[0].allowed


def test_without_a_common_boot_the_file_is_the_witness(tmp_path: Path) -> None:
    session, clock = at_a_soak(tmp_path)
    os.utime(path_of(session), (clock.now().timestamp(), clock.now().timestamp()))
    back = runs_folder.resume(path_of(session), OtherMachine(clock.now() - timedelta(hours=1)), ALICE)
    with pytest.raises(Refused, match="the clock jumped 1 h back"):
        back.act(intents.Promote(back.run.stage.id))
    near = runs_folder.resume(path_of(session), OtherMachine(clock.now() - timedelta(seconds=4)), ALICE)
    assert not near.moment().jump
    back.act(intents.ConfirmClock("looked at another clock"))
    assert judge(back.entries).found == ()


def test_a_gate_of_which_nobody_can_know_is_told(tmp_path: Path) -> None:
    session, clock = at_a_soak(tmp_path)
    os.utime(path_of(session), (clock.now().timestamp(), clock.now().timestamp()))
    other = runs_folder.resume(path_of(session), OtherMachine(clock.now() + 2 * DAY), ALICE)
    stage = other.run.stage
    overrides = tuple(f"stale:{metric}" for metric in other.run.sequence.metrics)
    other.act(intents.Promote(stage.id, overrides, "read on the dashboard"))
    (told,) = clock_findings(other)
    assert told.severity is Severity.NOTE
    assert "can't be known" in told.text


def test_every_entry_of_a_new_run_says_its_boot_and_none_of_an_old_one(tmp_path: Path) -> None:
    session = begin(tmp_path)
    session.act(intents.Note("x"))
    assert {entry.stamp.boot for entry in runs_folder.read(path_of(session)).entries} == {SimulatedClock.boot}
    assert session.run.started.rules == RULES
    text = path_of(session).read_bytes()
    assert text.count(b"\nboot = ") == text.count(b"\nup_ms = ") == 2


def test_the_machine_names_its_boot() -> None:
    clock = SystemClock()
    assert clock.boot == SystemClock().boot
    assert not clock.boot or (len(clock.boot) == 8 and int(clock.boot, 16) >= 0)
