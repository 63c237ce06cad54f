from pathlib import Path

import pytest

from tests.journal.journal_samples import EVENTS, Sample, make


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make(tmp_path, *EVENTS)
