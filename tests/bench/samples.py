"""Runs to measure on: plans of any number of items, and journals of any number of events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

from rollout_tui.clock import Clock, SystemClock
from rollout_tui.people import Actor
from rollout_tui.plan import toml
from rollout_tui.run.events import Event, ItemRevoked, ItemSigned, MetricMeasured, NoteAdded, Stamp
from rollout_tui.run.intents import Go, Intent, Sign, StartPhase
from rollout_tui.run.next import next_step
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.session import Session
from tests.journal.chained import encode_event
from tests.runs import runs_folder

CHECKOUT = Path(__file__).parents[2] / "plans" / "checkout.toml"
ALICE = Actor("alice", "alice", "bastion")

_PLAN = """format = 1
[plan]
name = "Many items"
service = "shop"
release = "2.0.0"
owner = "alice"
change_size = "small"
[strategy]
kind = "canary"
rollback_time = "5 min"
database_migration = "none"
{items}
[[pre_deployment]]
id = "monitoring"
title = "Monitoring is ready"
proves = "monitoring-ready"
[[pre_deployment]]
id = "rollback"
title = "Rollback is tested"
proves = "rollback-tested"
[[phases]]
name = "Phase 1"
audience = "100% of users"
duration = "1 day"
success_criteria = ["Orders go through"]
rollback_triggers = ["Orders fail"]
[[rollback]]
scenario = "Code bug"
kind = "code"
action = "Install 1.9.0"
time = "5 min"
owner = "alice"
[[monitoring]]
id = "errors"
metric = "Error rate"
threshold = "> 1 %"
channel = "Slack"
action = "Look"
[[post_deployment]]
title = "Orders go through"
"""


def plan_of(folder: Path, items: int) -> Path:
    """Write a plan with so many plain items in its first stage, titled `Item 00001` and so on."""
    tables = "".join(
        f'[[pre_deployment]]\nid = "i{number}"\ntitle = "Item {number:05}"\n' for number in range(1, items + 1)
    )
    path = folder / f"plan-{items}.toml"
    path.write_text(_PLAN.format(items=tables))
    return path


def begun(folder: Path, plan: Path, clock: Clock | None = None, *, rehearsal: bool = False) -> Session:
    """Start a run of a plan; its journal lies in the folder."""
    loaded = toml.load(plan)
    asked = Start(rehearsal=rehearsal, reason="bench", plan_file=str(plan))
    return runs_folder.begin(folder, loaded.plan, loaded.text, asked, clock or SystemClock(), ALICE)


def journal_of(folder: Path, items: int, events: int) -> Path:
    """Write the journal of a run of so many items and, an even number, events; no item is left signed."""
    folder.mkdir(parents=True, exist_ok=True)
    session = begun(folder, plan_of(folder.parent, items))
    path = folder / f"{session.run.id}.toml"
    head, at = session.run.head, session.entries[0].stamp.at
    blocks = []
    for seq, event in enumerate(islice(_events(items), events), start=1):
        stamp = Stamp(at + timedelta(milliseconds=seq), "alice", "alice@bastion", None, "51351a7e", 86_400_000 + seq)
        block = encode_event(event, stamp, sees=head, seq=seq, prev=head)
        head = block[-66:-2].decode()
        blocks.append(block)
    with path.open("ab") as file:
        file.write(b"".join(blocks))
    return path


def at_a_soak(folder: Path) -> Path:
    """Walk plans/checkout.toml to where the soak of its first phase runs, and give the journal."""
    session = begun(folder, CHECKOUT)
    while not any(phase.soak_from for phase in session.run.phases.values()):
        step = next_step(session.run, session.moment())
        intents: dict[str, Intent] = {
            "sign": Sign(step.item),
            "go": Go(),
            "start-phase": StartPhase(session.run.stage.id),
        }
        session.act(intents[step.action])
    return folder / f"{session.run.id}.toml"


def _events(items: int) -> Iterator[Event]:
    """What is recorded on a long day: sign-offs and what takes them back, readings, notes."""
    for number in count():
        item = f"i{number % items + 1}"
        yield MetricMeasured("errors", number % 9 / 10, "pre-deployment")
        yield NoteAdded("the second instance was restarted", item)
        yield ItemSigned(item, note="" if number % 2 else "seen on the dashboard")
        yield ItemRevoked(item, "signed", "signed too early")
