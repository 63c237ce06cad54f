"""Synonyms: what people call the sections, columns and labels of a plan; a field's own stand in `plan.fields`.

The patterns are tried in order, on words in small letters without numbering, emoji and punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from ...fields import TABLES
from ...sections import MODELS
from ..document.inline import show

# The sections of the plan, and those of a document that belong to a phase or to no field.
SECTIONS: Sequence[tuple[str, str]] = (
    ("rules", r"^rules$"),
    ("notes", r"^notes?$"),
    (
        "rollback_triggers",
        r"\b(roll ?back|abort|back ?out|revert|kill|stop|halt)\b.*\b(triggers?|criteri\w+|conditions?|signals?"
                r"|thresholds?)\b"
        r"|^when to roll ?back",
    ),
    (
        "success_criteria",
        r"\b(success|exit|acceptance|promotion|advance\w*|graduation|completion|gate|proceed)\b.*\b(criteri\w+"
                r"|metrics?|conditions?|gates?)\b"
        r"|criteria to|^definition of done$|^(exit )?criteria$|^done when$",
    ),
    ("feature_flags", r"\b(flags?|toggles?|kill ?switch\w*)\b"),
    ("pre_deployment", r"\bpre (deploy\w*|release|launch|roll ?out|flight|go live|production|requisites?|migration)\b"),
    ("post_deployment", r"\bpost (deploy\w*|release|launch|roll ?out|go live|implementation|production"
            r"|validation|migration)\b"),
    ("phases", r"^(phase|stage|wave|ring|cohort|milestone|week) ([\divx]+|[a-h])\b"),
    ("rollback", r"\broll(ing)? ?back|\brevert|\bback ?out\b|\bcontingency\b|\bfall ?back\b|\bundo\b"),
    ("migration", r"\bmigrations?\b|\bschema\b|\b(database|db) (changes?|updates?|steps?)\b|\bbackfill\b"),
    ("pre_deployment", r"\bbefore (deploy|release|launch|the|go|roll|you)\w*|\bprerequisites?\b|\breadiness\b"
            r"|\bgo no ?go\b|\bpreflight\b"),
    ("post_deployment", r"\bafter (deploy|release|launch|the|go|roll)\w*"
            r"|^(smoke tests?|verification|validation|sign off)\b|\bverif(y|ication)\b"),
    ("deployment", r"\b(during )?(deploy\w*|release|launch|go live)( day)?( (steps?|procedures?|execution"
            r"|process|tasks))?$|^execution$"),
    ("monitoring", r"\bmonitor\w*|\balert\w*|\bobservab\w+|\bmetrics?\b|\bslos?\b|\bkpis?\b|\bdashboards?\b"),
    ("phases", r"\b(phases|stages|waves|rings|cohorts|phased|staged|progressive|gradual|canary|roll ?out"
            r"|timeline|schedule)\b"),
    ("strategy", r"\bstrategy\b|\bapproach\b|\bdowntime\b|\bmaintenance window\b"),
    ("plan", r"\b(information|metadata|details?|summary|general|overview|about|release info|contacts?)\b"),
)  # fmt: skip

# Headings that name a phase by what it reaches, where they stand under a heading of phases.
PHASE = re.compile(
    r"^(phase|stage|wave|ring|cohort|step|week|day|milestone|group)s? ([\divx]+|[a-h])\b"
    r"|\b(canary|pilot|beta|alpha|internal|dogfood\w*|limited|general availability|ga|full|shadow|early|everyone"
    r"|all users|production|staging|broad|ramp\w*)\b|\d ?%"
)

# What the columns and the labels of each section may be called.
_TABLES = {key: TABLES[model] for key, model in MODELS.items()}
COLUMNS: Mapping[str, Sequence[tuple[str, str]]] = {
    key: [(each.key, each.column) for each in table if each.column] for key, table in _TABLES.items()
}
LABELS: Mapping[str, Sequence[tuple[str, str]]] = {
    key: [(each.key, each.labels) for each in table if each.labels] for key, table in _TABLES.items()
}

# Which columns make a table one of a section: the first is what a row is named by.
KEYS: Mapping[str, tuple[str, ...]] = {
    "phases": ("name", "audience", "duration", "success_criteria", "rollback_triggers"),
    "feature_flags": ("name", "default", "description", "rollout"),
    "migration": ("action", "reversible", "backward_compatible", "risk"),
    "rollback": ("scenario", "action", "time", "owner"),
    "monitoring": ("metric", "threshold", "target", "channel"),
    "pre_deployment": ("title", "owner", "done", "description"),
}

# The document format's own eight rules, by a word of each, in its order: `check` holds a plan against them.
RULES = ("rollback", "compatible", "flag", "monitoring", "post-deployment", "downtime", "schema", "minutes")

_NUMBER = re.compile(r"^(section |part |step )?(\d+(\.\d+)*|[a-h])[.):]+(?=\s)")
_WORDS = re.compile(r"[^\w%]+")
_LABEL = re.compile(r"([^:\n]{1,50}):(?: +|$)(.*)", re.DOTALL)


def words(title: str) -> str:
    """Give a title as the patterns read it: `## 3. 🚀 Pre-Deployment (all)` is `pre deployment all`."""
    plain = unicodedata.normalize("NFKC", show(title)).casefold().strip()
    return _WORDS.sub(" ", _NUMBER.sub("", plain)).replace("_", " ").strip()


def unnumbered(title: str) -> str:
    """Give a heading without the number and the emoji before it."""
    return re.sub(r"^[^\w\[]+", "", re.sub(r"^\d+(\.\d+)*[.)] +", "", title)).strip(" ") or title


def match(table: Sequence[tuple[str, str]], title: str) -> str:
    """Give the name that the first fitting pattern stands for; an empty text where none fits."""
    said = words(title)
    return next((name for name, pattern in table if re.search(pattern, said)), "")


def columns(kind: str, header: Sequence[str]) -> dict[str, int]:
    """Find the columns of a section's table by their names, each meaning once, the first pattern first."""
    free = dict(enumerate(words(name) for name in header))
    found: dict[str, int] = {}
    for name, pattern in COLUMNS[kind]:
        place = next((place for place, said in free.items() if re.search(pattern, said)), None)
        if name not in found and place is not None:
            found[name] = place
            del free[place]
    return found


def score(kind: str, names: tuple[str, ...], *, at_home: bool) -> int:
    """How many telling columns a table has of a section; none without the one that its rows are named by."""
    found = columns(kind, names)
    if kind == "migration" and "step" in found:
        found.setdefault("action", found["step"])
    telling = [key for key in KEYS[kind] if key in found]
    if KEYS[kind][0] not in found or len(telling) < (1 if at_home else 2):
        return 0
    return len(telling)


def label(marked: str) -> tuple[str, str]:
    """Split `Owner: Dana` into its label and its value; both empty where a text has no label."""
    found = _LABEL.fullmatch(marked)
    return (found[1].strip(" "), found[2].strip(" ")) if found else ("", "")
