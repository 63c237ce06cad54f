"""Every command, the file that does it and its line of help: a plain table, so that `--help` imports nothing else.

Each file offers `configure(parser)` and `run(arguments, clock)`. The actions are written by `make generated` from
`run.intents.ACTIONS`, from which `act` makes their arguments.
"""

ACT = "act"

GROUPS = {
    "Plans": {
        "new": ("new", "Write a commented plan to fill in, or one that starts from an older plan."),
        "import": ("import_", "Make a plan of a Markdown document, and list what was not understood."),
        "export": ("export", "Write a plan, or a run, as a Markdown document."),
        "check": ("check", "Check plans: mistakes with their place, the eight rules, placeholders left."),
        "trust": ("trust", "Show what the probes of a plan or run would run, and trust it; nothing runs before."),
        "rehearse": ("rehearse", "Walk a whole plan by itself on a simulated clock and print the timeline."),
        "schema": ("schema", "Print the JSON Schema of the plan file, for editors."),
    },
    "To begin with": {
        "demo": ("demo", "Watch a rehearsal of a real plan play itself, and take it over with any key."),
        "whoami": ("whoami", "Say who acts here, by which key they sign, and whether it can sign now."),
        "completion": ("completion", "Print the script by which a shell completes commands, plans and runs."),
    },
    "Runs": {
        "run": ("start", "Start a run of a plan."),
        "resume": ("resume", "Go on with a run; without a name the newest unfinished."),
        "status": ("status", "Say where a run stands, what comes next and what blocks."),
        "list": ("listing", "List every run."),
        "probe": ("probe", "Look at what a run's probes name, once or in a loop, and record what they see."),
        "redline": ("redline", "Let a run follow its plan as the file is now; shows what that changes and voids."),
        "audit": ("audit", "Read a saved log on screen: findings first, then everything that happened."),
        "report": ("report", "Tell a run to people who were not there, as text, Markdown, HTML, JSON or CSV."),
        "verify": ("verify", "Verify that logs are whole and unaltered."),
        "anchor": ("anchor", "Let an authority outside stamp a log: what is in it can't be written anew unseen."),
        "history": ("history", "Say what the logs of a folder come to: durations, waivers, rollbacks, DORA measures."),
        "diff": ("diff", "Compare two runs of one plan: what was done differently, how long each took."),
    },
    "Actions, each recorded in the run's journal": {
        "begin": (ACT, "Begin a step of more than 5 minutes: how long it takes is told then."),
        "sign": (ACT, "Sign an item off: a check, a migration step, a flag change, a criterion, or a rollback step."),
        "fail": (ACT, "Record that an item failed; it blocks until it is signed or waived."),
        "revoke": (ACT, "Take a sign-off, waiver, deferral or mistaken start back."),
        "waive": (ACT, "Skip an item for good, with a reason that every report shows."),
        "defer": (ACT, "Put an item off to a later stage, whose end it then blocks."),
        "note": (ACT, "Add a note to the run, or to one item."),
        "measure": (ACT, "Record a metric's reading; fine or breach follows from its threshold."),
        "unread": (ACT, "Record that a metric could not be read: unknown, which blocks."),
        "fire": (ACT, "Record that a rollback trigger has fired; it blocks until it is cleared."),
        "clear": (ACT, "Clear a fired rollback trigger."),
        "start-phase": (ACT, "Start a phase: its audience is exposed from now on."),
        "extend": (ACT, "Make a phase's soak longer."),
        "go": (ACT, "Pass the go gate: deploying begins."),
        "promote": (ACT, "Pass a phase's gate: its criteria are met and no trigger has fired."),
        "reduce": (ACT, "Go back to the phase before; the later one opens again."),
        "hold": (ACT, "Hold the run: no start, promotion or migration step until it is released."),
        "release": (ACT, "Release the hold."),
        "confirm-clock": (ACT, "Confirm the time after the clock jumped; no gate opens before."),
        "hand-over": (ACT, "Offer the lead of the run to somebody, or to whoever takes it."),
        "take-over": (ACT, "Take the lead of the run over, after what is open was read back."),
        "roll-back": (ACT, "Begin a rollback by one of the plan's scenarios; it wins over everything else."),
        "finish-rollback": (ACT, "Finish the rollback: restored, failed, or called off (back to the phase, held)."),
        "give-reason": (ACT, "Say what happened, after a rollback or a hold began; it is due before they end."),
        "found": (ACT, "Say what is there of a step or flag of which nobody knows."),
        "close": (ACT, "Close the run, as completed or as rolled back."),
        "abort": (ACT, "Abort the run, and record what it leaves in place."),
    },
}

COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}

_INTRODUCTION = """\
usage: rollout [--as NAME] [--runs DIR]
       rollout COMMAND ...

Walks a release manager through a deployment & rollout plan, and keeps a record that an auditor can trust.
Without a command it opens the home screen: plans to start (of ./plans), runs to resume.
"""

_CLOSING = """\
rollout COMMAND --help tells a command's arguments; rollout --version the version.

Runs live in ./runs, or --runs DIR, or ROLLOUT_RUNS. A RUN is its id, a unique beginning of it, or a path.
The operator is --as, else ROLLOUT_OPERATOR, else git's user name, else the login name.

exit codes: 0 done, 1 failure, 2 usage or invalid plan, 3 incomplete or blocked, 4 rolled back or aborted,
            5 locked or unreachable, 6 damaged or altered log, 7 whole, but an entry does not follow from the run,
            8 conflict: somebody did it already, 128+n signal
"""


def help_text() -> str:
    """Give what `rollout --help` prints."""
    widest = max(map(len, COMMANDS))
    parts = [_INTRODUCTION]
    for title, group in GROUPS.items():
        lines = [f"  {name:<{widest}}  {line}" for name, (_, line) in group.items()]
        parts.append("\n".join([f"{title}:", *lines, ""]))
    return "\n".join([*parts, _CLOSING])
