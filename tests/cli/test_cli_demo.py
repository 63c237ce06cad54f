"""The demo with probes: its plan asks its own servers, is trusted for this time alone, and leaves nothing running."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rollout_tui import trust
from rollout_tui.people import Actor
from rollout_tui.sensing.trusted import asks_of, is_trusted
from rollout_tui.session import Session
from tests.cli.program import Program


def test_the_demo_with_probes_trusts_what_it_wrote_and_nothing_is_kept_of_that(
    rollout: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[trust.Asks] = []

    def show(session: Session, who: Actor, expose: Callable[[float], None], trusts: str) -> int:
        expose(10)
        asked.append(asks_of(session.run))
        assert session.run.started.rehearsal
        assert is_trusted(session.run, session.entries, trusts)
        assert not is_trusted(session.run, session.entries)
        assert who.name == "alice"
        return 4

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("rollout_tui.cli.demo.need_terminal", lambda *_: None)
    monkeypatch.setattr("rollout_tui.tui.show_canary", show)
    rollout("demo", "--probes", "--as", "alice")
    assert "A stand-in answers in place of Prometheus: prometheus is not installed." in rollout.err
    assert not any("9090" in line or "8080" in line for line in asked[0])
    assert len(asked[0]) == 3
    (log,) = tmp_path.glob("rollout-demo-*/*-shop-2.5.0-1.toml")
    assert str(log) in rollout.out
    assert not list(tmp_path.glob("rollout-shop-*"))
