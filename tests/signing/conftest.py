"""One set of keys, a certificate and an agent that holds them for the tests of a file; a stub agent is one test's.

`backend` is each of the two that verify.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rollout_tui.signing import by_ssh_keygen, in_process
from rollout_tui.signing.verify import Backend
from tests.signing import keyring

_BACKENDS = {"in process": in_process.verify, "ssh-keygen": by_ssh_keygen.verify}
_NEEDS_SSH_KEYGEN = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


@pytest.fixture(
    params=[pytest.param(each, marks=[_NEEDS_SSH_KEYGEN] if each == "ssh-keygen" else []) for each in _BACKENDS]
)
def backend(request: pytest.FixtureRequest) -> Backend:
    return _BACKENDS[request.param]


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
