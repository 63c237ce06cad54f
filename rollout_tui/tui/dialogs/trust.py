"""Trust: everything that a plan's probes would run, what of it changed, and whether it may."""

from __future__ import annotations

import re
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from ...text import safe
from ...trust import Asks, Difference, compared
from ..host import host_of
from ..keys.binding import press, roll_back_from_anywhere
from ..styled import MUTED
from ..textual_private import moment_of_keys

_KIND = "trusted"
_NEW = "A probe is a program or a request, and runs as you. Nothing of this plan runs before you trust all of this:"
_STYLES = {"+": "$warning bold", "-": "$foreground-muted strike", " ": "$foreground"}

# Nobody reads all of a digest; what matters is that it is another.
_DIGEST = re.compile(r"( is sha256:[0-9a-f]{12})[0-9a-f]{52}$")


class TrustForm(ModalScreen[bool]):
    """Shows the list, what changed first, and asks; only a `y` of its own, once the end was in sight, is a yes.

    `difference` is that to what was trusted last for the same plan, `problem` why what was trusted can't be read,
    `unvouched` why no signature answers it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "read_on", "Trust it, once all of it was shown", id="trust.yes"),
        Binding("escape,n", "dismiss(False)", "Back, nothing runs", id="trust.leave"),
        roll_back_from_anywhere(),
    ]

    def __init__(self, asks: Asks, difference: Difference | None, problem: str = "", unvouched: str = "") -> None:
        super().__init__()
        self._lines = sorted(compared(asks, difference), key=lambda each: each[0] == " ")
        self._about = (
            _NEW if difference is None else f"Something else would run than what you trusted: {difference.words}"
        )
        self._problem, self._unvouched = problem, unvouched
        self._made = moment_of_keys()
        # How much is below is known once it was laid out.
        self._is_shown = False

    def compose(self) -> ComposeResult:
        with Vertical(id="trust", classes="dialog"):
            yield Label("Trust what the probes would run?", classes="dialog-title")
            if self._problem:
                yield Label(safe(self._problem), classes="dialog-blocker", markup=False)
            if self._unvouched:
                yield Label(safe(self._unvouched), markup=False)
            yield Label(safe(self._about), markup=False)
            with VerticalScroll(id="asks"):
                yield Label(Content("\n").join(_drawn(mark, line) for mark, line in self._lines), markup=False)
            yield Label(id="trust-keys", classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        host = host_of(self)
        # What came in one burst with the key that opened this was typed before anybody could see the list.
        host.type_ahead.go_on(self._made)
        host.quiet.begin(_KIND)
        scroll = self._scroll
        scroll.focus()
        self.watch(scroll, "scroll_y", self._say_keys, init=False)
        self.call_after_refresh(self._say_keys)

    def on_resize(self) -> None:
        self.call_after_refresh(self._say_keys)

    def action_read_on(self) -> None:
        """Go on to what is below, or trust it at the end, by a press of its own: no key held, none of a paste."""
        host = host_of(self)
        if host.type_ahead.is_behind or not self._is_shown:
            host.quiet.begin(_KIND)
        elif self._below:
            self._scroll.scroll_page_down(animate=False)
            host.quiet.begin(_KIND)
        else:
            host.quiet.press(_KIND, self._trust)

    def _trust(self) -> None:
        # It may have been left while it waited whether the key is held.
        if self.app.screen is self:
            self.dismiss(True)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one("#asks", VerticalScroll)

    @property
    def _below(self) -> int:
        """How many lines are below what is shown."""
        return round(self._scroll.max_scroll_y - self._scroll.scroll_target_y)

    def _say_keys(self) -> None:
        self._is_shown = True
        yes = press("trust.yes", "y")
        does = (
            f"{yes}: show the {self._below} lines below" if self._below else f"{yes}: trust all of it, and let it run"
        )
        self.query_one("#trust-keys", Label).update(safe(f"{does} · n, esc: back, nothing runs"))


def _drawn(mark: str, line: str) -> Content:
    """Draw a line whole, however long: what is not shown can't be agreed to."""
    what, dot, rest = safe(_DIGEST.sub(r"\1…", line), limit=len(line) + 1).partition(" · ")
    style = _STYLES[mark]
    return Content.assemble((f"{mark} {what}", style), (f"\n    {rest}" if dot else "", MUTED))
