"""The lead of a run: who has it, handing it over, taking it; what is open is read back before."""

from __future__ import annotations

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from tests.tui.stage import BOB, REASON, Staged


async def test_the_top_line_says_who_leads(staged: Staged) -> None:
    async with staged.shown() as show:
        assert "alice leads" in show.line("#top")
    staged.session.operator = BOB
    async with staged.shown() as show:
        assert "bob · alice leads" in show.line("#top")


async def test_the_lead_is_handed_over_with_what_is_open_read_back(staged: Staged) -> None:
    staged.do(intents.Defer("docs", "canary", REASON))
    async with staged.shown() as show:
        await show.press("T")
        assert "Hand over" in show.text()
        assert "next: Sign: All tests passing" in show.text()
        assert "deferred to the end of Canary: Documentation updated" in show.text()
        await show.fill("bob", "going to bed")
        await show.press("enter")
        assert show.last_event() == ev.HandoverOffered("bob", "going to bed")


async def test_who_is_offered_the_lead_is_told_and_takes_it_without_a_reason(staged: Staged) -> None:
    staged.do(intents.HandOver("bob"))
    staged.session.operator = BOB
    async with staged.shown() as show:
        assert "alice offers the lead: press T" in show.text()
        await show.press("T", "enter")
        event = show.last_event()
        assert isinstance(event, ev.HandedOver)
        assert "bob leads" in show.line("#top")
        assert "offers the lead" not in show.text()


async def test_taking_it_unasked_needs_a_reason(staged: Staged) -> None:
    staged.session.operator = BOB
    async with staged.shown() as show:
        await show.press("T", "enter")
        assert "needs a reason" in show.error()
        await show.fill("alice has lost her connection")
        await show.press("enter")
        event = show.last_event()
        assert isinstance(event, ev.HandedOver)
        assert event.reason == "alice has lost her connection"
