"""Tables that are kept as text beside the code that they are made from: `make generated` writes them anew.

They are the actions' lines of help in `cli/commands.py`, where `--help` must load nothing, and the kinds of events in
`journal/FORMAT.md`.
"""

import json
from dataclasses import MISSING
from pathlib import Path

import rollout_tui
from rollout_tui.journal.shapes import KINDS, fields_of
from rollout_tui.run.intents import ACTIONS

PACKAGE = Path(rollout_tui.__file__).parent
TYPES = {str: "text", int: "integer", float: "number", bool: "boolean", tuple: "texts"}


def with_actions(commands: str) -> str:
    """Give `commands.py` with the lines of help of the table of intents."""
    before, head, rest = commands.partition('    "Actions, each recorded in the run\'s journal": {\n')
    rows = [f"        {_quoted(action.name)}: (ACT, {_quoted(action.help)}),\n" for action in ACTIONS]
    return f"{before}{head}{''.join(rows)}{rest[rest.index('    },') :]}"


def with_kinds(specification: str) -> str:
    """Give `FORMAT.md` with a row for each kind of event."""
    before, head, rest = specification.partition("| kind | fields |\n|---|---|\n")
    rows = [f"{_described(kind)}\n" for kind in KINDS if kind != "run_started"]
    return f"{before}{head}{''.join(rows)}{rest[rest.index(chr(10) * 2) + 1 :]}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _described(kind: str) -> str:
    words = []
    for name, field in fields_of(kind).items():
        words.append(f"`{name}` {TYPES[field.type]}{_default(field.default)}")
    return f"| `{kind}` | {', '.join(words)} |"


def _default(default: object) -> str:
    if default is None:
        return " or nothing"
    return "" if default is MISSING else f" = `{json.dumps(default)}`"


TABLES = {PACKAGE / "cli" / "commands.py": with_actions, PACKAGE / "journal" / "FORMAT.md": with_kinds}

if __name__ == "__main__":
    for path, written in TABLES.items():
        path.write_text(written(path.read_text()))
