"""What somebody needs who was not there: the ledger, the news, who waits for whom, the paragraph for a chat."""

from rollout_tui.people import Actor
from rollout_tui.run import intents
from rollout_tui.run.briefing import status_paragraph, waiting
from rollout_tui.run.ledger import but_for, deferrals, waived
from rollout_tui.run.news import news_for
from tests.run.driver import Walk
from tests.run.run_plans import CANARY


def deferred() -> Walk:
    walk = Walk(CANARY)
    walk.do(intents.Defer("tests", "inside", "the lab is down"))
    walk.do(intents.Waive("security", "nothing changed"))
    return walk


def test_the_ledger_names_each_deferral_with_the_stage_where_it_comes_due() -> None:
    walk = deferred()
    (found,) = deferrals(walk.run)
    assert (found.item.id, found.stage.id, found.reason, found.is_due) == ("tests", "inside", "the lab is down", False)
    assert [item.id for item in waived(walk.run)] == ["security"]
    assert but_for(walk.run) == "1 deferred, 1 waived"
    assert deferrals(walk.to("inside").run)[0].is_due
    walk.sign("tests")
    assert deferrals(walk.run) == ()
    assert but_for(walk.run) == "1 waived"


def test_an_override_counts_in_the_ledger() -> None:
    walk = Walk(CANARY)
    walk.do(intents.Go(tuple(walk.blockers()), "the shop is down"))
    assert but_for(walk.run) == "4 overridden"


def test_news_are_what_came_after_the_operators_last_entry() -> None:
    walk = Walk(CANARY).sign("tests")
    assert news_for(walk.entries, Actor("alice")).entries == ()
    walk.sign("monitoring", by="bob")
    walk.sign("rollback-plan", by="carol")
    found = news_for(walk.entries, Actor("alice"))
    assert found.since is not None
    assert (found.since.seq, [entry.stamp.by for entry in found.entries]) == (1, ["bob", "carol"])
    assert [entry.seq for entry in news_for(walk.entries, Actor("bob")).entries] == [3]


def test_who_has_done_nothing_yet_hears_everything() -> None:
    walk = Walk(CANARY).sign("tests")
    found = news_for(walk.entries, Actor("dave"))
    assert found.since is None
    assert len(found.entries) == 2


def test_a_first_approval_waits_for_somebody_else() -> None:
    walk = Walk(CANARY)
    assert waiting(walk.run) == ()
    walk.do(intents.Sign("security"), by="bob")
    assert waiting(walk.run) == ("bob waits for someone else to approve: Security review",)
    walk.do(intents.Sign("security"), by="carol")
    assert waiting(walk.run) == ()


def test_an_approved_promotion_waits_for_somebody_else() -> None:
    walk = Walk(CANARY).to_started("some")
    walk.do(intents.Sign("some/approval"), by="bob")
    assert "bob approved promoting Some: someone else promotes" in waiting(walk.run)


def test_the_paragraph_says_where_the_run_stands_and_proves_it() -> None:
    walk = deferred().to_started("inside").sign("inside/flag/new-shop", "inside/flag/wallet").wait("20 min")
    said = status_paragraph(walk.run, walk.now)
    assert said.startswith("Shop 2 (shop 2.0.0): Inside, Internal team only (3 of 8). Soak: 40 min left. Blocked by ")
    assert "Next: Sign: Orders go through." in said
    assert "So far 1 deferred, 1 waived." in said
    assert said.endswith(f"2026-03-02-shop {walk.run.seq}:{walk.run.head[:8]}]")
    assert "\n" not in said


def test_the_paragraph_of_a_hold_a_rollback_and_a_closed_run() -> None:
    walk = Walk(CANARY).to_started("inside")
    walk.do(intents.Hold("the pager is down"))
    assert "HELD by alice (the pager is down)" in status_paragraph(walk.run, walk.now)
    walk.do(intents.RollBack("bug", "it fell over"))
    said = status_paragraph(walk.run, walk.now)
    assert ": ROLLING BACK. ROLLBACK" in said
    assert "Next: Sign: Flags off." in said
    walk.until(lambda run: run.closed is not None)
    assert ": closed, rolled-back." in status_paragraph(walk.run, walk.now)
