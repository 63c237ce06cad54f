"""At a gate: whether the signatures are good that what happens now counts on."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Refused
from ..run.events import Entry
from ..run.stamp import Mark
from .unverifiable import Unverifiable
from .verify import check


def need_good(entries: Sequence[Entry], counted: Sequence[Mark]) -> None:
    """Refuse where what counts was not signed so; Unverifiable where nothing here can tell."""
    found = check(entries, only={mark.seq for mark in counted})
    if found.unverified:
        raise Unverifiable(f"The approvals that this counts on can't be verified here: {found.unverified}")
    rows = {row.seq: row for row in found.rows}
    for mark in counted:
        row = rows.get(mark.seq)
        if row is None or not row.is_good:
            what = entries[mark.seq].event.kind
            raise Refused(
                f"Event {mark.seq} ({what}, {mark.by}) does not count: {row.words if row else 'unsigned'}.",
                "An approval is revoked and signed again; where it is none, the run is rolled back or aborted. "
                "rollout verify says what else is wrong with the log.",
            )
