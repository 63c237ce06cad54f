"""Guards that several decisions share: a reason, a typed name, an override that covers its blockers."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import Refused, UsageError
from ..gates import Blocker

# A refusal is read by a person; all that blocks is in the status.
_MOST_LISTED = 20


def need_reason(reason: str, what: str) -> str:
    """Give the reason without the space around it; refuses an empty one."""
    if not reason.strip():
        raise UsageError(f"{what} needs a reason.", "Give it: every report shows it.")
    return reason.strip()


def need_typed(typed: str, accepted: set[str], what: str, name: str) -> None:
    """Refuse what is dangerous unless its name was typed."""
    if typed.strip().casefold() not in {each.casefold() for each in accepted}:
        found = f"You typed {typed.strip()!r}. " if typed.strip() else ""
        raise UsageError(f"{what}. {found}To confirm, type {name}.", "On the command line: --confirm NAME.")


def in_lines(found: Sequence[Blocker], *, ids: bool = False) -> str:
    """List what blocks, a line each with what would end it, and the `ids` by which an override names it."""
    lines = [f"  {each.text}{f'  [{each.id}]' if ids else ''}: {each.remedy}" for each in found[:_MOST_LISTED]]
    more = len(found) - _MOST_LISTED
    return "\n".join([*lines, f"  and {more} more (rollout status)"] if more > 0 else lines)


def need_overridable(blockers: Sequence[Blocker], what: str) -> None:
    """Refuse where something blocks that no override goes past."""
    _refuse_for([each for each in blockers if not each.overridable], what)


def need_clear_way(blockers: Sequence[Blocker], override: tuple[str, ...], reason: str, what: str) -> tuple[str, ...]:
    """Give the ids of the blockers that the override goes past; refuses if it misses one, or gives no reason.

    An id in the override that blocks no more is left out: an override covers exactly what blocks.
    """
    _refuse_for([each for each in blockers if each.id not in override or not each.overridable], what)
    if blockers:
        need_reason(reason, "An override")
    return tuple(each.id for each in blockers)


def _refuse_for(uncovered: Sequence[Blocker], what: str) -> None:
    if uncovered:
        count = f"{len(uncovered)} thing{'s' if len(uncovered) > 1 else ''}"
        ways = "Resolve them, or override each that can be with --override ID and --reason."
        raise Refused(f"{what} is blocked by {count}:\n{in_lines(uncovered, ids=True)}", ways)
