"""One set of keys, a certificate and an agent that holds them for the tests of a file; a stub agent is one test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.signing import keyring


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key of each kind, one that is locked, and a certificate of the first by a CA."""
    folder = tmp_path_factory.mktemp("keys")
    for name, kind in keyring.KINDS.items():
        keyring.make(folder, name, *kind)
    keyring.make(folder, "locked", passphrase=keyring.PASSPHRASE)
    keyring.certify(keyring.make(folder, "certified"), keyring.make(folder, "ca"), "alice@example.com")
    return folder


@pytest.fixture(scope="module")
def agent(keys: Path) -> Iterator[dict[str, str]]:
    """An environment with an agent that holds them, but for the one that is locked."""
    with keyring.real_agent(keys, *(keys / name for name in (*keyring.KINDS, "certified"))) as environment:
        yield environment


@pytest.fixture
def stub_agent(tmp_path: Path) -> Iterator[Callable[..., keyring.StubAgent]]:
    made: list[keyring.StubAgent] = []

    def make(flags: int = keyring.TOUCHED) -> keyring.StubAgent:
        made.append(keyring.StubAgent(tmp_path, flags))
        return made[-1]

    yield make
    for each in made:
        each.close()
