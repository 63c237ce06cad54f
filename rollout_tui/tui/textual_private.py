"""The private parts of Textual 8 that are used, each with the reason why nothing public does.

An upgrade of Textual begins here; no other module of the package names one.
"""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from textual import _time
from textual.app import App
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


class BaseApp(App[int]):
    """Textual's app, mended where it offers nothing to mend it by."""

    crash: Path | None = None

    def write(self, control: str) -> None:
        """Hand a control sequence to the terminal, where there is one: only the driver can (`_driver`)."""
        if self._driver is not None:
            self._driver.write(control)

    def _fatal_error(self) -> None:
        """Keep a crash's traceback in a file: Textual's own prints the local variables, notes and names among them."""
        with tempfile.NamedTemporaryFile("w", prefix="rollout-crash-", suffix=".txt", delete=False) as file:
            file.write(traceback.format_exc())
        self.crash = Path(file.name)
        self._close_messages_no_wait()


class BaseScreen(Screen[None]):
    """Textual's screen, of which a dialog above lets through what changed, and no more."""

    @property
    def awaits_layout(self) -> bool:
        """Whether sizes change yet: what is called after a refresh may come before that (`_layout_required`)."""
        return self._layout_required and self.is_current

    def _compositor_refresh(self) -> None:
        """Hand what changed here to the dialog, once (`_dirty_regions`).

        Textual marks it here anew each time: what was drawn whole when the dialog opened would be so each second.
        """
        regions = self._compositor._dirty_regions
        if self is self.app.screen or not self.is_current:
            super()._compositor_refresh()
        elif regions:
            self.app.screen.refresh(*regions)
            regions.clear()
            self._dirty_widgets.clear()

    def _on_timer_update(self) -> None:
        """Keep what the widgets here have to draw where the screen below hands something up in the same moment.

        Textual then takes this screen for all that is to be drawn, and forgets them (`_repaint_required`).
        """
        if self._repaint_required and self.is_current and not self.app._batch_count:
            self._compositor.update_widgets(self._dirty_widgets)
        super()._on_timer_update()


def moment_of_keys() -> float:
    """Give the moment by the clock that stamps each key when it comes in (`_time`)."""
    return _time.get_time()


def bindings_at(widget: Widget, key: str) -> list[Binding]:
    """Give a widget's own bindings of a key; `active_bindings` would ask every action on the screen (`_bindings`)."""
    return widget._bindings.key_to_bindings.get(key, [])


def drawn(widget: Widget) -> tuple[list[Strip], Size]:
    """Give what a widget drew last, and at which size: to send only what differs from it (`_render_cache`)."""
    return widget._render_cache.lines, widget._render_cache.size
