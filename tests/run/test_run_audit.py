"""Each kind of finding: when there is one, how grave it is, whom it names, and when there is none."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rollout_tui.report.formats import FORMATS, render
from rollout_tui.report.model import LogVerdict, make_report
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import AuditFinding, Kind, Severity, findings
from rollout_tui.run.subjects.start_acts import Start
from tests.run.driver import NOON, Walk
from tests.run.edits import redline
from tests.run.honest import Booted
from tests.run.moves import LARGEST, play
from tests.run.run_plans import CANARY, PLANS
from tests.share import share


def found(walk: Walk, kind: Kind) -> list[AuditFinding]:
    return [each for each in findings(walk.run, walk.entries) if each.kind is kind]


def only(walk: Walk, kind: Kind) -> AuditFinding:
    (finding,) = found(walk, kind)
    return finding


def slow(walk: Walk) -> Walk:
    """Let every step of a walk take its time."""
    step = walk.step

    def waited() -> ev.Event:
        walk.wait("2 min")
        return step()

    walk.step = waited  # type: ignore[method-assign]
    return walk


def fresh(**options: Any) -> Walk:
    return slow(Walk(CANARY, **options))


def test_an_ordinary_run_has_nothing_to_report() -> None:
    walk = slow(Booted(CANARY, random.Random(1), Start("run"))).until(lambda run: run.closed is not None)
    assert findings(walk.run, walk.entries) == ()


def test_a_waiver_is_told_with_its_reason_and_what_became_of_it() -> None:
    walk = fresh()
    walk.do(intents.Waive("tests", "they ran last night"))
    waiver = only(walk, Kind.WAIVER)
    assert (waiver.severity, waiver.seq, waiver.by) == (Severity.WARNING, 1, "alice")
    assert waiver.text == "alice waived All tests passing: they ran last night"
    walk.do(intents.Revoke("tests", "they did not"), "bob")
    walk.do(intents.Sign("tests"), "bob")
    waiver = only(walk, Kind.WAIVER)
    assert waiver.severity is Severity.NOTE
    assert waiver.text.endswith("; in the end signed by bob (#3)")
    assert only(walk, Kind.REVOCATION).text == (
        "bob took back the waiver of All tests passing, given by alice (#1): they did not"
    )


def test_what_is_in_the_name_of_who_signs_and_not_signed_is_told() -> None:
    walk = fresh()
    said = (("before", ""), ("signed", "alice"), ("by nobody", ""), ("signed", "alice"), ("by nobody again", ""))
    for text, key in said:
        walk.do(intents.Note(text), key=key)
    walk.do(intents.Note("mine"), by="bob", key="")
    finding = only(walk, Kind.SIGNATURE)
    assert (finding.severity, finding.seq, finding.by) == (Severity.WARNING, 3, "alice")
    assert finding.text.startswith("#3, #5 are in alice's name and not signed, though alice signs")


def test_a_deferral_is_told_with_its_end() -> None:
    walk = fresh()
    walk.do(intents.Defer("tests", "some", "the farm is down"))
    deferral = only(walk, Kind.DEFERRAL)
    assert deferral.text == "alice deferred All tests passing to Some: the farm is down; still due"
    assert deferral.severity is Severity.WARNING
    walk.wait("1 h").do(intents.Sign("tests"), "bob")
    deferral = only(walk, Kind.DEFERRAL)
    assert deferral.text.endswith("; in the end signed by bob (#2)")
    assert deferral.severity is Severity.NOTE


def test_a_first_approval_leaves_a_deferral_due() -> None:
    walk = fresh()
    walk.do(intents.Defer("security", "some", "tomorrow"))
    walk.do(intents.Sign("security"), "bob")
    assert only(walk, Kind.DEFERRAL).text.endswith("; still due")


def test_an_override_names_what_it_went_past_in_words() -> None:
    walk = fresh().to_started("inside")
    walk.do(intents.Hold("wait"))
    walk.do(intents.Release("go on"))
    walk.do(intents.Promote("inside", tuple(walk.blockers()), "the shop is down without it"), "bob")
    override = only(walk, Kind.OVERRIDE)
    assert (override.severity, override.by) == (Severity.SERIOUS, "bob")
    assert "open: Orders go through" in override.text
    assert "soak: 1 h left" in override.text
    assert override.text.endswith(": the shop is down without it")
    assert only(walk, Kind.SOAK_CUT).text == "bob promoted Inside with 1 h of its 1 h soak left"
    assert findings(walk.run, walk.entries)[0].kind is Kind.OVERRIDE


def test_a_start_past_a_rule_names_the_rule() -> None:
    walk = fresh()
    header = walk.header.event
    assert isinstance(header, ev.RunStarted)
    entry = replace(walk.header, event=replace(header, overrides=("R4",), reason="no metric yet"))
    (override,) = [each for each in findings(walk.run, [entry]) if each.kind is Kind.OVERRIDE]
    assert override.seq == 0
    assert "R4: Monitoring is ready" in override.text


def test_a_rehearsal_that_skips_its_soak_is_no_more_than_a_note() -> None:
    walk = fresh(rehearsal=True).to_started("inside")
    for name in ("inside/flag/new-shop", "inside/flag/wallet", "inside/criterion/orders-go-through"):
        walk.do(intents.Sign(name))
    walk.do(intents.Measure("errors", 0.1))
    walk.do(intents.Measure("uptime", 99.9))
    walk.do(intents.Promote("inside"))
    assert only(walk, Kind.SOAK_CUT).severity is Severity.NOTE


def test_two_names_of_one_login_are_one_person_to_an_auditor() -> None:
    walk = fresh()
    walk.do(intents.Sign("security"))
    walk.record(ev.ItemSigned("security"), "bob")
    assert found(walk, Kind.ONE_LOGIN) == []
    walk.entries[-1] = replace(walk.entries[-1], stamp=ev.Stamp(NOON, "bob", "alice@elsewhere"))
    finding = only(walk, Kind.ONE_LOGIN)
    assert (finding.severity, finding.by) == (Severity.SERIOUS, "bob")
    assert "alice (#1) and bob (#2)" in finding.text


def test_a_promotion_and_its_approval_from_one_login_are_found() -> None:
    walk = fresh().to("some").to_next("promote")
    walk.until(lambda run: "some" in run.gates)
    assert found(walk, Kind.ONE_LOGIN) == []
    walk.entries[-1] = replace(walk.entries[-1], stamp=replace(walk.entries[-1].stamp, origin=_approver(walk)))
    assert "Promotion of Some" in only(walk, Kind.ONE_LOGIN).text


def _approver(walk: Walk) -> str:
    signed = [e for e in walk.entries if isinstance(e.event, ev.ItemSigned) and e.event.item == "some/approval"]
    return signed[-1].stamp.origin


def test_an_owner_who_approves_their_own_item_is_a_note() -> None:
    plan = CANARY.replace(
        'title = "Security review"\n',
        'title = "Security review"\nowner = "Alice (Security)"\n',
    )
    walk = slow(Walk(plan))
    walk.do(intents.Sign("security"))
    own = only(walk, Kind.OWN_ITEM)
    assert (own.severity, own.by) == (Severity.NOTE, "alice")


def test_a_gate_behind_sign_offs_that_nobody_looked_at_is_found() -> None:
    walk = Walk(CANARY)
    for name in ("tests", "monitoring", "rollback-plan"):
        walk.wait("2 s").do(intents.Sign(name))
    walk.wait("1 h").sign("security")
    walk.do(intents.Go(), "bob")
    fast = only(walk, Kind.FAST_GATE)
    assert (fast.severity, fast.by) == (Severity.WARNING, "bob")
    assert "3 items were signed within 4 s by alice (#1 to #3)" in fast.text


def test_a_breach_lasts_to_the_next_fine_reading() -> None:
    walk = fresh().to_started("inside")
    walk.do(intents.Measure("errors", 1.5), "bob")
    walk.wait("10 min").do(intents.Measure("errors", 1.2))
    assert only(walk, Kind.BREACH).severity is Severity.SERIOUS
    walk.wait("10 min").do(intents.Measure("errors", 0.2))
    breach = only(walk, Kind.BREACH)
    assert (breach.severity, breach.by) == (Severity.WARNING, "bob")
    assert "1.5 %, read by bob, and 1 more; fine again 20 min later" in breach.text


def test_a_trigger_is_told_with_its_clearing() -> None:
    walk = fresh().to_started("inside")
    walk.do(intents.Fire("inside/trigger/paid-twice", "order 12"), "bob")
    assert only(walk, Kind.TRIGGER).severity is Severity.SERIOUS
    walk.wait("5 min").do(intents.Clear("inside/trigger/paid-twice", "a test order"))
    trigger = only(walk, Kind.TRIGGER)
    assert trigger.severity is Severity.WARNING
    assert "Paid twice: order 12; cleared by alice 5 min later" in trigger.text


def test_a_rollback_over_its_target_is_found_and_one_within_it_not() -> None:
    for minutes, expected in ((4, 0), (6, 1)):
        walk = fresh().to_started("inside")
        walk.do(intents.RollBack("bug", "errors"), "bob")
        walk.wait(f"{minutes} min").do(intents.FinishRollback("restored", "steps were done by the script"), "bob")
        over = found(walk, Kind.ROLLBACK_OVER_TARGET)
        assert len(over) == expected
        assert all("6 min, 1 min over its target of 5 min (restored, finished by bob)" in each.text for each in over)


def test_a_silence_is_what_lasts_beyond_the_soak() -> None:
    walk = fresh().to("some").to_next("sign")
    walk.wait("11 h").do(intents.Note("good morning"))
    assert found(walk, Kind.SILENCE) == []
    walk.wait("15 h").do(intents.Note("good morning"), "bob")
    silence = only(walk, Kind.SILENCE)
    assert (silence.severity, silence.by) == (Severity.NOTE, "bob")
    assert "Nothing was recorded for 15 h in Some, 13 h of it beyond the soak" in silence.text


def test_a_silence_in_a_rollback_is_a_warning() -> None:
    walk = fresh().to_started("inside")
    walk.do(intents.RollBack("bug", "errors"))
    walk.wait("16 min").do(intents.Note("still at it"))
    assert only(walk, Kind.SILENCE).severity is Severity.WARNING


def test_clock_steps_are_told_whether_confirmed_or_not() -> None:
    walk = fresh()
    walk.jump = timedelta(hours=-1)
    walk.do(intents.ConfirmClock("compared with a phone"), "bob")
    assert only(walk, Kind.CLOCK).text == "The clock jumped 1 h back; bob confirmed the time: compared with a phone"
    walk.wait("-30 min").do(intents.Note("x"))
    confirmed, back = found(walk, Kind.CLOCK)
    assert "30 min earlier" in back.text
    assert confirmed.seq < back.seq


def test_interruptions_and_later_versions_are_told() -> None:
    walk = fresh()
    walk.record(ev.Recovered(97, "ab" * 32, "x.torn"), "bob")
    assert "97 bytes was cut off and kept in x.torn" in only(walk, Kind.RECOVERED).text
    walk.record(ev.Unknown("teleported", ()), "bob")
    assert only(walk, Kind.LATER_VERSION).severity is Severity.SERIOUS


def test_a_redline_is_told_with_what_it_changed_and_voided() -> None:
    walk = fresh().to_started("inside")
    walk.do(intents.Waive("inside/criterion/orders-go-through", "nobody orders today"))
    walk.do(intents.Measure("errors", 1.5))
    redline(walk, ("> 1 %", "> 2 %"), ('"Orders go through"', '"Orders arrive"'))
    seq = walk.run.seq
    told = only(walk, Kind.REDLINE)
    assert (told.severity, told.seq, told.by) == (Severity.WARNING, seq, "bob")
    assert told.text == (
        "bob redlined the plan: 3 changes [Inside: criterion added: Orders arrive; Inside: criterion removed: "
        "Orders go through; Monitoring, Error rate: threshold > 1 % → > 2 %], which voided 1 item [Orders go through]"
        ": ops asked for it"
    )
    assert only(walk, Kind.WAIVER).text.endswith(f"; in the end voided by a redline by bob (#{seq})")
    breach = only(walk, Kind.BREACH)
    assert "in breach of > 1 %" in breach.text
    assert f"; fine by a redline of the plan 0 s later (#{seq})" in breach.text


def test_a_promotion_is_judged_by_the_soak_that_it_had() -> None:
    walk = fresh().to_gate("inside")
    walk.do(intents.Promote("inside"))
    redline(walk, ('duration = "1 h"', 'duration = "9 h"'))
    assert found(walk, Kind.SOAK_CUT) == []


def test_an_open_run_is_told_as_one_and_more_so_in_a_rollback() -> None:
    walk = fresh().to_started("inside")
    assert only(walk, Kind.NOT_CLOSED).severity is Severity.WARNING
    walk.do(intents.RollBack("bug", "errors"))
    assert only(walk, Kind.NOT_CLOSED).severity is Severity.SERIOUS


def test_an_emergency_heads_its_report() -> None:
    walk = fresh(emergency=True)
    first = findings(walk.run, walk.entries)[0]
    assert (first.kind, first.severity, first.seq, first.by) == (Kind.EMERGENCY, Severity.SERIOUS, 0, "alice")
    assert first.text.endswith(": fire")


@pytest.mark.slow
def test_every_walk_can_be_audited_and_told() -> None:
    """Random walks through every plan of these tests: a person is named, and every event stands in every format."""
    plans, kinds = list(PLANS.values()), set[Kind]()
    for seed in range(share(60)):
        chance = random.Random(seed)
        walk = Walk(plans[seed % len(plans)], emergency=seed % 7 == 0, rehearsal=seed % 5 == 0)
        moves = [tuple(chance.randint(0, LARGEST) for _ in range(4)) for _ in range(80)]
        play(walk, moves, lambda _: None, lambda _, __: None)  # type: ignore[arg-type]
        told = make_report(walk.run, walk.entries, LogVerdict("open", True, ""), walk.at)
        kinds |= {each.kind for each in told.findings}
        assert [each for each in told.findings if each.by not in each.text] == []
        assert all(0 <= each.seq <= walk.run.seq for each in told.findings)
        assert [e.seq for segment in told.segments for e in segment.entries] == list(range(walk.run.seq + 1))
        for form in FORMATS:
            report = render(form, told)
            assert all(f"#{entry.seq}" in report for entry in walk.entries)
    assert len(kinds) >= 12, f"the walks are too tame: {kinds}"
