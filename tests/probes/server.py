"""A server that answers as a test says, byte by byte if it must: nothing of it is polite unless the test is."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

Answer = Callable[[socket.socket, bytes], None]


class Server:
    """Gives each connection to `answer`, with the request that came; keeps every request that it has seen."""

    def __init__(self, answer: Answer, *, tls: ssl.SSLContext | None = None, hears: bool = True) -> None:
        self._answer, self._tls, self._hears = answer, tls, hears
        self.requests: list[bytes] = []
        self.is_closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many there have been, whether or not anything was asked."""
        return len(self._open)

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_closed.set()
        for each in [self._listener, *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while not self.is_closed.is_set():
            with suppress(OSError):
                connection, _ = self._listener.accept()
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # It ends when the other side does: that is what most of these tests are about.
        with suppress(OSError), connection:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            if self._hears:
                self.requests.append(request := _request(connection))
                self._answer(connection, request)
            else:
                self._answer(connection, b"")
            connection.close()


def _request(connection: socket.socket) -> bytes:
    """Read a request with its form."""
    request = b""
    while b"\r\n\r\n" not in request:
        if not (data := connection.recv(65536)):
            return request
        request += data
    head, _, body = request.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        if not (data := connection.recv(65536)):
            break
        body += data
    return head + b"\r\n\r\n" + body


def reply(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    """Answer as a server should."""
    content = body.encode() if isinstance(body, str) else body
    head = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items())
    whole = f"HTTP/1.1 {status} Told\r\nContent-Length: {len(content)}\r\n{head}\r\n".encode() + content
    return lambda connection, _: connection.sendall(whole)


def redirect(target: str, status: int = 302) -> Answer:
    return reply("", status, Location=target)


def told(*points: Any, **data: Any) -> Answer:
    """Answer as Prometheus does, with these points."""
    series = [{"metric": {}, "value": point} for point in points]
    return reply(json.dumps({"status": "success", "data": {"resultType": "vector", "result": series}} | data))
