"""A small HTTP server on 127.0.0.1, for as long as a block: what it answers is a function of path and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

Answer = Callable[[str, Mapping[str, str]], tuple[int, str]]

# Nobody who asks this server sends more.
_FORM_LIMIT = 64 * 1024


@contextmanager
def serving(answer: Answer) -> Iterator[int]:
    """Serve on a free port, which is given."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            self._send(address.path, address.query)

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", 0)), _FORM_LIMIT)
            self._send(urlsplit(self.path).path, self.rfile.read(length).decode())

        def _send(self, path: str, form: str) -> None:
            status, body = answer(path, dict(parse_qsl(form)))
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if body.startswith("{") else "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
