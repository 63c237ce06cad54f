"""The fields of the metrics."""

from __future__ import annotations

from .field import Columns, Other, PlanField, TextForm, id_field
from .probes import PROBE_FIELD

METRIC: Columns = (
    id_field(),
    PROBE_FIELD,
    PlanField(
        "max_age", "How old a reading may be when a phase is promoted.", ("1 h", "10 min"), TextForm.DURATION,
        "Max age",
        r"^(max age|freshness)$",
    ),
    PlanField(
        "channel", "Where its alert is heard (R4).", ("PagerDuty: checkout",), TextForm.LINE, "Alert Channel",
        r"\b(channels?|notify|notification|destination|recipient|pager\w*|alert (to|via)|where|owner|who)\b",
    ),
    Other("target", r"^(targets?|expected.*|goal|normal.*|slo|healthy|objective)$"),
    PlanField(
        "threshold", "The breach: a sign, a number and its unit.", ("> 1 %", ">= 800 ms", "< 99.9 %"), TextForm.OWN,
        "Threshold", r"\b(thresholds?|limit|breach|critical|alert\w*|condition|roll ?back|red|trigger)\b",
    ),
    PlanField(
        "metric", "What is measured.", ("Error rate (5xx)",), TextForm.LINE, "Metric",
        r"\b(metrics?|signals?|indicators?|kpi|sli|measure|what|check|monitor)\b",
    ),
    PlanField(
        "action", "What to do on a breach (R4).", ("Investigate; roll back if it stays",), TextForm.LINE, "Action",
        r"\b(actions?|response|runbook|what to do|remediation|escalation)\b",
        renewed=True,
    ),
)  # fmt: skip
