"""`python -m rollout_tui` is the same as `rollout`."""

from rollout_tui.cli import entry

entry()
