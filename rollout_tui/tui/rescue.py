"""Rescue of a run whose disk failed: what can still be read is copied elsewhere."""

from __future__ import annotations

from pathlib import Path

from textual.app import App

from ..errors import RolloutError
from ..run.wording import describe, short_head
from .dialogs.question import Question
from .host import host_of
from .notices import COPIED
from .run_worker import RunWorker
from .updates import Doubtful, Update


def offer_copy(app: App[int], worker: RunWorker, update: Update) -> None:
    """Offer what can still be saved, where it is unknown whether the last entry was recorded."""
    if not isinstance(update, Doubtful):
        return
    path = Path.home() / f"{worker.run.id}.copy-{worker.moment().at:%Y%m%dT%H%M%SZ}.toml"
    hint = (
        "Do not go on with this journal: its disk failed, and nothing more is recorded in it here.\n"
        f"Its entries can be copied to {path}: compare the last of them with your receipt."
    )

    def go_on(yes: bool | None) -> None:
        if yes:
            app.run_worker(_copy(app, worker, path))

    app.push_screen(Question(update.error.message, hint, "copy"), go_on)


async def _copy(app: App[int], worker: RunWorker, path: Path) -> None:
    host = host_of(app)
    try:
        last = await worker.copy_to(path)
    except RolloutError as error:
        host.receipts.say_refused(error)
        return
    words = describe(last, worker.run.sequence_at(last.seq))
    said = f"Copied to {path}: its last entry is {short_head(last)}, {words}"
    host.receipts.show((" ✘ do not go on: ", "$error bold"), said)
    host.notices.say(COPIED, said)
