"""New plans to fill in: the template with what is known, or an older plan made ready for the next release."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from . import ids
from .editing import Editor
from .fields import FIELDS
from .mistakes import KeyPath, quoted
from .model import Plan
from .texts import ID
from .toml import LoadedPlan

SCHEMA_FILE = "plan.schema.json"

_TEMPLATE = Path(__file__).with_name("template.toml")
_SCHEMA_LINE = re.compile(r"^#:schema[ \t]+(?!\w+://).*\n?", re.MULTILINE)

# The texts in which a release, a date or a link of the last time may stand; names and ids stay, others refer to them.
_SAYING = frozenset(field.key for table in FIELDS.values() for field in table.values() if field.renewed)
_LINKS = frozenset(field.key for table in FIELDS.values() for field in table.values() if field.is_link)
_DATE = r"\b20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(?:Z|[+-]\d\d:\d\d)?"

# A shorter one, such as 2.5 or 12, may be any number of a text.
_SHORTEST_RELEASE = 5

_STILL_NEEDED = "[Still needed?]"


def from_template(name: str, service: str, owner: str) -> str:
    """Give the template as a plan's text; what is not known is empty, and stays a placeholder."""
    editor = Editor(_TEMPLATE.read_text(encoding="utf-8"))
    for key, known in (("name", name), ("service", service), ("owner", owner)):
        if known:
            editor.put(("plan", key), known)
    return editor.result()


def from_older(older: LoadedPlan, name: str, owner: str) -> str:
    """Give an older plan's text for the next release: its comments stay, its dates and what was its own go.

    The release becomes the previous one, also where a text names it. Every migration step asks whether it is still
    needed: an older plan's steps are done. Titles that only a date told apart are alike in the result, which
    `rollout check` then names.
    """
    plan, editor, renewed = older.plan, Editor(older.text), _renewal(older.plan)
    _renew_header(editor, plan, name, owner)
    _renew_window(editor, renewed)
    _renew_migration(editor, plan, renewed)
    for path in editor.texts:
        key = next(part for part in reversed(path) if isinstance(part, str))
        if key in _LINKS:
            editor.rewrite(path, _link_renewal(renewed, plan.header.ticket))
        elif path[0] == "notes" or (key in _SAYING and _is_said(path)):
            editor.rewrite(path, renewed)
    said = f"# Starts from {quoted(older.path.name)}. What stands in [brackets] needs a value of its own.\n"
    return said + _SCHEMA_LINE.sub("", editor.result(), count=1)


def with_schema(text: str) -> str:
    """Give a plan's text with the line by which editors find its schema in the same folder."""
    return f"#:schema ./{SCHEMA_FILE}\n{text}"


def _is_said(path: KeyPath) -> bool:
    """Say whether a text is the field's own: a phase may be named as a field, and steps' actions are renewed above."""
    return "rollout" not in path and path[::2] != ("migration", "action")


def _renew_header(editor: Editor, plan: Plan, name: str, owner: str) -> None:
    editor.put(("plan", "name"), name)
    editor.put(("plan", "release"), "[version]")
    editor.put_behind(("plan", "release"), "previous_release", plan.header.release)
    if plan.header.artifacts:
        if plan.header.previous_artifacts:
            last = editor.raw(("plan", "artifacts"))
            editor.rewrite(("plan", "previous_artifacts"), lambda _: last)
        editor.rewrite(("plan", "artifacts"), lambda _: '["[Artifact]"]')
    if owner:
        editor.put(("plan", "owner"), owner)
    if plan.header.ticket:
        editor.put(("plan", "ticket"), "[Ticket]")


def _renew_window(editor: Editor, renewed: Callable[[str], str]) -> None:
    """Take the window's times out; a time has no placeholder, so that rule R6 asks for new ones."""
    window: KeyPath = ("strategy", "window")
    for key in ("start", "end"):
        editor.comment_out((*window, key), f"{key} = when, with its offset from UTC and without quotes")
    reason = (*window, "reason")
    kept = f"reason = {renewed(editor.raw(reason))}" if reason in editor.texts else ""
    # Where the window is a table on one line, its pairs go with it.
    editor.rewrite(window, lambda _: f"{{ {kept} }}")


def _renew_migration(editor: Editor, plan: Plan, renewed: Callable[[str], str]) -> None:
    referred = {scenario.until for scenario in plan.rollback}
    referred |= {ids.reversed_by(text)[0] for scenario in plan.rollback for text in scenario.reverses}
    for place, step in enumerate(plan.migration):
        path: KeyPath = ("migration", place, "action")
        own = ids.step_id(step)
        if not step.id and own in referred:
            if not ID.fullmatch(own):
                # A scenario names the step by its words, which can't become an id of its own.
                continue
            editor.put_behind(path, "id", own)
        editor.put(path, f"{_STILL_NEEDED} {renewed(step.action)}")


def _renewal(plan: Plan) -> Callable[[str], str]:
    """Give what brings a text up to the next release: the last release is the one before, the new one is not known."""
    header = plan.header
    told = {header.previous_release: header.release, header.release: "[version]"}
    known = {old: new for old, new in told.items() if _is_recognised(old)}
    versions = "|".join(sorted(map(re.escape, known), key=len, reverse=True)) or r"(?!)"
    stale = re.compile(rf"(?P<date>{_DATE})|(?<![\w.])(?:{versions})(?![\w]|[.+-]\w)")
    return lambda text: stale.sub(lambda found: "[date]" if found["date"] else known[found[0]], text)


def _is_recognised(release: str) -> bool:
    """Say whether a release can be told from any other word of a text."""
    plain = re.fullmatch(r"[\w.+-]+", release) is not None
    return plain and len(release) >= _SHORTEST_RELEASE and any(map(str.isdigit, release))


def _link_renewal(renewed: Callable[[str], str], ticket: str) -> Callable[[str], str]:
    """Give what leaves a link out that leads to the last time's results."""

    def change(link: str) -> str:
        is_stale = renewed(link) != link or (ticket and ticket in link)
        return '"[Link]"' if is_stale else link

    return change
