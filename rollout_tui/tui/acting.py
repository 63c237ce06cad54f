"""An intent on its way from the screen into the log: decided and appended on the journal's thread, signed beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from ..errors import NotSigned, Refused
from ..run.events import Entry
from ..run.intents import Intent
from ..runs.appending import EVENT_NAMESPACE, Acting, advance
from ..session import URGENT, Session
from ..signing import ssh_keygen
from ..signing.ssh_keygen import KeygenCall
from .updates import AwaitsKey


class Acts:
    """Does one intent at a time; `tell` is told of a key that is waited for for long, and when it no more is.

    `recorded` is called on the journal's thread, before anything else happens there.
    """

    def __init__(
        self,
        session: Session,
        thread: ThreadPoolExecutor,
        recorded: Callable[[Entry], None],
        tell: Callable[[AwaitsKey], None],
    ) -> None:
        self._session, self._thread = session, thread
        self._recorded, self._tell = recorded, tell
        # Set but while it is being found out which key signs, if any does.
        self.signer_known = asyncio.Event()
        self.signer_known.set()
        self._acting: Acting | None = None
        self._call: KeygenCall | None = None

    @property
    def awaits_key(self) -> bool:
        """Whether a key is waited for: the journal's thread is free meanwhile, for what others record."""
        return self._call is not None

    def why_not_yet(self) -> Refused | None:
        """Give why nothing can be recorded now: a key takes one touch at a time."""
        if not self.awaits_key:
            return None
        return Refused("Another entry waits for your key.", "Touch it, or give up with esc; then do this again.")

    def need_free(self) -> None:
        """Raise Refused where nothing can be recorded now."""
        if why := self.why_not_yet():
            raise why

    async def by(self, act: Callable[[], Entry]) -> Entry:
        """Let something else act on the session."""

        def own() -> Entry:
            entry = act()
            self._recorded(entry)
            return entry

        return await asyncio.get_running_loop().run_in_executor(self._thread, own)

    async def act(self, intent: Intent, happened: datetime | None, sees: str) -> Entry:
        """Do what the intent asks, as Session.act does, once it is known what signs."""
        await self._until_known(intent)
        acting = self._acting = self._session.acting(intent, happened, sees)

        def go_on(signed: str | NotSigned = "") -> bytes | Entry:
            done = advance(acting, signed)
            if isinstance(done, Entry):
                self._recorded(done)
            return done

        loop = asyncio.get_running_loop()
        try:
            done = await loop.run_in_executor(self._thread, go_on)
            while isinstance(done, bytes):
                done = await loop.run_in_executor(self._thread, go_on, await self._signature(done))
            return done
        except BaseException:
            self._leave(acting)
            raise

    async def _until_known(self, intent: Intent) -> None:
        """Return when it is known what signs, as it soon is where a screen was just opened; else raises Refused."""
        if isinstance(intent, URGENT):
            return
        try:
            await asyncio.wait_for(self.signer_known.wait(), ssh_keygen.SLOW_SECONDS)
        except TimeoutError:
            hint = "Wait for git, or go on unsigned with esc."
            raise Refused("It is not known yet which key signs.", hint) from None

    async def _signature(self, words: bytes) -> str | NotSigned:
        signer, loop = self._session.signer, asyncio.get_running_loop()
        assert signer is not None
        awaited = AwaitsKey(signer.needs_touch)
        told = False

        def tell() -> None:
            nonlocal told
            if self._call is call:
                told = True
                self._tell(awaited)

        call = self._call = KeygenCall(lambda: loop.call_soon_threadsafe(tell))
        try:
            signature = await asyncio.to_thread(signer.sign, words, EVENT_NAMESPACE, call)
            call.need_awaited()
            return signature
        except NotSigned as error:
            return error
        finally:
            # Whoever has left does not wait for it any more.
            call.end()
            self._call = None
            if told:
                self._tell(replace(awaited, is_over=True))

    def give_up(self) -> bool:
        """Wait for no key any more; tells whether one was waited for: nothing is recorded then."""
        if self._call is not None:
            self._call.end()
        return self.awaits_key

    def close(self) -> None:
        """Give up, and let go of what was kept for it."""
        self.give_up()
        if self._acting is not None:
            self._leave(self._acting)

    def _leave(self, acting: Acting) -> None:
        # Where the thread has ended, this was done before.
        with suppress(RuntimeError):
            self._thread.submit(acting.close)
