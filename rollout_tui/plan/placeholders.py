"""Placeholders: what a plan still has to fill in, and words in brackets that may be meant as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .finding import Finding
from .mistakes import KeyPath
from .model import Plan, file_key
from .probe import Watched
from .quantities import PLACEHOLDER, Quantity

PLACEHOLDER_RULE = "placeholder"

# The placeholders of the template, of the document format, and of a plan made from an older one.
TEMPLATES = frozenset(
    f"[{each}]"
    for each in (
        "X", "Trigger", "Criteria", "Duration", "Ticket", "service", "version", "version that is live now", "flag_name",
        "Name of the change", "Release manager", "What it switches", "Apa yang di-toggle", "Slack", "Slack/PagerDuty",
        "Monitoring", "DevOps", "DBA + DevOps", "Security + DevOps", "On-call engineer", "Add new field with default",
        "Backfill data", "Deploy new code", "Remove old field", "Before/During/After deploy", "Yes/No — list flags",
        "Rolling update / Blue-green / Canary", "Zero downtime / Maintenance window", "Still needed?", "date", "Link",
    )
)  # fmt: skip

# What stands between backticks is somebody's syntax.
_CODE = re.compile(r"(`+)[^`].*?\1", re.DOTALL)


def placeholders(plan: Plan) -> tuple[Finding, ...]:
    """Name every text that is still a blank or the template's own placeholder; such a plan can't start a run."""
    return tuple(each for each in left_open(plan) if not each.overridable)


def left_open(plan: Plan) -> Iterator[Finding]:
    """Brackets that the plan does not say are meant; in code and in notes only the template's own stand for a value."""
    meant = frozenset(plan.header.not_placeholders)
    for path, text, is_quantity in _texts((), plan):
        is_note = path[0] == "notes" or str(path[-1]).endswith("note")
        # A query has brackets of its own, as a pattern has.
        is_code = not is_quantity and not {"sources", "probe", "probes"}.isdisjoint(path)
        left = [each for each in PLACEHOLDER.findall(_CODE.sub("", text)) if is_quantity or each not in meant]
        blank = [each for each in left if is_quantity or each in TEMPLATES or (each == text.strip() and not is_note)]
        if blank:
            said = f"{' and '.join(blank)} is still to be filled in."
            yield Finding(PLACEHOLDER_RULE, path, said, "Write what holds here.", overridable=False)
        elif left and not (is_note or is_code):
            said = f"{' and '.join(left)} looks like something to fill in."
            names = ", ".join(f'"{each}"' for each in dict.fromkeys(left))
            hint = f"Fill it in; or put it under not_placeholders of [plan]: not_placeholders = [{names}]."
            yield Finding(PLACEHOLDER_RULE, path, said, hint)


def _texts(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, str, bool]]:
    """Every text of a value with its key path in the file, in the order of the model, and whether it is a quantity."""
    if isinstance(value, str):
        yield path, value, False
    elif isinstance(value, Quantity):
        yield path, value.text, True
    elif isinstance(value, Watched) and value.is_text_alone:
        yield path, value.text, False
    elif is_dataclass(value):
        for item in fields(value):
            # The model's `header` is the file's [plan].
            key = "plan" if not path and item.name == "header" else file_key(item.name)
            if key == "not_placeholders":
                continue
            yield from _texts((*path, key), getattr(value, item.name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts((*path, key), each)
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _texts((*path, place), each)
