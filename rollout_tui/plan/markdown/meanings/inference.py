"""Inference: what words say of kinds, quantities, yes and no; each answer comes with why, which the plan shows."""

from __future__ import annotations

import re
from typing import Any

from ....frozen import dataclass
from ...quantities import Comparison, Duration, Quantity


@dataclass(frozen=True)
class Guess:
    """A value; `why` is empty where the document says it in a form that a plan takes."""

    value: Any
    why: str = ""


_STRATEGIES = (("blue-green", r"blue.?green"), ("canary", r"canary|percent|gradual|phased|progressive|staged|\d ?%"),
               ("rolling-update", r"rolling"))  # fmt: skip

_STEPS = (
    ("cleanup", r"\b(remove|drop|delete|clean ?up|decommission|retire)\b"),
    ("backfill", r"\b(back ?fill|populate|copy|convert|migrate (the )?(data|rows|records)|re-?index|seed)\b"),
    ("code", r"\b(deploy|release|install|roll ?out|switch|enable|code|application|ship)\b"),
    ("schema", r"\b(add|create|alter|new (column|field|table|index)|schema|index|expand|ddl)\b"),
)
_SCENARIOS = (
    ("patch", r"\b(security|vulnerab\w+|patch|leak|breach of)\b"),
    ("data", r"\b(data|corrupt\w*|restore|backup|snapshot|database|db|migration)\b"),
)
_PROOFS = (
    ("rollback-tested", r"\broll ?back\b.*\b(test|tri|rehears|verif|drill|exercis)\w*"
            r"|\b(test|rehears|verif|tri)\w*\b.*\broll ?back\b"),
    ("monitoring-ready", r"\b(monitor|alert)\w*\b.*\b(configur|ready|set up|setup|in place|live|enabl|connect"
            r"|activ|creat)\w*"
                         r"|\b(configur|ready|set up|enabl)\w*\b.*\b(monitor|alert)\w*"),
)  # fmt: skip
_FORMAL = {
    "strategy": {"rolling update": "rolling-update", "blue green": "blue-green", "canary": "canary"},
    "timing": {"none": "none", "before deploy": "before", "during deploy": "during", "after deploy": "after"},
}
_YES = re.compile(
    r"((?:yes|y|true|reversible|no|n|false|irreversible)\b|[✅✓✔☑❌✗✘]) ?[,:—–-]? *(.*)", re.IGNORECASE | re.DOTALL
)
_NO = frozenset({"no", "n", "false", "❌", "✗", "✘", "irreversible"})
_RISK = re.compile(r"\W*(low|medium|med|moderate|high|critical)\b(?: *[—–:,(-] *(.*))?", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:-|–|—|to)\s*(?=\d)")
_SPAN = re.compile(
    r"[<≤~]?\s*\d+(?:\.\d+)?\s*-?\s*(?:secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|weeks?|[smhdw])\b"
)
_ABOUT = re.compile(
    r"\b(business|working|full|calendar|at least|minimum|min\.?|max\.?|about|approx\w*|around|up to)\b|\(.*?\)|[~+]"
)
_SIGN = (
    (r"\b(above|over|more than|greater than|exceeds?|higher than)\b", ">"),
    (r"\b(below|under|less than|lower than|drops? below)\b", "<"),
    (r"\b(at least)\b", ">="),
    (r"\b(at most)\b", "<="),
)
_COMPARED = re.compile(r"(?:>=|<=|≥|≤|>|<)\s*-?\d[\d,]*(?:\.\d+)?\s*[^\d\s;,]*")
_INVERSE = {"<": ">=", "<=": ">", "≤": ">", ">": "<=", ">=": "<", "≥": "<"}
_BARE = re.compile(r"\d+(?:\.\d+)?\s*(%|ms|s|seconds?|min)?")


def reads(quantity: type[Quantity], text: str) -> bool:
    """Whether a plan takes the text as it is."""
    try:
        quantity.parse(text)
    except ValueError:
        return False
    return True


