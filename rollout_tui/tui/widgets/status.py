"""The edges of the screen: what runs and who acts above, what is on disk below."""

from __future__ import annotations

from ...operator import Operator
from ...run.gates import warnings
from ...run.moment import Moment
from ...run.state import Run
from ..paint import MUTED, Part, paint
from .lines import Ends


class TopLine(Ends):
    """The plan, its release and strategy; the operator and the time."""

    def repaint(self, run: Run, now: Moment, operator: Operator) -> None:
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
        lead: Part = (" leads  ", MUTED) if run.is_led_by(operator.name) else (f" · {run.lead} leads  ", MUTED)
        self.ends(paint(*left), paint(who, lead, (f"{now.at:%H:%M:%S} UTC ", "bold")))


class Receipt(Ends):
    """Whether the last action is on disk, with its number and hash."""

    def repaint(self) -> None:
        from ..app import RolloutApp

        app = self.app
        assert isinstance(app, RolloutApp)
        left, right = app.standing
        self.ends(left, right)
