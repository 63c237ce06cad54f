"""A time stamp authority of our own: openssl answers, behind the server that the probes' tests ask."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.probes.server import Server

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")

_CONFIG = """\
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digests}
ess_cert_id_alg = sha256
clock_precision_digits = 3
"""
_EXTENSIONS = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """Its certificates lie in a folder; `ca` vouches for it."""

    def __init__(self, folder: Path, days: int = 30, digests: str = "sha256") -> None:
        self.folder, self.ca = folder, folder / "ca.pem"
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        (folder / "extensions").write_text(_EXTENSIONS)
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder, digests=digests))
        for_days = ("-days", str(days))
        self._openssl("req", "-x509", *_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", *for_days)
        self._openssl("req", *_KEY, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test Authority")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions", *for_days)
        self._openssl("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signed)

    def answer(self, query: bytes) -> bytes:
        """Stamp what a query asks for."""
        return self._openssl("ts", "-reply", "-queryfile", "/dev/stdin", "-config", "tsa.cnf", given=query)

    def _openssl(self, *arguments: str, given: bytes = b"") -> bytes:
        made = subprocess.run(("openssl", *arguments), input=given, capture_output=True, cwd=self.folder, check=True)
        return made.stdout


@contextmanager
def serving(answer: Callable[[bytes], bytes], status: str = "200 OK") -> Iterator[Server]:
    """Serve what is answered to the form of each request."""

    def serve(connection: socket.socket, request: bytes) -> None:
        body = answer(form_of(request))
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    with Server(serve) as server:
        yield server


def form_of(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]
