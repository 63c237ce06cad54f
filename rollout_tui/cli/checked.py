"""What `rollout check` looks at, and what it finds there, as data."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from ..errors import UsageError
from ..frozen import dataclass
from ..plan import queries, toml
from ..plan.finding import Finding
from ..plan.inferred import INFERRED, to_confirm
from ..plan.mistakes import Mistake, PlanError, describe
from ..plan.placeholders import PLACEHOLDER_RULE, placeholders
from ..plan.rules import check
from ..plan.source import looks_like_plan

MISTAKE = "mistake"
CONFIRM = "confirm"
PROBE = queries.PROBE


@dataclass(frozen=True)
class Found:
    """A finding at its place in the file."""

    finding: Finding
    line: int
    column: int


@dataclass(frozen=True)
class Remark:
    """What people read: where, of which kind (`mistake`, a rule's id, `placeholder`, `probe`, `confirm`), and what."""

    line: int
    column: int
    kind: str
    text: str


@dataclass(frozen=True)
class Checked:
    """What one file shows; `error` says why it is no plan file at all.

    `to_confirm` is what an import inferred: no mistake, but a person has to look at it once. `doubtful` is what a
    probe or a source may not be meant to be: a run can start all the same.
    """

    path: Path
    mistakes: tuple[Mistake, ...] = ()
    found: tuple[Found, ...] = ()
    doubtful: tuple[Found, ...] = ()
    to_confirm: tuple[Remark, ...] = ()
    error: str = ""

    @property
    def is_unusable(self) -> bool:
        return bool(self.error or self.mistakes)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Everything that is to be said of the file, in the order of its lines."""
        return (
            *(Remark(each.line, each.column, MISTAKE, describe(each)) for each in self.mistakes),
            *(
                Remark(each.line, each.column, each.finding.rule, f"{each.finding.message} {each.finding.hint}")
                for each in (*self.found, *self.doubtful)
            ),
            *self.to_confirm,
        )


def check_all(paths: Sequence[Path]) -> list[Checked]:
    """Check files, and every plan of the folders among them, each once."""
    named = (each for path in paths for each in (_plans_in(path) if os.path.isdir(path) else [path]))
    return [_check(path) for path in dict.fromkeys(named)]


_COUNTED = {
    MISTAKE: "mistake",
    PLACEHOLDER_RULE: "placeholder",
    CONFIRM: "inferred value",
    PROBE: "doubt",
}


def count(checked: Sequence[Checked]) -> str:
    """Say in a few words how much was found: `2 plans: 3 mistakes, 1 placeholder`."""
    kinds = Counter(_COUNTED.get(remark.kind, "broken rule") for each in checked for remark in each.remarks)
    kinds["unreadable file"] = sum(bool(each.error) for each in checked)
    found = ", ".join(_counted(number, kind) for kind, number in kinds.items() if number)
    return f"{_counted(len(checked), 'file')}: {found or 'nothing to mend'}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _plans_in(folder: Path) -> list[Path]:
    """Give the plans of a folder; the folder itself, which is none, where it has no plan."""
    return [path for path in _toml_files(folder) if looks_like_plan(path)] or [folder]


def _toml_files(folder: Path) -> Iterator[Path]:
    """Every TOML file below a folder, but not in hidden ones such as .git and .venv."""
    for base, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(base, name) for name in sorted(files) if name.endswith(".toml"))


def _raise(error: OSError) -> NoReturn:
    raise error


def _check(path: Path) -> Checked:
    if os.path.isdir(path):
        return Checked(path, error=f"There is no plan in the folder {path}.")
    try:
        loaded = toml.load(path)
    except PlanError as error:
        # A mistake names its file without the folder, which does not lead an editor to it.
        return Checked(path, tuple(replace(mistake, file=str(path)) for mistake in error.mistakes))
    except UsageError as error:
        return Checked(path, error=str(error))
    if problems := list(queries.mistakes(loaded.plan)):
        return Checked(path, toml.placed(loaded.text, str(path), problems))
    return Checked(
        path,
        found=_placed(loaded.text, (*placeholders(loaded.plan), *check(loaded.plan))),
        doubtful=_placed(loaded.text, tuple(queries.doubts(loaded.plan))),
        to_confirm=_to_confirm(loaded.text),
    )


def _to_confirm(text: str) -> tuple[Remark, ...]:
    if INFERRED not in text:
        return ()
    hint = "Confirm it by deleting the comment."
    return tuple(Remark(each.line, each.column, CONFIRM, f"Inferred {each.text}. {hint}") for each in to_confirm(text))


def _placed(text: str, findings: Sequence[Finding]) -> tuple[Found, ...]:
    if not findings:
        return ()
    from ..plan.locate import places

    known = places(text)
    positions = [known.of_value(finding.path) for finding in findings]
    found = [Found(each, at.line, at.column) for each, at in zip(findings, positions, strict=True)]
    return tuple(sorted(found, key=lambda each: (each.line, each.column)))
