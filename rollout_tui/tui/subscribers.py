"""A subscription: callbacks that are called at once, in the order in which they came.

Textual's Signal can't do that: called at once it swallows what a callback raises, so that a screen that fails to draw
would go on showing what is not so; queued, the receipt and the rows of one entry would be drawn in two frames.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Published = TypeVar("Published")


class Subscribers(Generic[Published]):
    """Who is told of what is published; each unsubscribes by what `subscribe` gave it."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Published], None]] = []

    def subscribe(self, callback: Callable[[Published], None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def publish(self, what: Published) -> None:
        for callback in tuple(self._callbacks):
            callback(what)
