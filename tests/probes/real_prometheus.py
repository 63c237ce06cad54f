"""A real Prometheus, and a program whose metrics it scrapes each second."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

MISSING = "" if shutil.which("prometheus") else "prometheus is not installed: the tests with a real one need it"

PATIENCE = 30
_PAUSE = 0.05


class Exporter:
    """A program that tells its metrics, until it is killed."""

    def __init__(self, metrics: str) -> None:
        self._metrics = metrics
        exporter = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(exporter._metrics.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": _PAUSE}, daemon=True).start()

    def says(self, metrics: str) -> None:
        """Tell these from the next scrape on."""
        self._metrics = metrics

    def kill(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Prometheus:
    """A server of its own folder, ready when the block begins, gone with it."""

    def __init__(self, folder: Path, *options: str, scrapes: tuple[Exporter, ...] = (), web: str = "") -> None:
        self._folder, self._options, self._scrapes, self._web = folder, options, scrapes, web

    def __enter__(self) -> Self:
        jobs = [
            f"{{job_name: job{number}, static_configs: [{{targets: ['127.0.0.1:{each.port}']}}]}}"
            for number, each in enumerate(self._scrapes)
        ]
        (self._folder / "prometheus.yml").write_text(
            f"global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs: [{', '.join(jobs)}]\n"
        )
        (self._folder / "web.yml").write_text(self._web)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._log = (self._folder / "log").open("w")
        self._process = subprocess.Popen(
            [
                "prometheus",
                "--config.file=prometheus.yml",
                "--web.config.file=web.yml",
                "--storage.tsdb.path=data",
                f"--web.listen-address=127.0.0.1:{self.port}",
                *self._options,
            ],
            cwd=self._folder,
            stdout=self._log,
            stderr=self._log,
        )
        wait_for(self._is_ready)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, (self._folder / "log").read_text()
        # Whom it trusts and lets in is not asked here.
        anybody = ssl._create_unverified_context()
        connection = (
            http.client.HTTPSConnection("127.0.0.1", self.port, context=anybody)
            if self._web
            else http.client.HTTPConnection("127.0.0.1", self.port)
        )
        with suppress(OSError, http.client.HTTPException), closing(connection):
            connection.request("GET", "/-/ready")
            return connection.getresponse().status in {200, 401}
        return False


def wait_for(what: object) -> None:
    """Ask again and again until it is so."""
    assert callable(what)
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until
        time.sleep(_PAUSE)
