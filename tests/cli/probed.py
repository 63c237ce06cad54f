"""A plan all of whose probes leave a mark where they are looked at: a file, or a connection to a server."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program import PLAN
from tests.probes.server import Server


class Probed:
    """The plan in a folder of its own, the script that it names, and the server that it asks."""

    def __init__(self, folder: Path, server: Server) -> None:
        folder.mkdir()
        self.file, self.script, self._mark = folder / "payments.toml", folder / "mark", folder / "has-run"
        self._server = server
        self.script.write_text(f"#!/bin/sh\necho x >> {self._mark}\n")
        self.script.chmod(0o755)
        self.file.write_text(_plan(server.url))

    @property
    def marks(self) -> tuple[int, int]:
        """How often the script ran, and how many connections there were."""
        runs = self._mark.read_text().count("x") if self._mark.exists() else 0
        return runs, self._server.connections


def _plan(url: str) -> str:
    command = 'probe = { command = ["./mark"] }'
    http = f'probe = {{ http = "{url}/health" }}'
    query = 'probe = { source = "prod", query = "x", unit = "%" }'
    changes = {
        'id = "tests"\n': f'id = "tests"\n{command}\n',
        'id = "docs"\n': f'id = "docs"\n{http}\n',
        'id = "error-rate"\n': f'id = "error-rate"\n{query}\n',
        'id = "health"\n': f'id = "health"\n{command}\n',
        'id = "smoke"\n': f'id = "smoke"\n{http}\n',
        'success_criteria = ["Ledger balances to the cent"]': (
            f'success_criteria = [{{ text = "Ledger balances to the cent", {command} }}]'
        ),
        'rollback_triggers = ["A payment is booked twice"]\n\n': (
            f'rollback_triggers = [{{ text = "A payment is booked twice", on_fire = "hold", {http} }}]\n\n'
        ),
        'name = "new_ledger"\n': f'name = "new_ledger"\nprobes = {{ "Canary" = {command.removeprefix("probe = ")} }}\n',
    }
    text = PLAN.read_text()
    for before, after in changes.items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    return f'{text}\n[sources.prod]\nprometheus = "{url}"\nbearer_env = "PROM_TOKEN"\n'
