"""Import: a Markdown document → the data of a plan, comments on what was inferred, and what was not understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Any

from ...frozen import dataclass
from .. import ids
from ..mistakes import KeyPath
from ..sections import OF_ONE_ID, PHASES, PlanSection
from .document.inline import is_nothing, line, parts, prose
from .document.parse import parse
from .meanings.inference import Guess
from .meanings.synonyms import LABELS, match
from .readers import feature_flags, header, phases, rollback
from .readers.document import DocumentReader
from .readers.draft import Leftover, Loose, PlanDraft, TableDraft
from .watched import read_watched, text_of


@dataclass(frozen=True)
class Imported:
    """What `writing.write_plan` takes, what was left over, and how many boxes the document had ticked."""

    data: Mapping[str, Any]
    comments: Mapping[KeyPath, str]
    unread: tuple[Leftover, ...]
    ticked: int
    unclosed: tuple[int, ...]

    @property
    def inferred(self) -> int:
        return sum(comment.startswith("inferred") for comment in self.comments.values())


def import_document(text: str, stem: str = "", given: Mapping[str, str] | None = None) -> Imported:
    """Make a plan of any Markdown text; `stem` is its file's name, `given` what the caller says of the plan itself."""
    document = parse(text, partial(match, LABELS[PHASES.key]))
    reader = DocumentReader(document)
    draft = reader.read()
    draft.entry("plan").data.update({key: value for key, value in (given or {}).items() if value})
    title = header.title_of(document)
    header.complete(draft, title.title if title else "", stem)
    _complete_scenarios(draft)
    _complete_phases(draft)
    _place_loose(draft)
    _complete_strategy(draft, text)
    _make_ids_unique(draft)
    unread = sorted(draft.unread, key=lambda each: each.line)
    return Imported(draft.data, draft.comments, tuple(unread), draft.ticked, document.unclosed)


def _entries(draft: PlanDraft, section: str) -> list[TableDraft]:
    tables_of = draft.data.get(section, [])
    return [TableDraft(draft, section, table, (section, place)) for place, table in enumerate(tables_of)]


def _complete_scenarios(draft: PlanDraft) -> None:
    for entry in _entries(draft, "rollback"):
        rollback.complete(entry)


def _complete_phases(draft: PlanDraft) -> None:
    if not draft.data.get("phases"):
        draft.add("phases").set("name", "[Phase]")
    for entry in _entries(draft, "phases"):
        phases.complete(entry)


def _place_loose(draft: PlanDraft) -> None:
    """Give each what stood outside of it, or names others, now that all are known."""
    for each in draft.loose:
        if each.key == "rollback_triggers":
            for entry in _entries(draft, "phases"):
                _add_for_all(entry, each, "from triggers that the document has for all phases")
        elif each.key == "success_criteria":
            _add_for_all(
                _entries(draft, "phases")[-1], each, "from criteria that the document has for the whole rollout"
            )
        elif each.key == "reverses" and each.entry is not None:
            rollback.place_reversed(each, each.entry)
        elif each.entry is not None and not is_nothing(each.text):
            _place_flag(draft, each, each.entry)


def _add_for_all(entry: TableDraft, loose: Loose, why: str) -> None:
    known = entry.data.setdefault(loose.key, [])
    slugs = {ids.slug(text_of(each)) for each in known}
    for each in map(read_watched, parts(loose.text)):
        if ids.slug(text_of(each)) not in slugs:
            known.append(each)
            entry.remark(loose.key, why)


def _place_flag(draft: PlanDraft, loose: Loose, entry: TableDraft) -> None:
    names = [str(phase["name"]) for phase in draft.data["phases"]]
    rollout = entry.data.setdefault("rollout", {})
    if loose.key == "value":
        phase = _phase(names, loose.phase)
        if phase:
            rollout[phase] = feature_flags.flag_value(loose.text)
        else:
            entry.leave(line(loose.phase), loose.text, loose.line)
        return
    pieces = loose.text.split("\n") if "\n" in loose.text else re.split(r"[,;] *|\s*(?:→|->)\s*", loose.text)
    pieces = [piece for piece in pieces if piece.strip(" ")]
    pairs = [(_phase(names, name), value) for name, _, value in (piece.partition(":") for piece in pieces)]
    if all(name and line(value) for name, value in pairs):
        rollout |= {name: feature_flags.flag_value(value.strip(" ")) for name, value in pairs}
    elif len(pieces) == len(names) and not any(":" in piece for piece in pieces):
        rollout |= {name: feature_flags.flag_value(piece) for name, piece in zip(names, pieces, strict=True)}
        entry.remark("rollout", f"one value for each phase, in order, from {prose(loose.text)!r}")
    else:
        entry.leave("Rollout", loose.text, loose.line)


