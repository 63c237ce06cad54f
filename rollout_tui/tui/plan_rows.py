"""A plan as rows to draw: its eight sections and the eight rules, each row with what there is to know of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from textual.content import Content

from ..errors import RolloutError
from ..frozen import dataclass
from ..plan.finding import Finding
from ..plan.ids import FLAG, flag_id
from ..plan.mistakes import KeyPath, PlanError, describe, write_path
from ..plan.model import Plan
from ..plan.placeholders import PLACEHOLDER_RULE
from ..plan.rules import FILLED_IN, RULES, Rule
from ..plan.sections import SECTIONS
from ..run.deployed import parts, what
from ..run.part import Part as DeployedPart
from ..run.part import PartState
from ..run.state import Run
from .plan_facts import FACTS, Fact
from .rows.row import ListRow
from .styled import EMPTY, MUTED, Part, styled

RULES_PART, MISTAKES_PART = "rules", "mistakes"

# The parts of a plan in their order, with the name in the rail and the document's own name.
TITLES = {
    RULES_PART: ("Rules", "The eight rules"),
    **{key: (each.name, each.title) for key, each in SECTIONS.items()},
}


@dataclass(frozen=True)
class Line:
    """A row, and more about it in lines."""

    row: ListRow
    detail: tuple[Content, ...] = ()
    is_finding: bool = False


@dataclass(frozen=True)
class Shown:
    """What there is to draw: the rail, and the rows of each part by its name in the rail."""

    title: Content
    rail: list[ListRow]
    parts: Mapping[str, list[Line]]


States = Mapping[KeyPath, Sequence[Part | str]]


def states_of(run: Run) -> States:
    """Give what each migration step and flag of a run's plan is now, by its place in the plan."""
    known = {part.id: part for part in parts(run)}
    steps = {("migration", run.plan.migration.index(i.step)): known[i.id] for i in run.sequence.steps if i.step}
    flags = {("feature_flags", n): known[FLAG + flag_id(flag)] for n, flag in enumerate(run.plan.feature_flags)}
    return {path: _state(part) for path, part in (steps | flags).items()}


def _state(part: DeployedPart) -> Sequence[Part | str]:
    mark = part.effect.mark
    return ((what(part), _STATE_STYLES[part.state]), (f" #{mark.seq}" if mark else "", MUTED))


_STATE_STYLES = {
    PartState.NOT_YET: MUTED,
    PartState.APPLIED: "$success",
    PartState.UNDONE: "$warning",
    PartState.UNKNOWN: "$error bold",
}


def of_plan(
    plan: Plan, findings: Sequence[Finding], places: Mapping[KeyPath, int], states: States | None = None
) -> Shown:
    """Show a plan; `places` are the findings' lines in its file if it has one, `states` those of a run's parts."""
    header = plan.header
    title = styled((f" PLAN {header.name}", "bold"), (f" · {header.service} {header.release}", MUTED))
    drawn = {name: _section_lines(plan, name, findings, places, states or {}) for name in FACTS}
    rules = [line for rule in (*RULES, FILLED_IN) for line in _rule_lines(rule, findings, places)]
    return Shown(title, [_part_row(plan, name, findings) for name in TITLES], {RULES_PART: rules, **drawn})


def of_mistakes(name: str, error: RolloutError) -> Shown:
    """Show what keeps a file from being read as a plan."""
    found = error.mistakes if isinstance(error, PlanError) else ()
    drawn = [
        Line(ListRow(f"{each.line}:{each.column}", styled((" ✘ ", "$error bold"), text), at, at), (styled(text),))
        for each in found
        for text, at in ((describe(each), styled((f"line {each.line}", MUTED))),)
    ]
    drawn = drawn or [Line(ListRow("", styled((" ✘ ", "$error bold"), error.message)), (styled(error.hint),))]
    rail = [ListRow(MISTAKES_PART, styled((" ✘ ", "$error bold"), "Mistakes"), styled((f"{len(drawn)} ", "$error")))]
    return Shown(styled((f" PLAN {name}", "bold")), rail, {MISTAKES_PART: drawn})


