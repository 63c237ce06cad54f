"""Real runs for the reports: the plans of plans/ walked through real journals on a simulated clock."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rollout_tui.clock import SimulatedClock
from rollout_tui.journal.verdicts import CHAIN_PROVES
from rollout_tui.journal.verification import verify
from rollout_tui.people import Actor
from rollout_tui.plan import toml
from rollout_tui.plan.model import Plan
from rollout_tui.report import formats
from rollout_tui.report.formats import render
from rollout_tui.report.model import LogVerdict, Report, make_report
from rollout_tui.run import intents
from rollout_tui.run.events import Stamp
from rollout_tui.run.gates import blockers
from rollout_tui.run.intents import Intent
from rollout_tui.run.next import next_step
from rollout_tui.run.soak import soak_left
from rollout_tui.run.state import Run
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.session import Session
from tests.runs import runs_folder

PLANS = Path(__file__).parents[2] / "plans"
EVENING = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
ALICE, BOB, DANA = (Actor(name, name, "bastion") for name in ("alice", "bob", "dana"))
# The same login as alice's: two names, one person for all that anyone can tell.
ALICE_AGAIN = Actor("carol", "alice", "laptop")

FORMATS: dict[str, Callable[[Report], str]] = {name: functools.partial(render, name) for name in formats.FORMATS}


class Walk:
    """A run of one of the plans, through its journal on disk."""

    def __init__(self, folder: Path, plan: str, asked: Start = Start(), at: datetime = EVENING) -> None:  # noqa: B008
        self.clock = SimulatedClock(at)
        loaded = toml.load(PLANS / plan)
        self.session = runs_folder.begin(folder, loaded.plan, loaded.text, asked, self.clock, ALICE)
        self.path = folder / f"{self.run.id}.toml"

    @property
    def run(self) -> Run:
        return self.session.run

    def wait(self, **span: float) -> Walk:
        self.clock.advance(timedelta(**span))
        return self

    def do(self, intent: Intent, by: Actor = ALICE, after: float = 131, happened: datetime | None = None) -> Walk:
        """Do it so many seconds later."""
        self.wait(seconds=after)
        self.session.operator = by
        self.session.act(intent, happened)
        return self

    def redline(self, *edits: tuple[str, str]) -> Walk:
        text = "\n".join(self.run.follows.plan)
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        plan = toml.parse(text, "changed.toml")
        assert isinstance(plan, Plan)
        return self.do(intents.Redline(plan, text, "the alert was too sharp for a night"))

    def until(self, reached: Callable[[Run], bool]) -> Walk:
        """Go on with what comes next until the run is there."""
        while not reached(self.run):
            self._step()
        return self

    def to(self, stage: str) -> Walk:
        return self.until(lambda run: run.stage.id == stage)

    def started(self, phase: str) -> Walk:
        return self.until(lambda run: phase in run.phases)

    def soaked(self, phase: str) -> Walk:
        """Go on until the phase's items are done, its soak is over and its metrics are read."""
        self.until(lambda run: phase in run.phases and run.phases[phase].soak_from is not None)
        self.wait(seconds=soak_left(self.run, self.run.stage, self.session.moment()).total_seconds())
        return self.until(lambda _: next_step(self.run, self.session.moment()).action == "promote")

    def told(self) -> Report:
        """Read it back and tell it, as the command does."""
        listed = runs_folder.read(self.path)
        assert listed.run is not None
        found = verify(self.path)
        return make_report(
            listed.run, listed.entries, LogVerdict(found.words, found.holds, CHAIN_PROVES, found.head), self.clock.now()
        )

    def _step(self) -> None:
        step = next_step(self.run, self.session.moment())
        item = self.run.sequence.items.get(step.item)
        done = {mark.by for mark in self.run.state(step.item).approvals}
        by = next(each for each in (ALICE, BOB, DANA) if each.name not in done)
        match step.action:
            case "sign":
                self.do(intents.Sign(step.item, confirm=step.item), by)
            case "measure" if item is not None and item.metric is not None:
                self.do(intents.Measure(item.id, item.metric.threshold.number * 0.4), BOB)
            case "start-phase":
                self.do(intents.StartPhase(self.run.stage.id))
            case "go":
                window = self.run.plan.strategy.window
                if window is not None and window.start is not None:
                    self.wait(seconds=max(0.0, (window.start - self.clock.now()).total_seconds()))
                self.do(intents.Go())
            case "promote":
                self.do(intents.Promote(self.run.stage.id))
            case "finish-rollback":
                self.do(intents.FinishRollback("restored"))
            case "close":
                self.do(intents.Close("Every check is green; thanks, everyone."))
            case _:
                raise AssertionError(f"nothing to do: {step}")


