"""The fields of the plan's header, of its strategy and its window, and what the file's sections are."""

from __future__ import annotations

from .field import Columns, Other, PlanField, TextForm

_LABEL = r"^(aspect|field|key|property|item|attribute"

PLAN: Columns = (
    PlanField("format", "The format of the file.", (1,)),
    PlanField("header", "What is deployed, and who answers for it."),
    PlanField("strategy", "How the release goes out."),
    PlanField("pre_deployment", "What has to be signed before deploying begins."),
    PlanField("phases", "Who is exposed, one audience after the other; each phase ends in a gate."),
    PlanField("feature_flags", "The flags that the phases set."),
    PlanField("migration", "The steps of the database migration: schema, code, backfill, cleanup."),
    PlanField("rollback", "The ways back, one for each scenario."),
    PlanField("monitoring", "The metrics that are watched, and what counts as a breach."),
    PlanField("post_deployment", "What has to be validated before the run can be closed as completed."),
    PlanField(
        "sources",
        "The servers that probes ask, each by a name.",
        ({"prod": {"prometheus": "https://prometheus.example.com", "bearer_env": "PROM_TOKEN"}},),
    ),
    PlanField("notes", "What else there is to say, by section; nothing depends on it."),
)

HEADER: Columns = (
    Other("label", _LABEL + r"|info\w*)$"),
    Other("value", r"^(detail|value|details|description|info\w*)$"),
    Other("format", labels=r"^format$"),
    PlanField(
        "name", "The name of the change.", ("Checkout v2",), TextForm.LINE,
        heading="Name",
        labels=r"^(name|title|change|release name|feature|feature name|change name|project)$",
    ),
    PlanField(
        "service", "The service that is deployed; its runs are found by it.", ("checkout",), TextForm.LINE,
        heading="Service",
        labels=r"^(services?|application|app|component|system|product|repository)$",
    ),
    PlanField(
        "previous_artifacts", "What a rollback installs again: the digests of the version that is live now.",
        (["sha256:41af…"],), TextForm.TEXTS,
        heading="Previous artifacts",
        labels=r"^(previous|current|rollback|last) (artifacts?|images?|digests?)$",
    ),
    PlanField(
        "artifacts", "What is installed, so that nobody takes another for it: the digests of images or packages.",
        (["sha256:9b2c…"],), TextForm.TEXTS,
        heading="Artifacts",
        labels=r"^(artifacts?|images?|digests?|packages?)$",
    ),
    PlanField(
        "previous_release", "The version that is live now: what a rollback goes back to.", ("2.3.6",), TextForm.LINE,
        heading="Previous release",
        labels=r"^(previous|current|rollback|last)( release| version| production version)$",
    ),
    PlanField(
        "release", "The version that is deployed.", ("2.4.0",), TextForm.LINE,
        heading="Release",
        labels=r"^(release|version|release version|new version|target version|build|tag)$",
    ),
    PlanField(
        "owner", "The release manager.", ("Alice Meyer",), TextForm.LINE,
        heading="Owner",
        labels=r"^(owner|release manager|lead|release lead|author|dri|change owner|release owner|deployment lead)$",
    ),
    PlanField(
        "ticket", "The change's ticket.", ("SHOP-1482",), TextForm.LINE,
        heading="Ticket",
        labels=r"^(ticket|jira|issue|change id|change request|change ticket|tracking issue|cr|epic)$",
    ),
    PlanField(
        "change_size", "A large change needs a feature flag with a value for each phase (R3).", ("large",),
        TextForm.CHOICE, heading="Change size",
        labels=r"^(change size|size)$",
    ),
    PlanField(
        "identity",
        "By what two people are told apart where two have to agree: the names that they claim, their logins, or the"
        " keys that they sign with.",
        ("signed",), TextForm.CHOICE, heading="Identity",
        labels=r"^(identity|approvers? identity|people told apart by)$",
    ),
    PlanField(
        "links", "Pages that help on the day.", (["https://wiki.example.com/checkout/v2"],), TextForm.TEXTS,
        heading="Links",
        labels=r"^(links?|references?|related documents?|docs|documents)$",
        is_link=True,
    ),
    PlanField(
        "not_placeholders", "Words in brackets that are meant as they stand, such as a region or a label.",
        (["[EU]", "[manual]"],), TextForm.TEXTS, heading="Not placeholders",
        labels=r"^not placeholders$",
    ),
)  # fmt: skip

STRATEGY: Columns = (
    Other("label", _LABEL + r"|topic)$"),
    Other("value", r"^(detail|value|details|description|decision|choice)$"),
    PlanField(
        "downtime", "A maintenance window asks for [strategy.window] (R6).", ("zero-downtime",),
        labels=r"^(expected )?downtime$",
    ),
    PlanField("window", "When the service may be down; only with a maintenance window."),
    Other("window_start", labels=r"^(maintenance )?window start$"),
    Other("window_end", labels=r"^(maintenance )?window end$"),
    Other("window_reason", labels=r"^(maintenance )?window reason$"),
    PlanField(
        "rollback_time", "The target for undoing the release: at most 5 min (R8).", ("< 5 min",), TextForm.DURATION,
        labels=r"^(roll ?back time|time to roll ?back|rto|roll ?back target)$",
    ),
    Other("feature_flags", labels=r"^feature (flags?|toggles?)$"),
    PlanField(
        "database_migration", "Where the backfill runs: before Phase 1, during the last phase, or after it.",
        ("before",), labels=r"^((database|db) )?migrations?$",
    ),
    PlanField(
        "kind", "How instances or users move to the release.", ("canary",),
        labels=r"^((deployment|release|roll ?out) )?(strategy|type|method|approach)$",
    ),
)  # fmt: skip

WINDOW: Columns = (
    PlanField("start", "With its offset from UTC, and without quotes.", ("2026-12-05T22:00:00+01:00",)),
    PlanField("end", "With its offset from UTC, and without quotes.", ("2026-12-06T02:00:00+01:00",)),
    PlanField(
        *("reason", "Why it can't go without downtime.", ("Bookings must stand still meanwhile.",), TextForm.PROSE),
        renewed=True,
    ),
)
