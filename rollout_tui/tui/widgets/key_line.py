"""The keys that act here, in one line that is drawn again only where it changed; grey ones can't now."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from ...frozen import dataclass
from ..keys.binding import ROLL_BACK
from ..styled import EMPTY, MUTED, Part, styled
from .redrawing import redraw

# Behind the keys of a screen's own.
_RANK = {"run": 1, "app": 2}


@dataclass(frozen=True)
class _Key:
    """A key as it is named, what it does in a word, whether it can now, and whether it stays where room is short."""

    key: str
    shown: str
    does: str
    enabled: bool
    stays: bool

    @property
    def parts(self) -> tuple[Part, Part]:
        if self.enabled:
            return (self.shown, "$accent bold"), (f" {self.does} ", "")
        return (self.shown, MUTED), (f" {self.does} ", f"{MUTED} dim")

    @property
    def width(self) -> int:
        return styled(*self.parts).cell_length


class KeyLine(Widget):
    """Textual's footer makes a widget of each key, anew whenever one turns grey; this draws them as text."""

    DEFAULT_CSS = "KeyLine { dock: bottom; height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[_Key, ...] = ()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        # What the keys depend on may not be there yet.
        self.call_after_refresh(self._follow, self.screen)

    def render(self) -> Content:
        parts = [part for each in self._fitting() for part in each.parts]
        return styled(*parts).truncate(self.size.width, ellipsis=True) if parts else EMPTY

    def _fitting(self) -> list[_Key]:
        """The keys that there is room for; rolling back, help and quit stay, and help lists the others."""
        kept = list(self._keys)
        while sum(each.width for each in kept) > self.size.width and (found := [k for k in kept if not k.stays]):
            kept.remove(found[-1])
        return kept

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        right = 0
        for each in self._fitting():
            right += each.width
            if event.x < right:
                self.app.simulate_key(each.key)
                return

    def _follow(self, screen: Screen[object]) -> None:
        if not screen.is_active:
            # It was left, and what its keys are about may be gone.
            return
        keys = tuple(_shown(screen))
        if keys != self._keys:
            self._keys = keys
            redraw(self, self.render())


def _shown(screen: Screen[object]) -> list[_Key]:
    """The keys that a screen shows, one for each action: its own first, then those of every screen at a run."""
    found: dict[str, _Key] = {}
    bindings = [(binding, enabled) for _, binding, enabled, _ in screen.active_bindings.values() if binding.show]
    for binding, enabled in sorted(bindings, key=lambda each: _RANK.get(_owner(each[0]), 0)):
        shown = screen.app.get_key_display(binding)
        stays = _owner(binding) == "app" or (binding.id == ROLL_BACK and enabled)
        found.setdefault(binding.action, _Key(binding.key, shown, binding.description, enabled, stays))
    return list(found.values())


def _owner(binding: Binding) -> str:
    return (binding.id or "").partition(".")[0]
