"""The keys of every screen at a run: a new action of the table of intents that has a key gets its line here."""

from __future__ import annotations

from textual.binding import BindingType

from .binding import ROLL_BACK, key

RUN_KEYS: list[BindingType] = [
    key("space", "sign", "run.sign", "Sign the item under the cursor", "Sign"),
    key("b", "start_phase", "run.start-phase", "Begin a phase on its first row: it names whom that exposes", "Start"),
    key("S", "act('sign')", "run.sign-with", "Sign off with a note or evidence"),
    key("m", "measure", "run.measure", "Take readings of all metrics in one form", "Read"),
    key("x", "act('fail')", "run.fail", "Record that the item failed", "Fail"),
    key("w", "act('waive')", "run.waive", "Skip the item for good, with a reason", "Waive"),
    key("d", "act('defer')", "run.defer", "Put the item off to a later stage", "Defer"),
    key("u", "act('revoke')", "run.revoke", "Take a sign-off, waiver, deferral or start back"),
    key("n", "act('note')", "run.note", "Add a note to the item"),
    key("e", "act('give-reason')", "run.reason", "Explain: what happened, and when it began"),
    key("N", "note_run", "run.note-run", "Add a note to the run"),
    key("U", "act('unread')", "run.unread", "Record that the metric could not be read"),
    key("B", "act('begin')", "run.begin", "Begin a step that takes more than 5 minutes"),
    key("F", "act('found')", "run.found", "Say what is there of a step or flag of which nobody knows"),
    key("t", "trigger", "run.trigger", "Fire a rollback trigger, or clear one that is fired"),
    key("p", "gate", "run.gate", "Open the gate: go, promote, and what blocks", "Gate"),
    key("h", "hold", "run.hold", "Hold the run at once, or release the hold", "Hold"),
    key("R", "roll_back", ROLL_BACK, "Roll back: choose a scenario, walk its steps", "Rollback"),
    key("s", "act('extend')", "run.extend", "Make the phase's soak longer"),
    key("r", "act('reduce')", "run.reduce", "Go back to the phase before"),
    key("K", "act('confirm-clock')", "run.confirm-clock", "Confirm the time after the clock jumped"),
    key("c", "act('close')", "run.close", "Close the run with a note"),
    key("A", "act('abort')", "run.abort", "Abort the run (no-go)"),
    key("T", "lead", "run.lead", "Hand the lead over, or take it: what is open is read back"),
    key("E", "redline", "run.redline", "Redline: follow the plan's file as it is now; shows what that voids"),
    key("P", "plan", "run.plan", "See the run's plan: its sections and rules"),
    key("L", "log", "run.log", "Read the run's log: findings, then everything that happened"),
    key("i", "catch_up", "run.catch-up", "Catch me up: what is new to me, what blocks, who waits for whom"),
    key("z", "undo", "run.undo", "Undo: take back the last item that you resolved"),
    key("y", "copy", "run.copy", "Copy where the run stands, with its head, for a chat"),
    key("Y", "copy_receipt", "run.copy-receipt", "Copy the last receipt: event number and hash"),
]
