"""What is said about a plan that can't be read: every mistake, where it is, what was found and what is expected."""

import pytest

from rollout_tui.plan.model import Plan
from rollout_tui.plan.toml import Mistake, PlanError, parse, render

TWELVE = """\
format = 1

[plan]
name = "Checkout v2"
service = 7
release = "2.4.0"
change_size = "Large scale"

[strategy]
kind = "cannary"
database_migration = "before"

[[pre_deployment]]
title = "Code review approved"
approvals = true

[[phases]]
name = "Phase 1"
audience = "Internal team only"
duration = "two days"
sucess_criteria = ["No checkout error"]

[[phases]]
name = "Phase 2"
audience = "250% of users"

[[feature_flags]]
name = "new_checkout"
rollout = { "Phase 1" = "internal", "Phase2" = "25 %" }

[[migration]]
action = "Add a column"
kind = "schema"
reversible = "yes"

[[rollback]]
scenario = "Code bug"
kind = "code"
action = "Redeploy"
time = "< 5 min"
until = "add-colum"

[[monitoring]]
metric = "Error rate"
threshold = "1 %"

[[monitoring]]
metric = "Error  rate!"
threshold = "> 1 %"
"""

DURATIONS = "a duration such as 30 s, < 5 min, 1 h 30 min, 2 days, or — for none"
COMPARISONS = "a comparison with a number and a unit such as > 1 %, >= 800 ms, < 99.9 %"


def test_twelve_mistakes_are_told_at_once() -> None:
    assert [render(mistake).removeprefix("x.toml:") for mistake in mistakes(TWELVE)] == [
        "5:11: plan.service: found 7, expected a text in quotes",
        '7:15: plan.change_size: found "Large scale", expected "small" or "large" (did you mean "large"?)',
        '10:8: strategy.kind: found "cannary", expected "rolling-update", "blue-green" or "canary"'
        ' (did you mean "canary"?)',
        "15:13: pre_deployment[0].approvals: found true, expected 1 or 2",
        f'20:12: phases[0].duration: found "two days", expected {DURATIONS}',
        "21:1: phases[0].sucess_criteria: found an unknown key, expected one of success_criteria, rollback_triggers,"
        " approvals, after_breach (did you mean success_criteria?)",
        '25:12: phases[1].audience: found "250% of users", expected whom the phase reaches, such as Internal team only'
        " or 25% of users (at most 100 %)",
        '29:37: feature_flags[0].rollout.Phase2: found no phase of that name, expected one of "Phase 1", "Phase 2"'
        ' (did you mean "Phase 2"?)',
        '34:14: migration[0].reversible: found "yes", expected true or false',
        '41:9: rollback[0].until: found "add-colum", expected the id of a migration step: "add-a-column"'
        ' (did you mean "add-a-column"?)',
        f'45:13: monitoring[0].threshold: found "1 %", expected {COMPARISONS}',
        '48:10: monitoring[1].metric: found the id "error-rate", which monitoring[0] has too,'
        " expected an id of its own",
    ]


PLAN = """\
format = 1
[plan]
name = "A"
service = "a"
release = "1"
[strategy]
kind = "canary"
[[phases]]
name = "Phase 1"
audience = "Everyone"
"""

STEP = '[[migration]]\nid = "step"\naction = "Add"\nkind = "schema"\nreversible = true\n'
WAY = '[[rollback]]\nscenario = "Bug"\nkind = "code"\ntime = "1 min"\n'
MIGRATED = PLAN.replace('"canary"\n', '"canary"\ndatabase_migration = "after"\n')
WINDOWED = PLAN.replace('"canary"\n', '"canary"\ndowntime = "maintenance-window"\n')


def with_window(start: str, end: str) -> str:
    return f"{WINDOWED}[strategy.window]\nstart = {start}\nend = {end}\n"


