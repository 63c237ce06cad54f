"""At a gate: whether the signatures are good that what happens now counts on."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Refused
from ..run.events import Entry
from ..run.stamp import Mark
from .unverifiable import Unverifiable
from .verify import check


def need_good(entries: Sequence[Entry], counted: Sequence[Mark]) -> None:
    """Refuse where an approval that counts was not signed so; Unverifiable where nothing here can tell."""
    found = check(entries, only={mark.seq for mark in counted})
    if found.unverified:
        raise Unverifiable(f"The approvals that this counts on can't be verified here: {found.unverified}")
    for row in found.rows:
        if not row.is_good:
            raise Refused(
                f"The approval of event {row.seq} ({row.by}) does not count: {row.words}.",
                "Revoke it and let somebody sign it again; rollout verify says what else is wrong with the log.",
            )
