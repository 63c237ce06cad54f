"""The user's keys: each id and key is held against every screen, and what can't be is a problem instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.binding import Binding
from textual.keys import Keys, key_to_character

from ...plan.mistakes import KeyPath, Problem, did_you_mean, nearest, quoted
from ...settings import Settings

# A key and what it does, by id, or by what it does where it has none and can't be given another.
Claims = list[tuple[str, str]]

# The keys that act together: those of a screen or dialog, with what acts there too.
Chains = Sequence[Sequence[Binding]]

_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}
_NAMES = {key.value for key in Keys}


def fitting(settings: Settings, chains: Chains) -> tuple[dict[str, str], list[Problem]]:
    """Give the keys that can be used, by id, and what is wrong with the others."""
    known = ids(chains)
    kept: dict[str, str] = {}
    paths: dict[str, KeyPath] = {}
    problems: list[Problem] = []
    for path, keys in settings.keys.items():
        name = ".".join(map(str, path[1:]))
        wrong = [key for key in _split(keys) if not _is_key(key)]
        if name not in known:
            near = did_you_mean(nearest(name, known))
            problems.append(Problem(path, "an unknown id", "one that help (?) lists", near, at_key=True))
        elif wrong:
            problems.append(Problem(path, quoted(wrong[0]), 'keys such as "w", "space", "f5" or "ctrl+w"'))
        else:
            kept[name], paths[name] = keys, path
    while (clash := _clash(kept, chains)) is not None:
        name, key, other = clash
        found = f"{quoted(key)}, which is {other} already"
        problems.append(Problem(paths[name], found, "a key that is free, or another for the other as well"))
        del kept[name]
    return kept, problems


def ids(chains: Chains) -> dict[str, list[str]]:
    """Name every id that a key can be given to, with its keys as they come."""
    found: dict[str, list[str]] = {}
    for bindings in chains:
        for each in bindings:
            if each.id and each.key not in found.setdefault(each.id, []):
                found[each.id].append(each.key)
    return found


def _clash(keymap: Mapping[str, str], chains: Chains) -> tuple[str, str, str] | None:
    """Give the first id that would take a key from another on one screen: the id, the key, the other."""
    for bindings in chains:
        claimed = _claims(bindings, keymap)
        for name, key in claimed:
            if name not in keymap:
                continue
            for other, same in claimed:
                if same == key and other != name:
                    return name, key, other
    return None


def _claims(bindings: Sequence[Binding], keymap: Mapping[str, str]) -> Claims:
    """Give each key that acts, with the keymap laid over."""
    found: Claims = []
    for each in bindings:
        name = each.id or each.description
        keys = keymap.get(name, each.key)
        found += [(name, binding.key) for binding in Binding.make_bindings([Binding(keys, each.action)])]
    return found


def _split(keys: str) -> list[str]:
    return [key.strip() for key in keys.split(",")]


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    character = key_to_character(last)
    # What can't be seen is no key that a terminal sends, and no word could name it.
    return set(modifiers) <= _MODIFIERS and (last in _NAMES or (character is not None and character.isprintable()))