def duration(text: str) -> Guess | None:
    """Read how long something takes: `1-2 weeks` is at least the longer one, `ongoing` none."""
    if reads(Duration, text):
        return Guess(text)
    said = text.casefold()
    if re.search(r"\b(ongoing|permanent\w*|indefinite\w*|continuous|forever|immediate\w*|instant\w*)\b", said):
        return Guess("—", f"no fixed time, from {text!r}")
    bare = _RANGE.sub("", _ABOUT.sub(" ", said)).replace("-", " ")
    candidates = [" ".join(bare.split()), *(found[0].replace("-", " ").strip() for found in _SPAN.finditer(bare))]
    value = next((each for each in candidates if each and reads(Duration, each)), None)
    return Guess(value, f"from {text!r}") if value else None


def threshold(text: str, *, target: bool = False) -> Guess | None:
    """Read a breach; a `target` says what is healthy, so that its opposite is the breach."""
    if not target and reads(Comparison, text):
        return Guess(text)
    said = text.replace("≤", "<=").replace("≥", ">=")
    for pattern, sign in _SIGN:
        said = re.sub(pattern + r"\s*(?=-?\d)", f"{sign} ", said, flags=re.IGNORECASE)
    found = _COMPARED.search(said)
    value = re.sub(r"(?<=\d),(?=\d{3})", "", found[0]).strip() if found else ""
    if not value and _BARE.fullmatch(said.strip()):
        value = f"> {said.strip()}"
    if not value or not reads(Comparison, value):
        return None
    if target and found:
        sign = Comparison.parse(value).operator
        value = f"{_INVERSE[sign]} {value.removeprefix(sign).strip()}"
        return Guess(value, f"the breach of the target {text!r}")
    return Guess(value, f"from {text!r}")


def strategy_kind(text: str) -> Guess | None:
    exact = _FORMAL["strategy"].get(re.sub(r"[\W_]+", " ", text.casefold()).strip())
    found = exact or _first(_STRATEGIES, text)
    return Guess(found, "" if exact else f"from {text!r}") if found else None


def timing(text: str) -> Guess | None:
    """Read when the backfill runs."""
    said = text.casefold().strip()
    exact = _FORMAL["timing"].get(said, said if said in {"before", "during", "after"} else "")
    found = exact or _first(
        (("before", r"\bbefore|prior|pre\b"), ("during", r"\bduring"), ("after", r"\bafter|post\b")), said
    )
    return Guess(found, "" if exact else f"from {text!r}") if found else None


def step_kind(action: str) -> Guess:
    found = _first(_STEPS, action)
    why = "from the words of the action" if found else "nothing in the action tells"
    return Guess(found or "code", why)


def scenario_kind(scenario: str, action: str) -> Guess:
    """Read what is to be undone: what a scenario is called counts before what it does."""
    found = _first(_SCENARIOS, re.sub(r"\bnon-data\b", "", scenario.casefold())) or _first(_SCENARIOS[1:], action)
    return Guess(found or "code", "from the words of the scenario" if found else "nothing points to data or a patch")


def proof(title: str) -> str:
    """What signing an item of this title proves; empty where it is none of what the rules ask for."""
    return _first(_PROOFS, title)


def yes_or_no(text: str) -> tuple[bool, str] | None:
    """Read a yes or no, and what is said beside it."""
    found = _YES.fullmatch(text)
    if found is None:
        return None
    note = found[2]
    return found[1].casefold() not in _NO, note[1:-1] if note.startswith("(") and note.endswith(")") else note


def risk(text: str) -> tuple[str, str] | None:
    """Read a risk, and what is said beside it."""
    found = _RISK.fullmatch(text)
    if found is None:
        return None
    level = {"med": "medium", "moderate": "medium", "critical": "high"}.get(found[1].casefold(), found[1].casefold())
    note = found[2] or ""
    return level, note.removesuffix(")") if "(" in text and note.endswith(")") and "(" not in note else note


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, text, re.IGNORECASE)), "")
