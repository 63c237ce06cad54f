"""The line below the top one: what is the matter with a run and which keys help, in place of what else it says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from textual.content import Content

from ...run.condition import Condition, Rank
from ..alarm import GLYPHS, mark_frame
from ..host import host_of
from ..keys.binding import NEXT, press, press_next
from ..styled import EMPTY, MUTED, Part, spread, styled
from ..updates import Update
from .lines import SplitLine


class ConditionLine(SplitLine):
    """A line that shows a run's condition; in alarm and rollback the whole of it is inverse, also without colour."""

    def warn(self, found: Condition, *, elsewhere: Collection[str] = (), next_step: str = "") -> None:
        """Show what is the matter; `elsewhere` are actions that need the cursor on the row, where `.` puts it."""
        mark_frame(self, found)
        style = "bold" if found.rank is Rank.ATTENTION else ""
        left: list[Part] = [(f" {GLYPHS[found.rank][0]} {found.text}", style)]
        if found.rank is not Rank.ALARM and next_step:
            left.append((f"  next: {next_step}", MUTED if found.rank is Rank.ATTENTION else ""))
        self.show(styled(*left), styled((f"{self._helps(found, elsewhere)} ", style)))

    def calm(self, left: Content, right: Content = EMPTY) -> None:
        """Show what else there is to say."""
        mark_frame(self, Condition())
        self.show(left, right)

    def render(self) -> Content:
        """In two lines where the style gives it two: the reason on the first, the keys on the second."""
        width, height = self.size
        if height < 2:
            return super().render()
        return Content("\n").join([self._left.truncate(width, ellipsis=True), spread(EMPTY, self._right, width)])

    @staticmethod
    def _helps(found: Condition, elsewhere: Collection[str]) -> str:
        """How much else is wrong and the keys that help: what is cut where the line ends is never these."""
        words = [f"+{found.more}"] if found.more else []
        for action, does in found.helps:
            if key := press_next(action):
                there = f"{press('run.to-next', '.')} then " if action in elsewhere else ""
                words.append(f"{there}{key} {does}")
        return " · ".join(words)


class RunCondition(ConditionLine):
    """The condition on a screen that shows a run but does not follow it: there while it is not calm.

    It names the keys that act on that screen.
    """

    def on_mount(self) -> None:
        worker = host_of(self).worker
        self._unsubscribe = worker.updates.subscribe(self._follow)
        self.set_interval(1, self._follow)
        self._follow()

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _follow(self, _: Update | None = None) -> None:
        found = host_of(self).worker.condition()
        self.display = found.rank is not Rank.CALM
        mark_frame(self.screen.query_one("#frame"), found)
        if self.display:
            bound = {each.binding.id for each in self.screen.active_bindings.values()}
            helps = tuple(each for each in found.helps if NEXT.get(each[0], ("",))[0] in bound)
            self.warn(replace(found, helps=helps))
