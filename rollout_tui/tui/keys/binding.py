"""Keys: each with an id by which it can be remapped, and the words by which help lists it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from textual.binding import Binding, BindingType

ROLL_BACK = "run.roll-back"

# What does what is next or helps, by its action: its id, and its key as it comes.
NEXT = {
    "sign": ("run.sign", "space"),
    "start-phase": ("run.start-phase", "b"),
    "measure": ("run.measure", "m"),
    "go": ("run.gate", "p"),
    "promote": ("run.gate", "p"),
    "give-reason": ("run.reason", "e"),
    "release": ("run.hold", "h"),
    "clear": ("run.trigger", "t"),
    "confirm-clock": ("run.confirm-clock", "K"),
    "close": ("run.close", "c"),
    "abort": ("run.abort", "A"),
    "waive": ("run.waive", "w"),
    "redline": ("run.redline", "E"),
    "take-over": ("run.lead", "T"),
    "roll-back": (ROLL_BACK, "R"),
    "finish-rollback": (ROLL_BACK, "R"),
}

# The keys that the user has put elsewhere: one person sits at one app, and every word that names a key goes by this.
_users: dict[str, str] = {}


def use(keymap: Mapping[str, str]) -> None:
    """Name keys from now on as the user has them."""
    _users.clear()
    _users.update(keymap)


def press(name: str, usual: str) -> str:
    """Give the key for an id where words name it: the user's first, or the usual one."""
    return keys_of(name, usual)[0]


def keys_of(name: str, usual: str) -> list[str]:
    """Give all keys for an id."""
    return [each.strip() for each in _users.get(name, usual).split(",")]


def press_next(action: str) -> str:
    """Give the key for an action that comes next; nothing where no single key does it."""
    return press(*NEXT[action]) if action in NEXT else ""


def key(keys: str, action: str, name: str, help: str, shown: str = "") -> Binding:
    """Bind keys to an action; `shown` is the word in the footer, without one the key is listed in help alone."""
    return Binding(keys, action, shown or help, show=bool(shown), id=name, tooltip=help)


def roll_back_from_anywhere() -> Binding:
    """Give the key of rolling back for what lies over a run, and is no screen of it."""
    return Binding("R", "app.roll_back", "Roll back", show=False, id=ROLL_BACK)


def out_of_footer(bindings: Iterable[BindingType], names: set[str]) -> list[BindingType]:
    """Give the bindings of these ids again, for a screen whose footer has no room for them."""
    return [replace(each, show=False) for each in bindings if isinstance(each, Binding) and each.id in names]
