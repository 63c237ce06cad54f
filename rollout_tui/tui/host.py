"""The host of a screen: what a screen may ask of the app that shows it, and what a screen at a run tells of itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.app import App
from textual.dom import DOMNode

from ..run.stages import Item
from ..session import Session
from .notices import Notices
from .quiet_time import QuietTime
from .receipts import Receipts
from .run_worker import RunWorker
from .type_ahead import TypeAhead

if TYPE_CHECKING:
    from ..signing.signer import Signs


class Host(Protocol):
    """The app, as screens, dialogs and widgets know it."""

    @property
    def worker(self) -> RunWorker:
        """The run that is open."""
        ...

    @property
    def receipts(self) -> Receipts:
        """What the operator is told."""
        ...

    @property
    def notices(self) -> Notices:
        """What there is to say besides."""
        ...

    @property
    def quiet(self) -> QuietTime:
        """What keeps a key that is held down from recording twice."""
        ...

    @property
    def type_ahead(self) -> TypeAhead:
        """What keeps a key from acting on what was not there when it was typed."""
        ...

    def choose_signer(self, then: Callable[[Signs | None], None]) -> None:
        """Go on with what signs, if anything does, once the operator was asked where they want to be."""

    def open_run(self, session: Session) -> None:
        """Show a run over the screen that is shown."""

    def open_gate(self) -> None: ...

    def open_rollback(self) -> None: ...

    def open_catch_up(self) -> None: ...

    def back_to_run(self) -> None:
        """Leave whatever lies over the run's screen."""

    def show_item(self, name: str) -> None:
        """Go to an item on the run's screen."""


class AtRun(Protocol):
    """A screen at a run, as what records for it knows it."""

    @property
    def app(self) -> App[object]: ...

    @property
    def selected(self) -> Item | None:
        """The item that an action here is about."""
        ...

    @property
    def is_on_top(self) -> bool:
        """Whether no dialog lies above this."""
        ...

    def run_worker(self, work: Coroutine[Any, Any, None]) -> object: ...


def host_of(node: DOMNode | AtRun) -> Host:
    """Give the app that shows a screen, a dialog or a widget."""
    return cast(Host, node.app)
