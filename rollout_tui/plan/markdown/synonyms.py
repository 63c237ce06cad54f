"""What people call the sections, columns and labels of a plan: one small table of words for each.

The patterns are tried in order, on words in small letters without numbering, emoji and punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from .marked import show

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

COLUMNS: Mapping[str, Sequence[tuple[str, str]]] = {
    "plan": (("label", r"^(aspect|field|key|property|item|attribute|info\w*)$"), ("value", r"^(detail|value"
            r"|details|description|info\w*)$")),
    "strategy": (("label", r"^(aspect|field|key|property|item|attribute|topic)$"), ("value", r"^(detail|value"
            r"|details|description|decision|choice)$")),
    "pre_deployment": (
        ("id", r"^id$"),
        ("done", r"^(status|done|complete\w*|state|checked|result|ok|passed?|no|)$"),
        ("owner", r"\b(owners?|responsible|assignee|assigned|who|dri|team|lead|by)\b"),
        ("approvals", r"^approvals$"),
        ("proves", r"^proves$"),
        ("link", r"^(link|url|ticket|reference)$"),
        ("title", r"^(tasks?|items?|checks?|activity|steps?|actions?|criteri\w+|requirements?|tests?"
                r"|verification|what|gate|checklist.*|deliverable)$"),
        ("description", r"^(descriptions?|notes?|details?|comments?|how|expected.*)$"),
    ),
    "phases": (
        ("approvals", r"^approvals$"),
        ("name", r"^(phases?|stages?|waves?|rings?|steps?|milestones?|cohorts?|environments?|env|week"
                r"|day)( name| no)?$"),
        ("success_criteria", r"\b(success|exit|advance\w*|promot\w+|proceed|graduat\w+|pass|go criteria)\b"),
        ("rollback_triggers", r"\b(roll ?back|abort|revert|stop|halt|triggers?|kill)\b"),
        ("duration", r"\b(duration|soak|bake|hold|how long|time|period|length)\b"),
        ("audience", r"\b(audience|users?|traffic|percent\w*|scope|targets?|who|reach|exposure|population"
                r"|segment|groups?|customers?|tenants?|regions?)\b|%"),
        ("success_criteria", r"\b(criteri\w+|gates?|go no go|expected|validation|decision)\b"),
    ),
    "feature_flags": (
        ("name", r"^((feature )?(flags?|toggles?|switch|key)( name| key)?|name|feature)$"),
        ("default", r"\b(default|initial)\b"),
        ("description", r"^(descriptions?|purpose|what.*|controls|meaning|feature)$"),
        ("rollout", r"^(roll ?out.*|schedule|plan|phases|values?)$"),
    ),
    "migration": (
        ("id", r"^id$"),
        ("number", r"^(no|order|seq\w*|nr|)$"),
        ("kind", r"^(kind|type|category)$"),
        ("backward_compatible", r"\bcompatib\w+\b"),
        ("reversible", r"\b(revers\w+|roll ?back|undo)\b"),
        ("approvals", r"^approvals$"),
        ("owner", r"\b(owners?|responsible|assignee|who|dri|team|lead)\b"),
        ("duration", r"\b(duration|time|estimate\w*|eta|how long)\b"),
        ("risk", r"\brisks?\b"),
        ("action", r"^(actions?|change|task|description|migration|what|operation|details?)$"),
        ("step", r"^steps?$"),
    ),
    "rollback": (
        ("id", r"^id$"),
        ("kind", r"^(kind|type)$"),
        ("until", r"^until$"),
        ("steps", r"^steps$"),
        ("number", r"^(no|step|order|nr|)$"),
        ("owner", r"\b(owners?|responsible|assignee|who|dri|team|lead|role)\b"),
        ("time", r"\b(time|rto|duration|target|eta|within|estimate\w*)\b"),
        ("scenario", r"\b(scenario|failure|incident|situation|case|if|problem|issue|layer|component|level"
                r"|condition|trigger)\b"),
        ("action", r"\b(actions?|procedure|response|how|method|roll ?back|recovery|mitigation|task|command|steps?)\b"),
    ),
    "monitoring": (
        ("id", r"^id$"),
        ("max_age", r"^(max age|freshness)$"),
        ("channel", r"\b(channels?|notify|notification|destination|recipient|pager\w*"
                r"|alert (to|via)|where|owner|who)\b"),
        ("target", r"^(targets?|expected.*|goal|normal.*|slo|healthy|objective)$"),
        ("threshold", r"\b(thresholds?|limit|breach|critical|alert\w*|condition|roll ?back|red|trigger)\b"),
        ("metric", r"\b(metrics?|signals?|indicators?|kpi|sli|measure|what|check|monitor)\b"),
        ("action", r"\b(actions?|response|runbook|what to do|remediation|escalation)\b"),
    ),
}  # fmt: skip

# Which columns make a table one of a section: the first is what a row is named by.
KEYS: Mapping[str, tuple[str, ...]] = {
    "phases": ("name", "audience", "duration", "success_criteria", "rollback_triggers"),
    "feature_flags": ("name", "default", "description", "rollout"),
    "migration": ("action", "reversible", "backward_compatible", "risk"),
    "rollback": ("scenario", "action", "time", "owner"),
    "monitoring": ("metric", "threshold", "target", "channel"),
    "pre_deployment": ("title", "owner", "done", "description"),
}

LABELS: Mapping[str, Sequence[tuple[str, str]]] = {
    "plan": (
        ("format", r"^format$"),
        ("name", r"^(name|title|change|release name|feature|feature name|change name|project)$"),
        ("service", r"^(services?|application|app|component|system|product|repository)$"),
        ("previous_release", r"^(previous|current|rollback|last)( release| version| production version)$"),
        ("release", r"^(release|version|release version|new version|target version|build|tag)$"),
        ("owner", r"^(owner|release manager|lead|release lead|author|dri|change owner|release owner|deployment lead)$"),
        ("ticket", r"^(ticket|jira|issue|change id|change request|change ticket|tracking issue|cr|epic)$"),
        ("change_size", r"^(change size|size)$"),
        ("links", r"^(links?|references?|related documents?|docs|documents)$"),
    ),
    "strategy": (
        ("downtime", r"^(expected )?downtime$"),
        ("window_start", r"^(maintenance )?window start$"),
        ("window_end", r"^(maintenance )?window end$"),
        ("window_reason", r"^(maintenance )?window reason$"),
        ("rollback_time", r"^(roll ?back time|time to roll ?back|rto|roll ?back target)$"),
        ("feature_flags", r"^feature (flags?|toggles?)$"),
        ("database_migration", r"^((database|db) )?migrations?$"),
        ("kind", r"^((deployment|release|roll ?out) )?(strategy|type|method|approach)$"),
    ),
    "phases": (
        ("audience", r"^(audience|users?|traffic|scope|targets?|exposure|reach|who|percentage|cohort|roll ?out"
                r"|desired number of users)$"),
        ("duration", r"^(duration|soak( time)?|bake time|time|length|timeline|how long|hold|period)$"),
        ("success_criteria", r"^(success|exit|promotion|advance|acceptance|go)( criteria| metrics| if)?$"
                r"|^(criteria|gate|go no go|expected|proceed if|checklist)$"),
        ("rollback_triggers", r"^(roll ?back|abort|stop|revert)( triggers?| criteria| conditions?| if)?$|^triggers?$"),
        ("approvals", r"^approvals$"),
    ),
    "checklist": (
        ("id", r"^id$"),
        ("owner", r"^(owner|responsible|assignee|who|dri)$"),
        ("description", r"^(description|details?|note|how)$"),
        ("link", r"^(link|url)$"),
        ("approvals", r"^approvals$"),
        ("proves", r"^proves$"),
    ),
    "rollback": (
        ("time", r"^((estimated |target |roll ?back )?(time|duration)|rto|eta|time target)$"),
        ("owner", r"^(owner|responsible|who|dri|team)$"),
        ("steps", r"^(steps|procedure|roll ?back procedure|actions?)$"),
        ("rollback_triggers", r"^((roll ?back|automatic roll ?back|abort) )?(triggers?|criteria|conditions?)$"),
    ),
}  # fmt: skip

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


def label(marked: str) -> tuple[str, str]:
    """Split `Owner: Dana` into its label and its value; both empty where a text has no label."""
    found = _LABEL.fullmatch(marked)
    return (found[1].strip(" "), found[2].strip(" ")) if found else ("", "")
