"""Servers and certificates, for as long as a test needs them."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.probes.server import Answer, Server

Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers so; all end with the test."""
    with ExitStack() as stack:

        def started(answer: Answer, **options: Any) -> Server:
            return stack.enter_context(Server(answer, **options))

        yield started


@dataclass(frozen=True)
class Certificates:
    """An authority that no system knows, and what it has signed for 127.0.0.1."""

    folder: Path

    @property
    def authority(self) -> str:
        return str(self.folder / "authority.pem")

    def server(self, name: str = "good") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / "key.pem")
        return context


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "names").write_text("subjectAltName = IP:127.0.0.1\n")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
    openssl(
        "req", "-x509", "-key", "key.pem", "-subj", "/CN=An authority of a test", "-days", "30", "-out", "authority.pem"
    )
    openssl("req", "-new", "-key", "key.pem", "-subj", "/CN=127.0.0.1", "-out", "request.pem")
    for name, days in (("good", "30"), ("expired", "-1")):
        signed_by = ("-CA", "authority.pem", "-CAkey", "key.pem", "-CAcreateserial")
        openssl(
            "x509", "-req", "-in", "request.pem", *signed_by, "-extfile", "names", "-days", days, "-out", f"{name}.pem"
        )
    return Certificates(folder)
