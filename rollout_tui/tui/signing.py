"""Whether what is said at the screens is signed: as the operator answers, once, where they want to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..settings import Settings
from .dialogs.question import Question
from .host import host_of

if TYPE_CHECKING:
    from textual.app import App

    from ..signing.signer import Signs
    from .run_worker import RunWorker

NOT_SIGNED = "Not signed"

Then = Callable[["Signs | None"], None]


class Signing:
    """What signs here; with `asks` the operator is asked before the first that could be signed."""

    def __init__(self, app: App[int], settings: Settings, signer: Signs | None, *, asks: bool) -> None:
        self._app, self._settings = app, settings
        self._signer, self._asks = signer, asks

    def vouch_for(self, worker: RunWorker) -> None:
        """Let the signatures of those whom the user trusts spare the question whether a plan's probes may look."""
        if self._settings.trust == "signed":
            from ..signing.configured import vouching

            worker.vouch = vouching(self._settings, lambda: worker.moment().at)

    def choose(self, then: Then) -> None:
        """Go on with what signs, if anything does, when that is known."""
        if self._asks:
            # It is asked when the screen is there: nobody waits for it.
            self._app.call_after_refresh(self._find, lambda found: self._ask(found, then), lambda: then(None))
        else:
            then(self._signer)

    def change(self, worker: RunWorker) -> None:
        """Sign from now on what was not signed, or no more."""
        if worker.signer is not None:
            self._set(worker, None)
        else:
            self._find(lambda found: self._set(worker, found), missing=self._say_none)

    def _set(self, worker: RunWorker, signer: Signs | None) -> None:
        self._signer, self._asks = signer, False
        worker.sign_by(signer)
        words = f"from now on signed by {signer.key}" if signer else "from now on nothing is signed"
        host_of(self._app).receipts.show((f" {words}", "$accent"))

    def _ask(self, found: Signs, then: Then) -> None:
        def answered(yes: bool | None) -> None:
            host_of(self._app).quiet.begin()
            self._signer, self._asks = found if yes else None, False
            then(self._signer)

        touch = ", which you touch each time" if found.needs_touch else ""
        hint = (
            f"{found.key}\n{found.kind}{touch}\n\n"
            'An auditor can tell then that it was you. "Sign by your key" in the palette changes it,\n'
            'sign = "always" or "never" in config.toml answers for good.'
        )
        self._app.push_screen(Question("Sign what you record here by your key?", hint, "sign"), answered)

    def _find(self, then: Callable[[Signs], None], missing: Callable[[], None]) -> None:
        self._app.run_worker(self._found(then, missing), group="signing", exclusive=True)

    async def _found(self, then: Callable[[Signs], None], missing: Callable[[], None]) -> None:
        """Ask git beside the screen, which waits for no program."""
        from ..signing.configured import signer
        from ..signing.signer import NoSigner

        found = await asyncio.to_thread(signer, self._settings)
        if isinstance(found, NoSigner):
            host_of(self._app).notices.say(NOT_SIGNED, f"{found.why.message}\n{found.why.hint}")
        if found is None or isinstance(found, NoSigner):
            missing()
        else:
            then(found)

    def _say_none(self) -> None:
        host_of(self._app).receipts.show((" no key to sign by: rollout whoami says more", "$warning"))
