"""The fields of the plan's header, of its strategy and its window, and what the file's sections are."""

from __future__ import annotations

from .field import Columns, Field, Form, Other

_LABEL = r"^(aspect|field|key|property|item|attribute"

PLAN: Columns = (
    Field("format", "The format of the file.", (1,)),
    Field("header", "What is deployed, and who answers for it."),
    Field("strategy", "How the release goes out."),
    Field("pre_deployment", "What has to be signed before deploying begins."),
    Field("phases", "Who is exposed, one audience after the other; each phase ends in a gate."),
    Field("feature_flags", "The flags that the phases set."),
    Field("migration", "The steps of the database migration: schema, code, backfill, cleanup."),
    Field("rollback", "The ways back, one for each scenario."),
    Field("monitoring", "The metrics that are watched, and what counts as a breach."),
    Field("post_deployment", "What has to be validated before the run can be closed as completed."),
    Field("notes", "What else there is to say, by section; nothing depends on it."),
)

HEADER: Columns = (
    Other("label", _LABEL + r"|info\w*)$"),
    Other("value", r"^(detail|value|details|description|info\w*)$"),
    Other("format", labels=r"^format$"),
    Field(
        "name", "The name of the change.", ("Checkout v2",), Form.LINE,
        labels=r"^(name|title|change|release name|feature|feature name|change name|project)$",
    ),
    Field(
        "service", "The service that is deployed; its runs are found by it.", ("checkout",), Form.LINE,
        labels=r"^(services?|application|app|component|system|product|repository)$",
    ),
    Field(
        "previous_release", "The version that is live now: what a rollback goes back to.", ("2.3.6",), Form.LINE,
        labels=r"^(previous|current|rollback|last)( release| version| production version)$",
    ),
    Field(
        "release", "The version that is deployed.", ("2.4.0",), Form.LINE,
        labels=r"^(release|version|release version|new version|target version|build|tag)$",
    ),
    Field(
        "owner", "The release manager.", ("Alice Meyer",), Form.LINE,
        labels=r"^(owner|release manager|lead|release lead|author|dri|change owner|release owner|deployment lead)$",
    ),
    Field(
        "ticket", "The change's ticket.", ("SHOP-1482",), Form.LINE,
        labels=r"^(ticket|jira|issue|change id|change request|change ticket|tracking issue|cr|epic)$",
    ),
    Field(
        "change_size", "A large change needs a feature flag with a value for each phase (R3).", ("large",),
        Form.CHOICE, labels=r"^(change size|size)$",
    ),
    Field(
        "links", "Pages that help on the day.", (["https://wiki.example.com/checkout/v2"],), Form.TEXTS,
        labels=r"^(links?|references?|related documents?|docs|documents)$",
    ),
)  # fmt: skip

STRATEGY: Columns = (
    Other("label", _LABEL + r"|topic)$"),
    Other("value", r"^(detail|value|details|description|decision|choice)$"),
    Field(
        "downtime", "A maintenance window asks for [strategy.window] (R6).", ("zero-downtime",),
        labels=r"^(expected )?downtime$",
    ),
    Field("window", "When the service may be down; only with a maintenance window."),
    Other("window_start", labels=r"^(maintenance )?window start$"),
    Other("window_end", labels=r"^(maintenance )?window end$"),
    Other("window_reason", labels=r"^(maintenance )?window reason$"),
    Field(
        "rollback_time", "The target for undoing the release: at most 5 min (R8).", ("< 5 min",), Form.DURATION,
        labels=r"^(roll ?back time|time to roll ?back|rto|roll ?back target)$",
    ),
    Other("feature_flags", labels=r"^feature (flags?|toggles?)$"),
    Field(
        "database_migration", "Where the backfill runs: before Phase 1, during the last phase, or after it.",
        ("before",), labels=r"^((database|db) )?migrations?$",
    ),
    Field(
        "kind", "How instances or users move to the release.", ("canary",),
        labels=r"^((deployment|release|roll ?out) )?(strategy|type|method|approach)$",
    ),
)  # fmt: skip

WINDOW: Columns = (
    Field("start", "With its offset from UTC, and without quotes.", ("2026-12-05T22:00:00+01:00",)),
    Field("end", "With its offset from UTC, and without quotes.", ("2026-12-06T02:00:00+01:00",)),
    Field(
        *("reason", "Why it can't go without downtime.", ("Bookings must stand still meanwhile.",), Form.PROSE),
        renewed=True,
    ),
)
