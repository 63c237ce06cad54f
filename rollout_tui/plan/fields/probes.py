"""The fields of sources and probes."""

from __future__ import annotations

from .field import Columns, PlanField, TextForm

PROBE_EXAMPLES = (
    {"source": "prod", "query": "up == 0"},
    {"http": "https://shop.example.com/health"},
    {"command": ["./ci-green"]},
)
PROBE_FIELD = PlanField(
    "probe", "How a run looks at it by itself: a query, an http request or a command.",
    PROBE_EXAMPLES,
    TextForm.TABLE, "Probe", r"^probe$", r"^probe$",
)  # fmt: skip

CRITERION: Columns = (
    PlanField(
        "text", "What has to hold, as the person who signs it reads it.", ("Orders go through",), TextForm.LINE,
        renewed=True,
    ),
    PROBE_FIELD,
    PlanField("max_age", "How old it may be at a gate that its probe looked, 1 h if left out.", ("30 min",)),
)  # fmt: skip

TRIGGER: Columns = (
    PlanField(
        "text", "What makes people roll back, in words.", ("Nobody can pay",), TextForm.LINE,
        renewed=True,
    ),
    PlanField("probe", "What looks whether all is well: the trigger fires when it fails.", PROBE_EXAMPLES),
    PlanField("for_", "How long it has to fail without a break; left out, the first fail fires.", ("5 min",)),
    PlanField("on_fire", "What follows besides: hold also holds the run.", ("hold", "tell")),
)  # fmt: skip

SOURCE: Columns = (
    PlanField("prometheus", "The address of a Prometheus server.", ("https://prometheus.example.com",)),
    PlanField("bearer_env", "The environment variable that holds a bearer token.", ("PROM_TOKEN",)),
    PlanField("basic_env", "The environment variable that holds user:password.", ("PROM_LOGIN",)),
    PlanField("header", "A header to send along.", ("X-Scope-OrgID",)),
    PlanField("header_env", "The environment variable that holds that header's value.", ("PROM_TENANT",)),
    PlanField("ca_file", "Authorities that are trusted besides the system's.", ("/etc/ssl/internal-ca.pem",)),
)

PROBE: Columns = (
    PlanField("source", "The source that is asked, by its name.", ("prod",)),
    PlanField(
        "query", "The query in PromQL; it has to give one number.", ("100 * sum(rate(http_5xx[5m]))",), TextForm.PROSE,
        renewed=True,
    ),
    PlanField("reduce", "What several series come to; left out, several are an error.", ("max",)),
    PlanField(
        "samples", "A query that counts what the value rests on.", ("sum(increase(http[5m]))",), TextForm.PROSE,
        renewed=True,
    ),
    PlanField("min_samples", "How many of them there have to be.", (200,)),
    PlanField("http", "An address that is asked for.", ("https://shop.example.com/health",)),
    PlanField("status", "The status that it has to answer with, 200 if left out.", (204,)),
    PlanField("contains", "What the answer has to contain.", ("ok",), renewed=True),
    PlanField("json", "A JMESPath expression: its value in the answer is judged by `expect`.", ("queue.length",)),
    PlanField("certificate_days", "How many days the server's certificate has to be good for.", (14,)),
    PlanField(
        "command", "A program with its arguments: 0 is pass, 1 is fail, all else an error.",
        (["./ci-green", "2.4.0"],),
        renewed=True,
    ),
    PlanField("env", "The environment variables that the program gets besides PATH, HOME and LANG.", (["CI_TOKEN"],)),
    PlanField("expect", "What has to hold of the value; a metric is judged by its threshold.", ("< 0.5 %",)),
    PlanField("unit", "The unit of the value: that of the threshold, or of `expect`.", ("%",)),
    PlanField("deadline", "How long all of the probe may take, 10 s if left out, 10 min at most.", ("5 s",)),
    PlanField("every", "How often it looks in a soak, every 60 s if left out, 1 s at least.", ("30 s",)),
    PlanField("holds", "Until when a sensed tick can come off again.", ("always",)),
)  # fmt: skip
