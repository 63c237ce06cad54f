"""Reader of the plan's own table and its strategy: tables of two columns, labelled lines, front matter, the title."""

from __future__ import annotations

import re
from datetime import datetime

from ..document.blocks import Document, MarkdownSection
from ..document.inline import is_nothing, line, prose
from ..meanings import inference
from ..meanings.inference import Guess
from ..meanings.synonyms import LABELS, match, words
from .draft import PlanDraft, TableDraft

_GENERIC = re.compile(
    r"\b(deployment|release|roll ?out|launch|go live|production|plans?|checklists?|runbook|document|template"
    r"|guide|and|the|for|of)\b"
)
_VERSION = re.compile(r"\bv?(\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?)\b")
_SOURCE = re.compile(r"Source (.+)")
_YES_FLAGS = re.compile(r"(yes|no|y|n|true|false)\b.*", re.IGNORECASE | re.DOTALL)


def read_pair(draft: PlanDraft, kind: str, name: str, value: str, at: int) -> bool:
    """Take a labelled value of the plan or its strategy; gives whether there is a field for it."""
    if source := _SOURCE.fullmatch(line(name)):
        TableDraft(draft, "plan", draft.data.setdefault("sources", {}), ("sources",)).table(source[1], value, at)
        return True
    tables = ("strategy",) if kind == "strategy" else ("plan", "strategy")
    for table in tables:
        key = match(LABELS[table], name)
        if key and not (table == "strategy" and kind != "strategy" and draft.exact):
            entry = draft.entry(table)
            (_set_strategy if table == "strategy" else _set_header)(entry, key, name, value, at)
            return True
    return False


def _set_header(entry: TableDraft, key: str, name: str, value: str, at: int) -> None:
    if key == "format":
        entry.draft.exact = True
    elif is_nothing(value):
        return
    elif key in entry.data and key != "links":
        entry.leave(name, value, at)
    else:
        entry.take(key, value, at)


def _set_strategy(entry: TableDraft, key: str, name: str, value: str, at: int) -> None:
    text = line(value)
    match key:
        case "kind" | "database_migration":
            guess = inference.strategy_kind(text) if key == "kind" else inference.timing(text)
            if guess is None or "[" in text:
                entry.leave(name, value, at)
            else:
                entry.set(key, guess)
        case "downtime":
            _set_downtime(entry, name, value, at)
        case "rollback_time":
            entry.duration("rollback_time", value, at)
        case "feature_flags":
            # Which flags there are follows from their section; what is still open is not.
            if not entry.draft.exact and ("[" in text or not _YES_FLAGS.fullmatch(text)):
                entry.leave(name, value, at)
        case _:
            _set_window(entry, key.removeprefix("window_"), name, value, at)


def _set_downtime(entry: TableDraft, name: str, value: str, at: int) -> None:
    said = words(line(value))
    if "[" in value or not re.search(r"\bzero\b|\bno\b|\bnone\b|\bwindow\b", said):
        entry.leave(name, value, at)
        return
    window = "window" in said and not re.search(r"\bzero downtime\b", said)
    entry.set("downtime", "maintenance-window" if window else "zero-downtime")
    if said not in {"zero downtime", "maintenance window", "none", "zero", "no", "no downtime"}:
        entry.remark("downtime", f"from {line(value)!r}")
        entry.leave(name, value, at)


def _set_window(entry: TableDraft, key: str, name: str, value: str, at: int) -> None:
    window = entry.data.setdefault("window", {})
    if key == "reason":
        if not is_nothing(value):
            window["reason"] = prose(value)
        return
    moment = _moment(line(value))
    if moment is not None:
        window[key] = moment
    else:
        entry.leave(name, value, at)


def complete_window(strategy: TableDraft) -> None:
    """Make window and downtime fit each other; a window that can't be is a note."""
    window = strategy.data.get("window")
    if window is None:
        return
    start, end = window.get("start"), window.get("end")
    if strategy.data.get("downtime") == "zero-downtime" or (start and end and end <= start):
        said = ", ".join(f"{key} {value}" for key, value in strategy.data.pop("window").items())
        strategy.leave("Window", said, 1)
    elif "downtime" not in strategy.data:
        strategy.set("downtime", Guess("maintenance-window", "the document gives a window"))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(re.sub(r"\s*UTC$", "+00:00", text.strip()))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def title_of(document: Document) -> MarkdownSection | None:
    """The heading that is the document's title: the first one, if nothing else stands on its level."""
    headings = [section for section in document.sections if section.level]
    if not headings:
        return None
    first = headings[0]
    alone = all(section.level > first.level for section in headings[1:])
    return first if alone or is_generic(first) else None


def is_generic(section: MarkdownSection) -> bool:
    """Whether a heading only says that this is a plan."""
    said = words(section.title)
    return bool(said) and not _GENERIC.sub("", said.partition(" — ")[0]).strip()


def complete(draft: PlanDraft, title: str, stem: str) -> None:
    """Fill in the plan's own table: from the title and the file's name, or with placeholders."""
    if draft.exact:
        return
    entry = draft.entry("plan")
    named = line(title)
    # The name of a file says what it is about where it has a version, as in checkout-2.4.0.md.
    sources = (("from the title", named), ("from the file's name", stem if _release(stem) else ""))
    entry.data.setdefault("release", "")
    for key, read in (("release", _release), ("service", _service)):
        found = next((Guess(value, why) for why, text in sources if (value := read(text))), None)
        if not entry.data.get(key):
            entry.set(key, found or f"[{'version' if key == 'release' else key}]")
    if "name" not in entry.data and _service(named):
        entry.set("name", named)
    elif "name" not in entry.data:
        known = f"{entry.data['service']} {entry.data['release']}"
        entry.set("name", "[Name of the change]" if "[" in known else Guess(known, "from service and release"))


def _release(text: str) -> str:
    found = _VERSION.search(text)
    return found[1] if found else ""


def _service(text: str) -> str:
    """What is left of a title when the words that every plan has are taken away, as a short name."""
    subject = _GENERIC.sub(" ", _VERSION.sub(" ", words(text.partition(" — ")[0]) if " " in text else text.casefold()))
    return "-".join(re.findall(r"[^\W_]+", subject))