# name: (the text, the beginning of its one mistake as it is rendered)
ONE_MISTAKE = {
    "no format": (PLAN.removeprefix("format = 1\n"), "1:1: format: found nothing, expected format = 1"),
    "another format": (PLAN.replace("format = 1", "format = 2"), "1:10: format: found 2, expected format = 1"),
    "true is not 1": (PLAN.replace("format = 1", "format = true"), "1:10: format: found true, expected format = 1"),
    "a number is not a text": (PLAN.replace('"1"', "1"), "5:11: plan.release: found 1, expected a text in quotes"),
    "a table's name mistyped": (
        PLAN.replace("[strategy]", "[stratgy]"),
        "6:2: stratgy: found an unknown key, expected one of strategy, pre_deployment,",
    ),
    "a table where the model has another name": (
        f'{PLAN}[header]\nname = "A"\n',
        "11:2: header: found an unknown key",
    ),
    "a key is missing": (PLAN.replace('service = "a"\n', ""), "2:1: plan.service: found nothing, expected a text"),
    "a table is missing": (PLAN.replace('[strategy]\nkind = "canary"\n', ""), "1:1: strategy: found nothing, expected"),
    "a table where a list belongs": (PLAN.replace("[[phases]]", "[phases]"), "8:1: phases: found a table, expected"),
    "no phase": ("phases = []\n" + PLAN.partition("[[phases]]")[0], "1:10: phases: found an empty list"),
    "a phase named as a stage": (
        PLAN.replace("Phase 1", "Rollback"),
        '9:8: phases[0].name: found "Rollback", expected another name',
    ),
    "three approvals": (f"{PLAN}approvals = 3\n", "11:13: phases[0].approvals: found 3, expected 1 or 2"),
    "an empty title": (
        f'{PLAN}[[pre_deployment]]\ntitle = " "\n',
        "12:9: pre_deployment[0].title: found an empty text, expected some text",
    ),
    "an empty element": (
        f'{PLAN}success_criteria = ["Good", ""]\n',
        "11:29: phases[0].success_criteria[1]: found an empty text",
    ),
    "two criteria alike": (
        f'{PLAN}success_criteria = ["No errors", "no errors!"]\n',
        '11:34: phases[0].success_criteria[1]: found "no errors!", which phases[0].success_criteria[0] says too',
    ),
    "a control character": (
        PLAN.replace('"A"', '"A\\u001b]2;x"'),
        '3:8: plan.name: found the control character U+001B in "A\\e]2;x", expected text without',
    ),
    "a line break in a name": (PLAN.replace('"A"', '"A\\nB"'), '3:8: plan.name: found a line break in "A B"'),
    "an id of another form": (
        f'{PLAN}[[post_deployment]]\ntitle = "T"\nid = "Smoke test"\n',
        '13:6: post_deployment[0].id: found "Smoke test", expected small letters, digits,',
    ),
    "one id in both checklists": (
        f'{PLAN}[[pre_deployment]]\ntitle = "T"\nid = "t"\n[[post_deployment]]\ntitle = "U"\nid = "t"\n',
        '16:6: post_deployment[0].id: found the id "t", which pre_deployment[0] has too, expected an id of its own',
    ),
    "two phases of one name": (
        f'{PLAN}[[phases]]\nname = "phase 1"\naudience = "x"\n',
        '12:8: phases[1].name: found the id "phase-1", which phases[0] has too, expected another name',
    ),
    "steps without their timing": (
        f"{PLAN}{STEP}",
        "6:1: strategy.database_migration: found nothing, expected before, during or after",
    ),
    "timing without steps": (
        PLAN.replace('"canary"\n', '"canary"\ndatabase_migration = "after"\n'),
        '8:22: strategy.database_migration: found "after" without a [[migration]] step, expected none',
    ),
    "neither action nor steps": (f"{PLAN}{WAY}", "11:1: rollback[0]: found neither action nor steps"),
    "action and steps": (
        f'{PLAN}{WAY}action = "Back"\nsteps = ["Back"]\n',
        "16:1: rollback[0].steps: found steps beside an action, expected one of the two",
    ),
    "until without migration": (
        f'{PLAN}{WAY}action = "Back"\nuntil = "step"\n',
        '16:9: rollback[0].until: found "step", expected no until in a plan without migration',
    ),
    "reverses what there is not": (
        f'{MIGRATED}{STEP}{WAY}action = "Back"\nreverses = ["stop"]\n',
        '22:13: rollback[0].reverses[0]: found "stop", expected a migration step or a flag of the plan: "step" '
        '(did you mean "step"?)',
    ),
    "reverses a flag that there is not": (
        f'{PLAN}[[feature_flags]]\nname = "new_shop"\n{WAY}action = "Back"\nreverses = ["flag:new-shp"]\n',
        '18:13: rollback[0].reverses[0]: found "flag:new-shp", expected a migration step or a flag of the plan: '
        '"flag:new_shop" (did you mean "flag:new_shop"?)',
    ),
    "answers what the plan does not watch": (
        f'{PLAN}rollback_triggers = ["Charged twice"]\n{WAY}action = "Back"\nanswers = ["charged twise"]\n',
        '17:12: rollback[0].answers[0]: found "charged twise", expected a rollback trigger or a metric of the plan, '
        'by its words (did you mean "Charged twice"?)',
    ),
    "reverses by a step that there is not": (
        f'{MIGRATED}{STEP}{WAY}action = "Back"\nreverses = ["2: step"]\n',
        '22:13: rollback[0].reverses[0]: found step 2 in "2: step", expected the number of a step: 1 to 1',
    ),
    "a window without downtime": (
        f'{PLAN}[strategy.window]\nreason = "x"\n',
        "11:11: strategy.window: found a maintenance window with zero downtime, expected downtime = ",
    ),
    "a window that ends before it starts": (
        with_window("2026-12-05T22:00:00+01:00", "2026-12-05T21:00:00Z"),
        "14:7: strategy.window.end: found 2026-12-05T21:00:00+00:00, expected a time after the start",
    ),
    "a time without offset": (
        with_window("2026-12-05T22:00:00", "2026-12-05T23:00:00Z"),
        "13:9: strategy.window.start: found 2026-12-05T22:00:00 without an offset, expected a time with its offset",
    ),
    "a time in quotes": (
        with_window('"2026-12-05T22:00:00Z"', "2026-12-05T23:00:00Z"),
        '13:9: strategy.window.start: found "2026-12-05T22:00:00Z", expected a date and time with its offset, without',
    ),
    "a date in place of a text": (
        PLAN.replace('"A"', "2026-12-05"),
        "3:8: plan.name: found 2026-12-05, expected a text in quotes",
    ),
    "a flag's value that is no text": (
        f'{PLAN}[[feature_flags]]\nname = "f"\ndefault = 0\n',
        "13:11: feature_flags[0].default: found 0, expected a flag's value such as false, true,",
    ),
    "a syntax error": (PLAN.replace('"A"', "A"), "3:8: found TOML that can't be read: Invalid value, expected valid"),
    "an unclosed text": (f'{PLAN}duration = "2 days\n', "11:19: found TOML that can't be read: Illegal character"),
    "a key twice": (PLAN.replace('"A"\n', '"A"\nname = "B"\n'), "4:11: found TOML that can't be read: Cannot over"),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_MISTAKE)
