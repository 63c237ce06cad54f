"""Texts and quantities of plans, drawn by hypothesis: what Markdown, a table or the import could take for more."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from rollout_tui.plan.quantities import Audience, Comparison, Duration, FlagValue

_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"])

# What Markdown, a table or the import could take for more than text.
_PIECES = st.sampled_from(
    [
        "|",
        "`",
        "``",
        "<br>",
        "<!--",
        "<b>",
        "\\",
        "\\|",
        "*",
        "**",
        "_",
        "~~",
        "[a](b)",
        "![a](b)",
        "[x]",
        "]:",
        "&lt;",
        "&#124;",
        "#",
        "1.",
        "-",
        ">",
        "+",
        "---",
        "===",
        ":",
        ";",
        ",",
        "—",
        "n/a",
        "(",
        ")",
        "%",
        "@x",
        "Phase-1",
        "Owner:x",
        "🚀",
        "👩\u200d💻",
        "שלום",
        "\u202e",
        "\u200f",
        "\ufffe",
        " ",
        "  ",
        "# ",
        "1. ",
        "- ",
        "> ",
        "[ ] ",
        "; ",
        ": ",
        " — ",
        "\xa0",
        "\u3000",
        "\u2028",
    ]
)
_HOSTILE = st.lists(_PIECES | st.text(_CHARACTERS, max_size=3), max_size=5).map("".join)

titles = (st.text(_CHARACTERS, min_size=1, max_size=20) | _HOSTILE).filter(str.strip)
words = st.text(_CHARACTERS, max_size=12) | _HOSTILE
prose = st.text(_CHARACTERS | st.just("\n"), max_size=30) | st.lists(_HOSTILE, max_size=3).map("\n".join)
own_ids = st.just("") | st.from_regex(r"[a-z0-9][a-z0-9._-]{0,10}", fullmatch=True)
approvals = st.sampled_from([1, 2])

durations = st.sampled_from(
    ["—", "30 s", "< 5 min", "1 h 30 min", "2 days", "1.5 h", "≤ 3 w", "< [X] min", "1 h and 5 min"]
).map(Duration.parse)
comparisons = st.builds(
    lambda sign, number, unit: Comparison.parse(f"{sign} {number} {unit}"),
    st.sampled_from([">", ">=", "<", "<=", "≥"]),
    st.integers(-1000, 1000) | st.sampled_from(["0.5", "99.95"]),
    st.sampled_from(["%", "ms", "", "% of the pool"]),
)
audiences = st.sampled_from(["Internal team only", "25% of users", "100 %", "[X]% of users"]).map(Audience.parse)
flag_values = st.booleans().map(FlagValue.parse) | titles.map(FlagValue.parse)
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=offsets)  # noqa: DTZ001 - hypothesis adds it
