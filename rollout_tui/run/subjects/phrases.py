"""Phrases that the words of several events share. What a plan or a person wrote is untouched."""

from __future__ import annotations

from ..stages import StageSequence


def item_title(sequence: StageSequence, name: str) -> str:
    item = sequence.items.get(name)
    return item.title if item else name


def stage_title(sequence: StageSequence, name: str) -> str:
    return sequence.stage(name).title if name in sequence.index else name


def past(overrides: tuple[str, ...]) -> str:
    """Say that a decision went past blockers; nothing where it did not."""
    return f" past {counted(len(overrides), 'blocker')}" if overrides else ""


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def why(text: str) -> str:
    """Add a reason or a note; nothing where there is none."""
    return f" — {text}" if text else ""
