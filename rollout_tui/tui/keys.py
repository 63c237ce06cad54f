"""Keys: each with an id by which it can be remapped, and the words by which help lists it."""

from collections.abc import Iterable
from dataclasses import replace

from textual.binding import Binding, BindingType

# The key that does what is next, by its action.
PRESS = {
    "sign": "space",
    "start-phase": "space",
    "measure": "m",
    "go": "p",
    "promote": "p",
    "release": "h",
    "clear": "t",
    "confirm-clock": "K",
    "close": "c",
    "roll-back": "R",
    "finish-rollback": "R",
}


def key(keys: str, action: str, name: str, help: str, shown: str = "") -> Binding:
    """Bind keys to an action; `shown` is the word in the footer, without one the key is listed in help alone."""
    return Binding(keys, action, shown or help, show=bool(shown), id=name, tooltip=help)


def out_of_footer(bindings: Iterable[BindingType], names: set[str]) -> list[BindingType]:
    """Give the bindings of these ids again, for a screen whose footer has no room for them."""
    return [replace(each, show=False) for each in bindings if isinstance(each, Binding) and each.id in names]
