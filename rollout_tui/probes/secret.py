"""Secrets: variables of the environment by name, and their values masked in whatever is kept."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

MASK = "•••"

# A shorter value of a command's variable is a switch or a number, and masking it would spoil the output.
_SHORTEST = 6


class Missing(Exception):
    """A variable that a plan names is not there, or holds what can't be sent."""


class Secrets:
    """The environment that a probe may see; what was given out is masked from then on."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._hidden: set[str] = set()

    def header(self, name: str) -> str:
        """Give a variable's value as a header can hold it."""
        value = self._get(name).strip()
        self._hide(value)
        if not value or not value.isascii() or not value.isprintable():
            raise Missing(f"{name} is empty, or holds what a header can't")
        return value

    def basic(self, name: str) -> str:
        """Give the header for a variable that holds `user:password`."""
        value = self._get(name).strip()
        user, colon, password = value.partition(":")
        coded = b64encode(value.encode()).decode()
        self._hide(value, password, coded)
        if not user or not colon:
            raise Missing(f"{name} is not user:password")
        return f"Basic {coded}"

    def variables(self, names: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, str]:
        """Give the environment of a command: the named variables, and of the `optional` ones those that are there."""
        named = {name: self._get(name) for name in names}
        # A program prints a line of it, and seldom the line's end.
        texts = (text.strip() for value in named.values() for text in (value, *value.splitlines()))
        self._hide(*(text for text in texts if len(text) >= _SHORTEST))
        return {name: self._environ[name] for name in optional if name in self._environ} | named

    def mask(self, text: str) -> str:
        """Put a mask in place of each secret, and of one that the end of the text cuts."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, MASK)
            begun = next((n for n in range(len(secret) - 1, _SHORTEST - 1, -1) if text.endswith(secret[:n])), 0)
            text = text[: len(text) - begun] + MASK * bool(begun)
        return text

    def _get(self, name: str) -> str:
        if name not in self._environ:
            raise Missing(f"the environment variable {name} is not set")
        return self._environ[name]

    def _hide(self, *values: str) -> None:
        """Remember values in each way in which a server may say them back."""
        for value in filter(None, values):
            self._hidden |= {value, json.dumps(value)[1:-1], quote(value), quote(value, safe=""), quote_plus(value)}