def test_a_mistake_is_told_with_its_place(name: str) -> None:
    text, beginning = ONE_MISTAKE[name]
    (mistake,) = mistakes(text)
    assert render(mistake).removeprefix("x.toml:").startswith(beginning)


def test_without_a_mistake_there_is_a_plan() -> None:
    whole = PLAN.replace('"canary"\n', '"canary"\ndatabase_migration = "after"\n')
    assert isinstance(parse(f'{whole}{STEP}{WAY}action = "Back"\nuntil = "step"\n', "x.toml"), Plan)


def test_a_mistyped_key_is_one_mistake_and_not_a_missing_one_too() -> None:
    assert [mistake.key for mistake in mistakes(PLAN.replace("audience", "audiance"))] == ["phases[0].audiance"]


def test_an_error_lists_every_mistake_on_a_line_of_its_own() -> None:
    error = PlanError("plans/x.toml", mistakes(TWELVE))
    assert error.exit_code == 2
    assert len(error.mistakes) == 12
    assert error.message.splitlines()[0] == "plans/x.toml has 12 mistakes:"
    assert len(error.message.splitlines()) == 13


@pytest.mark.parametrize("value", ["\\u001b[31m", "\\u202e", "\\u0000", "x" * 10_000])
def test_what_a_file_says_is_shown_short_and_harmless(value: str) -> None:
    text = PLAN.replace('"canary"', f'"{value}"') + f'"{value}" = 1\n'
    for mistake in mistakes(text):
        assert "\x1b" not in render(mistake)
        assert "\u202e" not in render(mistake)
        assert len(render(mistake)) < 300


# Texts made to exhaust a parser; each is refused, or read in the time that its size takes.
BOMBS = {
    "dotted key": ".".join("a" * 39_000) + " = 1",
    "dotted header": f"[{'.'.join('a' * 39_000)}]",
    "dotted key behind a text with many quotes": 'a = [ """x""""" , {' + ".".join("a" * 30_000) + " = 1}]",
    "nested arrays": f"a = {'[' * 5000}{']' * 5000}",
    "nested arrays over lines": "a = " + "[\n" * 5000 + "]" * 5000,
    "nested tables": "a = " + "{a=" * 5000,
    "digits": f"a = {'1' * 4301}",
    "digits apart": f"a = {'1_' * 4301}1",
    "hexadecimal digits": f"[plan]\nname = 0x{'f' * 100_000}",
    "an unclosed text": 'a = """' + '\\"""' * 50_000,
    "quotes": '"' * 200_000,
    "more than 1 MiB": "#" * (1024 * 1024 + 1),
    "a byte order mark": f"\ufeff{PLAN}",
    "unknown keys": "".join(f"k{number} = 1\n" for number in range(20_000)),
    "one long line": f"a = [{'{a=1},' * 20_000}]",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered(name: str) -> None:
    assert 1 <= len(mistakes(BOMBS[name])) <= 500


def mistakes(text: str) -> tuple[Mistake, ...]:
    result = parse(text, "x.toml")
    assert not isinstance(result, Plan)
    return result