def completed(folder: Path) -> Walk:
    """The canary, completed: a waiver, a deferral, a breach, a fired trigger, and a promotion past its soak."""
    walk = Walk(folder, "checkout.toml")
    items = {item.title: item.id for item in walk.run.sequence.items.values()}
    walk.do(intents.Sign(items["All tests passing (unit, integration, E2E)"], "build 4711, 2,312 tests"), after=40)
    walk.do(intents.Waive(items["Performance test passed"], "k6 is down; the canary itself will tell, ask Erik"))
    docs = items["Documentation updated"]
    walk.do(intents.Defer(docs, "phase-2", "the shop's page waits for its translation"))
    walk.do(intents.Sign(items["Code review approved"]), BOB)
    walk.do(intents.Revoke(items["Code review approved"], "the payments team has not looked yet"), BOB)
    walk.do(intents.Note("Support is in #checkout-rollout all evening"))
    walk.started("phase-1").soaked("phase-1").do(intents.Promote("phase-1"))
    walk.started("phase-2").until(lambda run: run.phases["phase-2"].soak_from is not None)
    walk.wait(hours=5).do(intents.Measure("error-rate", 1.4, "a deploy of the search service"), BOB)
    walk.do(intents.Fire("phase-2/trigger/error-rate-above-2-for-5-min", "2.2 % on one of six nodes"), BOB)
    walk.do(intents.Hold("looking into the search service"))
    walk.wait(minutes=25).do(intents.Measure("error-rate", 0.3), BOB)
    walk.do(intents.Clear("phase-2/trigger/error-rate-above-2-for-5-min", "one node, restarted by search"), BOB)
    walk.do(intents.Release("the search service was rolled back"))
    for title in ("Conversion no lower than on the old checkout", "Refunds of new orders arrive in the ledger"):
        walk.do(intents.Sign(items[title]), BOB)
    walk.do(intents.Sign(docs))
    walk.wait(hours=12)
    for metric in walk.run.sequence.metrics:
        walk.do(intents.Measure(metric, 0.4), BOB, after=20)
    walk.do(_past_all(walk, "phase-2", "the evening peak is over and two days of it would hit Black Friday"))
    return walk.until(lambda run: run.closed is not None)


def rolled_back(folder: Path) -> Walk:
    """The blue-green release, rolled back over its target, with a step unsigned, after two approvals of one login."""
    walk = Walk(folder, "ledger.toml", at=datetime(2026, 12, 5, 19, 30, tzinfo=UTC))
    walk.do(intents.Sign("treasury-release"), ALICE).do(intents.Sign("treasury-release"), ALICE_AGAIN)
    walk.to("shadow").started("shadow").wait(minutes=20)
    walk.do(intents.Unread("imbalance", "the report server timed out"), DANA)
    walk.do(intents.Measure("imbalance", 12.5), DANA)
    walk.do(intents.RollBack("wrong-balances", "green differs from blue in 14 accounts"), DANA)
    for seconds in (190, 840):
        walk.do(intents.Sign(next_step(walk.run, walk.session.moment()).item), DANA, after=seconds)
    late = "the third step was done by the snapshot itself; the restore queued behind a backup"
    walk.do(intents.FinishRollback("restored", late), DANA, after=1500)
    return walk.do(intents.Close("Blue is live again; 17 min late because the backup window was not held"))


def interrupted(folder: Path) -> Walk:
    """The hotfix, interrupted in the middle of an append, recovered by someone else, resumed and completed."""
    walk = Walk(folder, "hotfix.toml", Start(emergency=True, reason="invoices are wrong right now"))
    walk.redline(('threshold = "> 0.5 %"', 'threshold = "> 1 %"'), ("Code review approved", "Review approved"))
    walk.started("everyone")
    whole = walk.path.read_bytes()
    walk.do(intents.Note("this one is never whole on the disk"))
    torn = walk.path.read_bytes()
    walk.path.write_bytes(torn[: len(whole) + 97])
    walk.wait(hours=14)
    stamp = Stamp(walk.clock.now(), BOB.name, BOB.origin)
    walk.session = Session(FolderRuns(walk.path.parent).recover(runs_folder.ref_to(walk.path), stamp), walk.clock, BOB)
    return walk.until(lambda run: run.closed is not None)


RUNS = {"completed": completed, "rolled-back": rolled_back, "interrupted": interrupted}


@functools.cache
def report_of(name: str) -> Report:
    """The report of one of the three runs, walked once."""
    with tempfile.TemporaryDirectory() as folder:
        return RUNS[name](Path(folder)).told()


def _past_all(walk: Walk, stage: str, reason: str) -> Intent:
    found = blockers(walk.run, walk.session.moment())
    return intents.Promote(stage, tuple(each.id for each in found), reason)
