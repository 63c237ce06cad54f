"""The key that signs while probes look, beside the same key of the same run without probes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from rollout_tui.run.intents import Go, Measure, Sign, StartPhase
from tests.bench.keys import pressed
from tests.bench.measure import environment, in_turn, rollout
from tests.bench.samples import begun, plan_of
from tests.bench.table import Row, compared, plain
from tests.bench.terminal import Terminal

ROUNDS = 40
_METRICS = 5

# Slower than the key, and each second anew: some look is always under way, and what it sees changes.
_LOOK = "#!/bin/sh\nsleep 0.4\ndate +0.%S%N | cut -c1-6\n"
_PROBE = 'probe = { command = ["./look"], unit = "%", every = "1 s" }\n'


def rows(folder: Path) -> list[Row]:
    known = environment(folder)
    sent: dict[str, list[float]] = {"probes": [], "none": []}
    with (
        Terminal(_resuming(folder / "probes", known, probe=_PROBE), folder=folder, environment=known) as probing,
        Terminal(_resuming(folder / "none", known), folder=folder, environment=known) as plainly,
    ):
        for each in (probing, plainly):
            each.wait_for("Many items", "Phase 1", "Sign")
            each.settle(0.3)
        taken = in_turn(
            {
                "probes": pressed(probing, "recorded #", sent["probes"]),
                "none": pressed(plainly, "recorded #", sent["none"]),
            },
            ROUNDS,
        )
    return [
        compared(f"key that signs, {_METRICS} probes a second", taken["probes"], "without probes", taken["none"], 1.1),
        plain("… bytes of a key", "bytes", sent["probes"], "without probes", sent["none"]),
    ]


def _resuming(folder: Path, known: dict[str, str], probe: str = "") -> list[str]:
    """Give the command that resumes a run whose phase is started, with a line to sign for each press."""
    folder.mkdir()
    (folder / "look").write_text(_LOOK)
    (folder / "look").chmod(0o755)
    plan = plan_of(folder, 1)
    text = plan.read_text()
    begins, ends = text.index("[[monitoring]]"), text.index("[[post_deployment]]")
    metric = text[begins:ends]
    metrics = "".join(
        metric.replace('"errors"', f'"errors-{number}"').replace('"Error rate"', f'"Error rate {number}"') + probe
        for number in range(_METRICS)
    )
    lines = ", ".join(f'"Line {number:03}"' for number in range(3 * ROUNDS))
    plan.write_text((text[:begins] + metrics + text[ends:]).replace('"Orders go through"]', f"{lines}]", 1))
    session = begun(folder, plan)
    for item in session.run.stage.items:
        session.act(Sign(item.id))
    for name in session.run.sequence.metrics:
        session.act(Measure(name, 0.2))
    session.act(Go())
    session.act(StartPhase("phase-1"))
    if probe:
        asked = subprocess.run(rollout("trust", str(plan), "--json"), env=known, capture_output=True, check=False)
        trusted = json.loads(asked.stdout)["digest"]
        subprocess.run(rollout("trust", str(plan), "--yes", trusted), env=known, capture_output=True, check=True)
    return rollout("resume", session.ref.place)
