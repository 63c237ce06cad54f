"""One field of a plan as people meet it: in the file, in an editor, and as a column or a label of a document."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from ...frozen import dataclass


class TextForm(StrEnum):
    """How the text of a field is read from a document, and how it may look in the file."""

    LINE = "line"  # one line of text
    PROSE = "prose"  # a text that may have paragraphs
    TEXTS = "texts"  # a list of texts
    ID = "id"
    COUNT = "count"  # of people: 1 or 2
    CHOICE = "choice"  # one of the words that the model takes
    DURATION = "duration"
    WATCHED = "watched"  # a list of texts, each of which may have a probe
    TABLE = "table"  # an inline table of TOML
    OWN = "own"  # the section reads it in its own way


@dataclass(frozen=True)
class PlanField:
    """A field of a section.

    `text` says what it means and `examples` are values of it, as the schema shows them. `heading` is its column or its
    label in an exported document, `column` the pattern of the columns of other documents that mean it, and `labels`
    that of the labels before a value. `renewed` says that a text of the last release may name it, or its date, and
    `is_link` that it leads to a page, which may be the last release's.
    """

    key: str
    text: str
    examples: tuple[Any, ...] = ()
    form: TextForm = TextForm.OWN
    heading: str = ""
    column: str = ""
    labels: str = ""
    renewed: bool = False
    is_link: bool = False


@dataclass(frozen=True)
class Other:
    """What documents say in a column or behind a label, and no field of that name holds."""

    key: str
    column: str = ""
    labels: str = ""


Columns = tuple[PlanField | Other, ...]
"""A section's fields and what else stands in its tables: the first whose pattern fits a column's name is meant."""


def id_field(text: str = "", example: str = "smoke-test", *, labels: str = "") -> PlanField:
    text = text or "A name for logs and scripts that stays when the words change; left out, it is made of them."
    return PlanField("id", text, (example,), TextForm.ID, "ID", r"^id$", labels)


def owner_field(column: str = "", labels: str = "") -> PlanField:
    examples = ("Dana Ruiz (DBA)", "On-call engineer")
    return PlanField("owner", "Who does it, or answers for it.", examples, TextForm.LINE, "Owner", column, labels)


def approvals_field(text: str = "How many people have to sign it.", labels: str = "") -> PlanField:
    return PlanField("approvals", text, (2,), TextForm.COUNT, "Approvals", r"^approvals$", labels)
