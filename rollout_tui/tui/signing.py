"""Whether what is said at the screens is signed: as the operator answers, once, where they want to be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..settings import Settings
from ..signing import ssh_keygen
from ..signing.ssh_keygen import KeygenCall
from .dialogs.fields import FieldsScreen
from .dialogs.question import Question
from .host import host_of
from .notices import REFUSED
from .updates import AwaitsKey, Update

if TYPE_CHECKING:
    from textual.app import App

    from ..signing.signer import Signs
    from .run_worker import RunWorker

NOT_SIGNED = "Not signed"

SignerChosen = Callable[["Signs | None"], None]


class ScreenSigner:
    """A signer of the screens, which ends a wait of its own: a start from home is signed before there is a run."""

    def __init__(self, signer: Signs, tell: Callable[[AwaitsKey], None]) -> None:
        self.key, self.kind, self.needs_touch = signer.key, signer.kind, signer.needs_touch
        self._signer, self._tell = signer, tell
        self._call: KeygenCall | None = None

    def sign(self, words: bytes, namespace: str, call: KeygenCall | None = None, /) -> str:
        if call is not None:
            return self._signer.sign(words, namespace, call)
        own = self._call = KeygenCall(lambda: self._tell(AwaitsKey(self.needs_touch)))
        try:
            return self._signer.sign(words, namespace, own)
        finally:
            self._call = None

    def give_up(self) -> bool:
        call = self._call
        if call is not None:
            call.end()
        return call is not None


class Signing:
    """What signs here for `who`; with `asks` they are asked before the first that could be signed."""

    def __init__(self, app: App[int], settings: Settings, who: str, signer: Signs | None, *, asks: bool) -> None:
        self._app, self._settings, self._who = app, settings, who
        self._asks = asks
        self._signer = self._known(signer)
        self._worker: RunWorker | None = None
        # What goes on without a key, as long as it is not known which one signs.
        self._without: Callable[[], None] | None = None
        self._says_asking = False

    def follow(self, worker: RunWorker) -> None:
        """Say which key a run waits for; signatures of those whom the user trusts spare the question of trust."""
        self._worker = worker
        worker.updates.subscribe(self._say_awaited)
        if self._settings.trust == "signed":
            from ..signing.configured import vouching

            worker.vouch = vouching(self._settings, lambda: worker.moment().at)

    def choose(self, then: SignerChosen) -> None:
        """Go on with what signs, if anything does, when that is known."""
        if self._asks:
            self._find(lambda found: self._ask(found, then), lambda: then(None))
        else:
            then(self._signer)

    def change(self, worker: RunWorker) -> None:
        """Sign from now on what was not signed, or no more."""
        if worker.signer is not None:
            self._set(worker, None)
        else:
            self._find(lambda found: self._set(worker, found), self._say_none)

    def give_up(self) -> bool:
        """Wait for no key any more; tells whether an entry did: that is not recorded then."""
        waiting = (self._signer, self._worker.acts if self._worker else None)
        if not any(each is not None and each.give_up() for each in waiting):
            return False
        host_of(self._app).notices.take_back(REFUSED)
        return True

    def go_on_unsigned(self) -> bool:
        """Wait no more for git, which is asked for a key; tells whether it was."""
        without = self._without
        if without is None:
            return False
        self._asks = False
        self._stop_asking()
        self._found_out()
        without()
        host_of(self._app).receipts.show(
            (" git was not waited for: nothing is signed, the palette asks anew", "$warning")
        )
        return True

    def _say_awaited(self, update: Update) -> None:
        """Say what is waited for in the form that asked for it, or else in the receipts' line."""
        if not isinstance(update, AwaitsKey):
            return
        if not isinstance(self._app.screen, FieldsScreen):
            host_of(self._app).receipts.show(("" if update.is_over else f" … {update.words}", "$warning bold"))
        elif not update.is_over:
            self._app.screen.say(update.words)

    def _known(self, signer: Signs | None) -> ScreenSigner | None:
        def tell(update: AwaitsKey) -> None:
            self._app.call_later(self._say_awaited, update)

        return ScreenSigner(signer, tell) if signer else None

    def _set(self, worker: RunWorker, signer: Signs | None) -> None:
        self._signer, self._asks = self._known(signer), False
        worker.sign_by(self._signer)
        self._found_out()
        words = f"from now on signed by {signer.key}" if signer else "from now on nothing is signed"
        host_of(self._app).receipts.show((f" {words}", "$accent"))

    def _ask(self, found: Signs, then: SignerChosen) -> None:
        def answered(yes: bool | None) -> None:
            host_of(self._app).quiet.begin()
            self._signer, self._asks = self._known(found if yes else None), False
            then(self._signer)
            self._found_out()

        touch = ", touched each time" if found.needs_touch else ""
        hint = (
            f"{found.key}\n{found.kind}{touch}\n\nAn auditor can tell then that it was you. The palette changes it;\n"
            'config.toml answers for good: sign = "always" or "never".'
        )
        self._app.push_screen(
            Question(f"Sign what you record here as {self._who} by your key?", hint, "sign", "go on unsigned"), answered
        )

    def _find(self, then: Callable[[Signs], None], without: Callable[[], None]) -> None:
        """Ask git beside the screen, once that is there; nothing is recorded meanwhile, since it would be unsigned."""

        def say_still_asking() -> None:
            if self._without is without:
                self._says_asking = True
                host_of(self._app).receipts.show((" asking git for your key… · esc goes on unsigned", "$warning bold"))

        self._without = without
        if self._worker is not None:
            self._worker.acts.signer_known.clear()
        self._app.call_after_refresh(
            lambda: self._app.run_worker(self._found(then, without), group="signing", exclusive=True)
        )
        self._app.set_timer(ssh_keygen.SLOW_SECONDS, say_still_asking)

    async def _found(self, then: Callable[[Signs], None], without: Callable[[], None]) -> None:
        from ..signing.configured import signer
        from ..signing.signer import NoSigner

        found = await asyncio.to_thread(signer, self._settings, self._who)
        if self._without is not without:
            # It was not waited for.
            return
        self._stop_asking()
        if isinstance(found, NoSigner):
            host_of(self._app).notices.say(NOT_SIGNED, f"{found.why.message}\n{found.why.hint}")
        if found is None or isinstance(found, NoSigner):
            without()
            self._found_out()
        else:
            then(found)

    def _stop_asking(self) -> None:
        """Go on, and take back what was said of the wait."""
        self._without = None
        if self._says_asking:
            self._says_asking = False
            host_of(self._app).notices.take_back(REFUSED)
            host_of(self._app).receipts.show("")

    def _found_out(self) -> None:
        """Let go on what waited until git and the operator have answered."""
        if self._worker is not None:
            self._worker.acts.signer_known.set()

    def _say_none(self) -> None:
        host_of(self._app).receipts.show((" no key to sign by: rollout whoami says more", "$warning"))
