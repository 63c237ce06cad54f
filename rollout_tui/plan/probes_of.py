"""Every probe of a plan, with the key path at which it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .model import Plan
from .probe import Probe

if TYPE_CHECKING:
    from .mistakes import KeyPath


def probes_of(plan: Plan) -> Iterator[tuple[KeyPath, Probe]]:
    """Find all of them wherever the model has any, so that none is forgotten where it matters; in the plan's order."""
    yield from _found((), plan)


def _found(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Probe]]:
    match value:
        case Probe():
            yield path, value
        case tuple():
            for place, each in enumerate(value):
                yield from _found((*path, place), each)
        case Mapping():
            for key, each in value.items():
                yield from _found((*path, key), each)
        case _:
            for name in getattr(value, "__dataclass_fields__", ()):
                yield from _found((*path, name), getattr(value, name))
