"""Answers that never end: they drip, stall, or send a gigabyte."""

from __future__ import annotations

import socket
import time

from tests.probes.server import Answer

OK = b"HTTP/1.1 200 OK\r\n"
GIGABYTE = 1024**3


def drip(beginning: bytes, *, drop: bytes = b"x", pause: float = 0.05) -> Answer:
    """Begin, and go on a little at a time, so that no timeout between two bytes is ever reached."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(beginning)
        while True:
            time.sleep(pause)
            connection.sendall(drop)

    return answer


def stall(beginning: bytes) -> Answer:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(beginning)
        while connection.recv(1024):
            pass

    return answer


def flood(beginning: bytes, piece: bytes = b"x" * 65536) -> Answer:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(beginning)
        for _number in range(GIGABYTE // len(piece)):
            connection.sendall(piece)

    return answer
