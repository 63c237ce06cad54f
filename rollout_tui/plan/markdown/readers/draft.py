"""Draft of a plan as it grows while a document is read: data, comments on what was inferred, and what is left over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...fields import FIELDS, PlanField, TextForm, choices_of
from ...inferred import INFERRED
from ...mistakes import KeyPath
from ...sections import MODELS
from ...toml_text import Unreadable, read
from ..document.inline import is_nothing, line, parts, prose, show
from ..meanings import inference
from ..meanings.inference import Guess
from ..watched import read_watched

ANY = "plan"

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class Leftover:
    """Something in the document that no field took: it is kept as a note of its section."""

    line: int
    section: str
    text: str


@dataclass
class PlanDraft:
    """Data and comments as `writing.write_plan` takes them.

    `exact` says that the document is an export, which states everything: nothing is inferred then. `loose` holds what
    can be placed only when all phases are known.
    """

    data: dict[str, Any] = field(default_factory=dict)
    comments: dict[KeyPath, str] = field(default_factory=dict)
    unread: list[Leftover] = field(default_factory=list)
    exact: bool = False
    ticked: int = 0
    compatible: str = ""
    loose: list[Loose] = field(default_factory=list)

    def add(self, section: str) -> TableDraft:
        """Open a new table of a section."""
        tables = self.data.setdefault(section, [])
        tables.append({})
        return TableDraft(self, section, tables[-1], (section, len(tables) - 1))

    def entry(self, section: str) -> TableDraft:
        """Give the one table that a section is, such as [plan]."""
        return TableDraft(self, section, self.data.setdefault(section, {}), (section,))

    def note(self, section: str, text: str, line: int, *, known: bool = False) -> None:
        """Keep a text as a note; `known` where the document itself calls it one."""
        if text.strip():
            self.data.setdefault("notes", {}).setdefault(section, []).append(text)
            if not known:
                self.unread.append(Leftover(line, section, text))


@dataclass(frozen=True)
class Loose:
    """A text that belongs to phases by their names, or to all of them."""

    key: str
    text: str
    line: int
    entry: TableDraft | None = None
    phase: str = ""


@dataclass(frozen=True)
class TableDraft:
    """One table of the plan under way; values that a plan would not take become a placeholder and a note."""

    draft: PlanDraft
    section: str
    data: dict[str, Any]
    path: KeyPath

    def set(self, key: str, guess: Guess | Any) -> None:
        value, why = (guess.value, guess.why) if isinstance(guess, Guess) else (guess, "")
        if value != "":
            self.data[key] = value
        if why:
            self.remark(key, why)

    def remark(self, key: str, why: str) -> None:
        self.draft.comments[(*self.path, key)] = f"{INFERRED}{' '.join(why.split())}"

    def say(self, key: str, comment: str) -> None:
        self.draft.comments[(*self.path, key)] = " ".join(comment.split())

    def leave(self, name: str, marked: str, at: int) -> None:
        """Keep what no field takes, under the name of its column or label."""
        if not is_nothing(marked):
            called = self.data.get("name") or self.data.get("title") or self.data.get("action")
            called = called or self.data.get("scenario") or self.data.get("metric") or ""
            start = f"{called} — {name}" if called and name else called or name
            self.draft.note(self.section, f"{start}: {prose(marked)}" if start else prose(marked), at)

    def text(self, key: str, marked: str) -> None:
        self.set(key, line(marked))

    def prose(self, key: str, marked: str) -> None:
        self.set(key, prose(marked))

    def texts(self, key: str, marked: str) -> None:
        if found := parts(marked):
            self.data[key] = [*self.data.get(key, []), *found]

    def watched(self, key: str, marked: str) -> None:
        if found := parts(marked):
            self.data[key] = [*self.data.get(key, []), *map(read_watched, found)]

    def take(self, key: str, marked: str, at: int, placeholder: str = "[Duration]") -> None:
        """Take the text of a field in the form that the table of fields gives it."""
        match self.fields[key].form:
            case TextForm.LINE:
                self.text(key, marked)
            case TextForm.PROSE:
                self.prose(key, marked)
            case TextForm.TEXTS:
                self.texts(key, marked)
            case TextForm.WATCHED:
                self.watched(key, marked)
            case TextForm.ID:
                self.id(marked, at)
            case TextForm.COUNT:
                self.approvals(marked, at)
            case TextForm.CHOICE:
                self.word(key, marked, choices_of(MODELS[self.section], key), at)
            case TextForm.DURATION:
                self.duration(key, marked, at, placeholder)
            case TextForm.TABLE:
                self.table(key, marked, at)
            case TextForm.OWN:
                raise ValueError(f"{self.section} reads {key} in its own way")

    def table(self, key: str, marked: str, at: int) -> None:
        """Take an inline table of TOML; anything else is a note."""
        try:
            table = read(f"table = {line(marked)}")["table"]
        except Unreadable:
            table = None
        if isinstance(table, dict):
            self.data[key] = table
        else:
            self.leave(key.capitalize(), marked, at)

    def takes(self, key: str) -> bool:
        """Whether a field of that name is read by its form alone."""
        return key in self.fields and self.fields[key].form is not TextForm.OWN

    @property
    def fields(self) -> Mapping[str, PlanField]:
        return FIELDS[MODELS[self.section]]

    def id(self, marked: str, at: int) -> None:
        text = line(marked)
        if _ID.fullmatch(text):
            self.set("id", text)
        else:
            self.leave("ID", marked, at)

    def approvals(self, marked: str, at: int) -> None:
        text = line(marked)
        if text in {"1", "2"}:
            self.set("approvals", int(text))
        else:
            self.leave("Approvals", marked, at)

    def word(self, key: str, marked: str, known: tuple[str, ...], at: int) -> None:
        text = line(marked).casefold()
        if text in known:
            self.set(key, text)
        else:
            self.leave(key.capitalize(), marked, at)

    def duration(self, key: str, marked: str, at: int, placeholder: str = "[Duration]") -> None:
        if is_nothing(marked):
            return
        self._read(key, inference.duration(show(marked.replace("\n", " "))), marked, at, placeholder)

    def threshold(self, marked: str, at: int, *, target: bool = False) -> None:
        guess = None if is_nothing(marked) else inference.threshold(show(marked.replace("\n", " ")), target=target)
        self._read("threshold", guess, marked, at, "[Threshold]")

    def _read(self, key: str, guess: Guess | None, marked: str, at: int, placeholder: str) -> None:
        if guess is not None:
            self.set(key, guess)
            return
        self.data[key] = placeholder
        self.say(key, f"the document says {line(marked)!r}" if not is_nothing(marked) else "the document says nothing")
        self.leave(key.capitalize(), marked, at)
