"""A real Prometheus of a folder of its own, which scrapes the exporter each second, for as long as a block."""

from __future__ import annotations

import http.client
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from shutil import which
from time import monotonic, sleep

_PATIENCE_SECONDS = 10
_CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]
"""


class NotStarted(Exception):
    """There is none, or it does not come up; the text says which."""


@contextmanager
def prometheus(folder: Path, exporter_port: int) -> Iterator[int]:
    """Start it on a free port, which is given once it answers; raises NotStarted."""
    program = which("prometheus")
    if program is None:
        raise NotStarted("prometheus is not installed")
    (folder / "prometheus.yml").write_text(_CONFIG.format(port=exporter_port), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [
        program,
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=prometheus",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        try:
            process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        except OSError as error:
            raise NotStarted(f"{program} can't be started: {error.strerror}") from None
    try:
        _wait(process, port)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = monotonic() + _PATIENCE_SECONDS
    while monotonic() < until:
        if process.poll() is not None:
            raise NotStarted(f"prometheus ended with {process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        with suppress(OSError, http.client.HTTPException), closing(connection):
            connection.request("GET", "/-/ready")
            if connection.getresponse().status == 200:
                return
        sleep(0.05)
    raise NotStarted(f"prometheus was not ready within {_PATIENCE_SECONDS} s")
