"""The edges of the screen: what runs and who acts above, what is on disk below."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from ...people import Actor
from ...run.moment import Moment
from ...run.state import Run
from ...run.window import warnings
from ..host import host_of
from ..styled import EMPTY, MUTED, Part, styled
from .lines import Lines, SplitLine


class TopLine(Horizontal):
    """The plan, its release and strategy; the operator; and the time, which is drawn each second and alone."""

    DEFAULT_CSS = "TopLine { height: 1; } TopLine #clock { width: 13; text-style: bold; }"

    def compose(self) -> ComposeResult:
        yield SplitLine()
        yield Lines(id="clock")

    def repaint(self, run: Run, now: Moment, operator: Actor) -> None:
        header, strategy = run.plan.header, run.plan.strategy
        left: list[Part] = [
            (f" {header.name}", "bold"),
            (f" · {header.release} · {strategy.kind}", MUTED),
        ]
        warned = warnings(run, now)
        if warned:
            left.append((f" · {warned[0]}", "$warning bold"))
        else:
            left.append((f" · {strategy.downtime.replace('-', ' ')}", MUTED))
        who = f"{operator.name} ({operator.origin})" if self.app.size.width >= 110 else operator.name
        lead = " leads" if run.is_led_by(operator) else f" · {run.lead} leads"
        signs = ", signs" if operator.key else ""
        self.query_one(SplitLine).show(styled(*left), styled(who, (f"{lead}{signs}  ", MUTED)))
        self.query_one("#clock", Lines).show(styled(f"{now.at:%H:%M:%S} UTC "))


class ReceiptLine(SplitLine):
    """Whether the last action is on disk, with its number and hash."""

    def on_mount(self) -> None:
        receipts = host_of(self).receipts
        self._show(receipts.line)
        self._unsubscribe = receipts.lines.subscribe(self._show)

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _show(self, line: Content) -> None:
        self.show(line, EMPTY)
