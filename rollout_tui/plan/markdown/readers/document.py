"""Reader of a whole document: which section each heading opens, and who reads what stands below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ...sections import CHECKLISTS
from ..document.blocks import Block, Document, MarkdownParagraph, MarkdownSection, MarkdownTable, Points, Verbatim
from ..document.inline import line, parts, prose
from ..meanings import inference
from ..meanings.synonyms import KEYS, LABELS, PHASE, RULES, SECTIONS, columns, label, match, score, words
from ..watched import read_watched
from . import checklists, feature_flags, header, migration, monitoring, phases, rollback
from .draft import ANY, Loose, PlanDraft, TableDraft

_LISTS = ("rollback_triggers", "success_criteria")
_HOME = {"rollback_triggers": "phases", "success_criteria": "phases", "deployment": "phases", "rules": ANY, "": ANY}


@dataclass
class _Place:
    """What a heading stands for: a section, and in it a phase, a scenario or a label that the next list belongs to.

    `fallback` is what a document's title says of lists and tables right below it.
    """

    kind: str = ""
    inherits: str = ""
    phase: TableDraft | None = None
    scenario: TableDraft | None = None
    label: str = ""
    group: str = ""
    fallback: str = ""

    @property
    def section(self) -> str:
        """The section of the plan that keeps the notes of this place."""
        return _HOME.get(self.kind, self.kind)


class DocumentReader:
    """Reads a document section by section into a draft."""

    def __init__(self, document: Document) -> None:
        self.draft = PlanDraft()
        self._document = document
        self._title = header.title_of(document)
        self._places: dict[int, _Place] = {}
        self._deployed = False

    def read(self) -> PlanDraft:
        for name, value, at in self._document.front:
            if not (name and header.read_pair(self.draft, "plan", name, value, at)):
                self.draft.note(ANY, f"{name}: {value}" if name else value, at)
        for section in self._document.sections:
            place = self._places[id(section)] = self._place(section)
            for block in section.blocks:
                self._block(section, place, block)
        return self.draft

    # Which section a heading opens

    def _place(self, section: MarkdownSection) -> _Place:
        if section.parent is None:
            return _Place()
        above = self._places[id(section.parent)]
        own = match(SECTIONS, section.title)
        if own == "notes":
            return replace(above, kind="notes", label=above.section, group="")
        if section is self._title or (header.is_generic(section) and self._below(section)):
            return _Place(fallback=own if own in {*CHECKLISTS, "phases"} else "")
        if above.phase is not None:
            return self._within_phase(section, above, own)
        if above.inherits in CHECKLISTS and not self._breaks_out(section, own):
            return replace(above, group=line(section.title))
        if above.inherits == "rollback" and own not in {*_LISTS, "monitoring", "phases", *CHECKLISTS}:
            return _Place("rollback", "rollback", group=section.title)
        return self._opened(section, above, own)

    def _opened(self, section: MarkdownSection, above: _Place, own: str) -> _Place:
        within = above.inherits == "phases" and (own in {"", "deployment"} or PHASE.search(words(section.title)))
        if (own == "phases" or within) and phases.is_phase(section, self._below(section)):
            self._deployed = True
            return _Place("phases", "phases", phase=phases.open_phase(self.draft, section))
        if own == "deployment" and any(not isinstance(block, MarkdownTable) for block in section.blocks):
            self._deployed = True
            return _Place("phases", "phases", phase=phases.open_phase(self.draft, section), label="success_criteria")
        kind = own or above.inherits
        group = line(section.title) if own in {"", "plan"} else ""
        return _Place(kind, kind, group=section.title if kind == "rollback" else group)

    def _within_phase(self, section: MarkdownSection, above: _Place, own: str) -> _Place:
        if PHASE.search(words(section.title)) and own == "phases":
            return self._opened(section, replace(above, phase=None), own)
        key = own if own in _LISTS else match(LABELS["phases"], section.title)
        if own == "rollback":
            key = "rollback_triggers"
        return replace(above, kind=key if key in _LISTS else "phases", label=key)

    def _breaks_out(self, section: MarkdownSection, own: str) -> bool:
        """Whether a heading inside a checklist opens a section of its own rather than a group of items."""
        tasks = any(isinstance(block, Points) for block in section.blocks)
        return own in CHECKLISTS or own in {"rollback_triggers", "rules"} or (bool(own) and not tasks)

    def _below(self, section: MarkdownSection) -> list[MarkdownSection]:
        return [each for each in self._document.sections if each.parent is section]

    # Who reads a block

    def _block(self, section: MarkdownSection, place: _Place, block: Block) -> None:
        if isinstance(block, Verbatim):
            self._note(place, block)
        elif isinstance(block, MarkdownTable):
            self._table(place, block)
        elif place.kind == "notes":
            self._notes(place, block)
        elif place.kind == "rules" and isinstance(block, Points) and _are_the_rules(block):
            return
        elif place.kind in _LISTS:
            self._lists(place, block)
        elif place.phase is not None:
            place.label = phases.read_block(place.phase, block, place.label)
        elif isinstance(block, MarkdownParagraph):
            self._paragraph(place, block)
        else:
            self._points(section, place, block)

    def _points(self, section: MarkdownSection, place: _Place, points: Points) -> None:
        boxes = any(item.ticked is not None or any(i.ticked is not None for i in item.inner) for item in points.items)
        if place.kind in CHECKLISTS:
            checklists.read_points(self.draft, place.kind, points, place.group)
        elif "phases" in {place.kind, place.fallback} and phases.read_points(self.draft, points):
            return
        elif place.kind == "rollback":
            rollback.read_block(self._scenario(place), points)
        elif place.kind == "monitoring" and not boxes:
            monitoring.read_points(self.draft, points)
        elif place.kind == "feature_flags" and not boxes:
            feature_flags.read_points(self.draft, points)
        elif place.kind == "migration" and not boxes:
            migration.read_points(self.draft, points)
        elif boxes:
            after = place.fallback == "post_deployment" or (self._deployed and place.kind in {"", "plan", "monitoring"})
            group = line(section.title) if section is not self._title else ""
            checklists.read_points(self.draft, CHECKLISTS[after], points, group)
        else:
            for item in points.items:
                name, value = label(item.text)
                if not (name and not item.blocks and header.read_pair(self.draft, place.kind, name, value, item.line)):
                    self._keep(place, item.line, item.end)

    def _paragraph(self, place: _Place, block: MarkdownParagraph) -> None:
        if place.kind == "rollback":
            if self._has_labels(block):
                rollback.read_block(self._scenario(place), block)
            else:
                self._note(place, block)
            return
        for text, at in block.lines:
            name, value = label(text)
            if words(name) == "migration order" and _is_the_order(value):
                self.draft.compatible = "from the migration order of the document"
            elif (
                name
                and place.kind in {"", "plan", "strategy"}
                and header.read_pair(self.draft, place.kind, name, value, at)
            ):
                continue
            elif place.kind == "strategy" and "kind" not in self.draft.entry("strategy").data:
                self._strategy(place, text, at)
            elif len(block.lines) == 1 or name:
                self._keep(place, at, at)
            else:
                self._note(place, block)
                return

    def _strategy(self, place: _Place, text: str, at: int) -> None:
        """A sentence may say which strategy it is; it is kept whole all the same."""
        guess = inference.strategy_kind(line(text))
        if guess is not None and "[" not in text:
            self.draft.entry("strategy").set("kind", guess)
        self._keep(place, at, at)

    def _has_labels(self, block: MarkdownParagraph) -> bool:
        return any(match(LABELS["rollback"], label(text)[0]) for text, _ in block.lines if label(text)[0])

    def _scenario(self, place: _Place) -> TableDraft:
        if place.scenario is None:
            place.scenario = rollback.open_scenario(self.draft, place.group)
        return place.scenario

    def _notes(self, place: _Place, block: Points | MarkdownParagraph) -> None:
        points = block.items if isinstance(block, Points) else ()
        if not points or any(item.blocks for item in points):
            self.draft.note(place.label, self._document.source(block.line, block.end), block.line, known=True)
        for item in points:
            if not item.blocks:
                self.draft.note(place.label, prose(item.text), item.line, known=True)

    def _lists(self, place: _Place, block: Points | MarkdownParagraph) -> None:
        """Triggers and criteria under a heading of their own: of the phase that it stands in, or of all."""
        if isinstance(block, MarkdownParagraph):
            self._note(place, block)
            return
        found = block.texts
        if place.phase is not None:
            texts = [text for marked, _ in found for text in parts(marked + "\n")]
            place.phase.data.setdefault(place.kind, []).extend(map(read_watched, texts))
        else:
            self.draft.loose += [Loose(place.kind, marked + "\n", at) for marked, at in found]

    def _table(self, place: _Place, table: MarkdownTable) -> None:
        for row in table.rows:
            if row.surplus:
                self._keep(place, row.line, row.line)
        kind = _kind_of_table(place, table)
        match kind:
            case "pairs":
                self._pairs(place, table)
            case "phases":
                phases.read_table(self.draft, table)
                self._deployed = True
            case "feature_flags":
                feature_flags.read_table(self.draft, table)
            case "migration":
                migration.read_table(self.draft, table)
            case "rollback":
                rollback.read_table(self.draft, table)
            case "rollback steps":
                rollback.read_steps(self.draft, table, place.group)
            case "monitoring":
                monitoring.read_table(self.draft, table)
            case "pre_deployment":
                after = place.kind == "post_deployment" or (self._deployed and not place.kind)
                checklists.read_table(self.draft, CHECKLISTS[after], table, place.group)
            case _:
                self._note(place, table)

    def _pairs(self, place: _Place, table: MarkdownTable) -> None:
        for row in table.rows:
            name, value = row.cells[0], row.cells[1]
            if not (line(name) and header.read_pair(self.draft, place.kind, line(name), value, row.line)):
                self._keep(place, row.line, row.line)

    def _note(self, place: _Place, block: Block) -> None:
        self._keep(place, block.line, block.end)

    def _keep(self, place: _Place, first: int, last: int) -> None:
        section = place.label if place.kind == "notes" else place.section
        text = self._document.source(first, last)
        # A heading that means nothing to the plan says what its note is about.
        about = line(place.group) if place.kind != "rollback" else ""
        gap = "\n" if first < last else " "
        self.draft.note(section, f"{about}:{gap}{text}" if about else text, first)


def _kind_of_table(place: _Place, table: MarkdownTable) -> str:
    """Which section a table belongs to: the one it stands in if its columns fit, else the one they fit best."""
    if place.kind in {"", "plan", "strategy"} and len(table.header) == 2:
        found = columns("strategy" if place.kind == "strategy" else "plan", table.header)
        if len(found) == 2 or place.kind:
            return "pairs"
    home = place.kind or place.fallback
    home = "pre_deployment" if home in CHECKLISTS else home
    scores = {kind: score(kind, table.header, at_home=kind == home) for kind in KEYS}
    if scores.get(home):
        return home
    if place.kind == "rollback" and "action" in columns("rollback", table.header):
        return "rollback steps"
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else ""


def _are_the_rules(points: Points) -> bool:
    """Whether a list is the document format's own eight rules, which `rollout check` holds a plan against."""
    texts = [line(item.text).casefold() for item in points.items]
    return len(texts) == len(RULES) and all(word in text for word, text in zip(RULES, texts, strict=True))


def _is_the_order(text: str) -> bool:
    return re.search(r"schema.*code.*backfill.*(cleanup|clean up|remove)", text, re.IGNORECASE | re.DOTALL) is not None
