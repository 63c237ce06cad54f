"""A rehearsal ends: readings that soon grow too old are taken fast enough to be fresh together."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rollout_tui.plan.toml import load
from rollout_tui.rehearsal import Rehearsal
from rollout_tui.runs.folder import FolderRuns

CHECKOUT = Path(__file__).parents[1] / "plans" / "checkout.toml"


def test_readings_that_grow_old_in_two_minutes_are_fresh_at_the_gate(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    text = re.sub(r"^max_age = .*\n", "", CHECKOUT.read_text(), flags=re.MULTILINE)
    plan.write_text(text.replace("[[monitoring]]\n", '[[monitoring]]\nmax_age = "2 min"\n'))
    loaded = load(plan)
    rehearsal = Rehearsal(FolderRuns(tmp_path), loaded.plan, loaded.text, datetime(2026, 3, 4, 9, tzinfo=UTC))
    events = list(islice(rehearsal.walk(), 200))
    assert rehearsal.session.run.closed is not None, f"it is not over after {len(events)} events"