def _phase(names: list[str], marked: str) -> str:
    """The phase that a document means by a name, if it is exactly one."""
    said = line(marked)
    if said in names:
        return said
    slug = ids.slug(said)
    near = [name for name in names if ids.slug(name) == slug] or [
        name for name in names if re.match(rf"{re.escape(slug)}(-|$)", ids.slug(name))
    ]
    return near[0] if len(near) == 1 and said else ""


def _complete_strategy(draft: PlanDraft, text: str) -> None:
    strategy, plan = draft.entry("strategy"), draft.entry("plan")
    steps = _entries(draft, "migration")
    if draft.exact:
        return
    header.complete_window(strategy)
    if "kind" not in strategy.data:
        shares = any("%" in str(phase.get("audience", "")) for phase in draft.data["phases"])
        why = "its phases reach a share of the users" if shares else "the document does not say"
        strategy.set("kind", Guess("canary" if shares else "rolling-update", why))
    timing = strategy.data.get("database_migration", "none")
    if steps and timing == "none":
        strategy.set("database_migration", Guess("before", "there are migration steps, and nothing says when they run"))
    elif not steps and timing != "none":
        strategy.set("database_migration", Guess("none", "there are no migration steps"))
    if "rollback_time" not in strategy.data:
        strategy.set("rollback_time", "< [X] min")
    if "change_size" not in plan.data:
        _size(draft, plan)
    ground = draft.compatible or (
        "the document asks for it" if re.search(r"backwards?.compatible|old (&|and) new schema", text, re.I) else ""
    )
    for entry in steps:
        if ground and entry.data["kind"] != "cleanup" and "backward_compatible" not in entry.data:
            entry.set("backward_compatible", Guess(True, ground))


def _size(draft: PlanDraft, plan: TableDraft) -> None:
    phases_in_all = len(draft.data["phases"])
    flagged = any(len(flag.get("rollout", {})) == phases_in_all for flag in draft.data.get("feature_flags", []))
    why = "a flag has a value for each phase" if flagged else "no flag has a value for each phase"
    plan.set("change_size", Guess("large" if flagged else "small", why))


def _make_ids_unique(draft: PlanDraft) -> None:
    """Tell items of one name apart: by an id where there is a field for it, else by a number behind the name."""
    for sections in OF_ONE_ID:
        # The ids that are taken, each with the last number that was put behind it.
        taken: dict[str, int] = dict.fromkeys(ids.RESERVED if PHASES in sections else (), 1)
        for section in sections:
            for entry in _entries(draft, section.key):
                taken.setdefault(_own_id(entry, section, taken), 1)


def _own_id(entry: TableDraft, section: PlanSection, taken: dict[str, int]) -> str:
    name = entry.data[section.named_by]
    first = section.id_made(name, entry.data.get("id", ""))
    if first not in taken:
        return first
    number = next(
        n for n in count(taken.get(first, 1) + 1) if _numbered(first, n, named=not section.has_ids) not in taken
    )
    taken[first] = number
    own = _numbered(first, number, named=not section.has_ids)
    if section.has_ids:
        entry.set("id", Guess(own, "another of that name has the id made of it"))
    else:
        entry.set(section.named_by, Guess(f"{name} ({number})", "another of that name"))
    return own


def _numbered(first: str, number: int, *, named: bool) -> str:
    """Give the id that tells one more of a name apart; an id of its own has no section before it."""
    if named:
        return f"{first}-{number}"
    return re.sub(r"[^a-z0-9._-]", "-", f"{first}-{number}".rpartition("/")[2]).lstrip("._-") or f"item-{number}"
