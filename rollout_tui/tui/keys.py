"""Keys: each with an id by which it can be remapped, and the words by which help lists it."""

from textual.binding import Binding


def key(keys: str, action: str, name: str, help: str, shown: str = "") -> Binding:
    """Bind keys to an action; `shown` is the word in the footer, without one the key is listed in help alone."""
    return Binding(keys, action, shown or help, show=bool(shown), id=name, tooltip=help)
