"""The screens, and how they are opened: at a run, at home, at a log, and at a rehearsal that plays itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..settings import own

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..clock import Clock
    from ..people import Actor
    from ..rehearsal import Rehearsal
    from ..runs.protocols import Runs, Verification
    from ..runs.replay import ReplayedLog
    from ..session import Session
    from ..signing.signer import Signs
    from .app import RolloutApp


def show_run(session: Session, *, asks_to_sign: bool = False) -> int:
    """Open the app at a run; gives the exit code: 0 completed, 3 unfinished, 4 rolled back or aborted, 128+n signal.

    With `asks_to_sign` it asks whether what is recorded is to be signed, where the session has no signer.
    """
    from .app import RolloutApp
    from .screens.run import RunScreen

    return _run(RolloutApp(RunScreen(), session, settings=own(), asks_to_sign=asks_to_sign))


def show_home(runs: Runs, operator: Actor, clock: Clock, signer: Signs | None, *, asks_to_sign: bool) -> int:
    """Open the app with the runs that there are, and the plans of ./plans, to choose from; `show_run` says the rest."""
    from .app import RolloutApp
    from .screens.home import HomeScreen

    first = HomeScreen(runs, Path("plans"), operator, clock)
    app = RolloutApp(first, settings=own(), operator=operator.name, signer=signer, asks_to_sign=asks_to_sign)
    return _run(app)


def show_demo(rehearsal: Rehearsal, operator: Actor) -> int:
    """Open the app at a rehearsal that plays itself until the operator takes it over."""
    from .demo.player import DemoApp

    return _run(DemoApp(rehearsal, operator, settings=own()))


def show_canary(session: Session, operator: Actor, expose: Callable[[float], None], trusts: str) -> int:
    """Open the app at a run whose probes read a shop, which plays itself; `trusts` is the digest of what they ask."""
    from .demo.canary import CanaryApp

    return _run(CanaryApp(session, operator, expose, trusts=trusts, settings=own()))


def show_audit(log: ReplayedLog, verification: Verification) -> int:
    """Open the app at a log, read-only, with what verifying it came to; the log has a run."""
    from .app import RolloutApp
    from .screens.audit import AuditScreen, audited

    return _run(RolloutApp(AuditScreen(audited(log, verification)), settings=own()))


def _run(app: RolloutApp) -> int:
    code = app.run()
    if app.left_waiting:
        print("rollout: what waited for your key was not recorded.", file=sys.stderr)
    if app.crash is not None:
        print("rollout: the screen failed; what was recorded is on disk (rollout resume).", file=sys.stderr)
        print(f"Please send this file to the maintainers: {app.crash}", file=sys.stderr)
        return 1
    if app.return_code:
        return app.return_code
    return 130 if code is None else code