def _part_row(plan: Plan, name: str, findings: Sequence[Finding]) -> ListRow:
    found = findings if name == RULES_PART else [each for each in findings if _section(each) == name]
    held = {RULES_PART: len(RULES), "strategy": 1}.get(name) or len(getattr(plan, name))
    glyph, style = ("■", "$error bold") if found else ("✔", "$success") if held else ("·", MUTED)
    count = (f"{len(found)} ", "$error bold") if found else (f"{held if name != 'strategy' else ''} ", MUTED)
    return ListRow(name, styled((f" {glyph} ", style), TITLES[name][0]), styled(count))


def _section_lines(
    plan: Plan, name: str, findings: Sequence[Finding], places: Mapping[KeyPath, int], states: States
) -> list[Line]:
    """What the plan says in a section, each with its findings; first those about what it does not say."""
    facts = list(FACTS[name](plan))
    about: dict[KeyPath, list[Finding]] = {fact.path: [] for fact in facts}
    loose = []
    for each in findings:
        over = next((each.path[:end] for end in range(len(each.path), 0, -1) if each.path[:end] in about), None)
        if over is not None:
            about[over].append(each)
        elif _section(each) == name:
            loose.append(each)
    found = [_finding_line(each, places) for each in loose] + [
        _line(fact, about[fact.path], states.get(fact.path, ())) for fact in facts
    ]
    found += [_note_line(place, note) for place, note in enumerate(getattr(plan.notes, name))]
    return found or [Line(ListRow("", styled((" Nothing is planned here.", MUTED))))]


def _note_line(place: int, note: str) -> Line:
    return Line(ListRow(f"note {place}", styled((f" · {note}", MUTED))), (styled(note),))


def _rule_lines(rule: Rule, findings: Sequence[Finding], places: Mapping[KeyPath, int]) -> Iterator[Line]:
    found = [each for each in findings if each.rule == rule.id]
    glyph, style = ("■", "$error bold") if found else ("✔", "$success")
    name = "  " if rule.id == PLACEHOLDER_RULE else rule.id
    word = (f"{len(found)} to mend", "$error bold") if found else ("kept", MUTED)
    row = ListRow(rule.id, styled((f" {glyph} ", style), (f"{name}  ", MUTED), rule.name), styled(word))
    yield Line(
        row, (styled(rule.meaning), styled(("Why: ", MUTED), rule.why), styled(("To mend it: ", MUTED), rule.mend))
    )
    yield from (_finding_line(each, places, indent="      ") for each in found)


def _finding_line(finding: Finding, places: Mapping[KeyPath, int], indent: str = " ") -> Line:
    where = write_path(finding.path)
    at = f"line {places[finding.path]}" if finding.path in places else ""
    left = styled((f"{indent}■ ", "$error bold"), finding.message)
    right = styled((f"{where}  {at}" if at else where, MUTED))
    row = ListRow(f"{finding.rule} {where}", left, right, styled((at, MUTED)))
    return Line(row, _finding_words(finding), is_finding=True)


def _finding_words(finding: Finding) -> tuple[Content, ...]:
    rule = "" if finding.rule == PLACEHOLDER_RULE else f"{finding.rule}: "
    return (styled((f"■ {rule}{finding.message}", "$error bold")), styled(("To mend it: ", MUTED), finding.hint))


def _line(fact: Fact, found: Iterable[Finding], state: Sequence[Part | str]) -> Line:
    found = tuple(found)
    glyph, style = ("■", "$error bold") if found else (fact.glyph, MUTED)
    row = ListRow(
        write_path(fact.path),
        styled((f" {glyph} ", style), *fact.left),
        styled((f"{fact.right}  " if state and fact.right else fact.right, MUTED), *state),
        styled(*state) if state else styled((fact.brief, MUTED)) if fact.brief else EMPTY if fact.right else None,
    )
    words = [content for each in found for content in _finding_words(each)]
    return Line(row, (*words, *(styled(text) for text in fact.detail if text)))


def _section(finding: Finding) -> str:
    """The section that shows what a finding is about: the header and the sources stand with the strategy."""
    first = str(finding.path[0]) if finding.path else "plan"
    return "strategy" if first in {"plan", "sources"} else first
