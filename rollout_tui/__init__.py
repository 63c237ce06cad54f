"""Rollout TUI: walk a deployment & rollout plan, and keep a record that an auditor can trust."""

__version__ = "0.1.0"
JOURNAL_FORMAT = "rollout-journal/1"
"""The format of the journals that this version writes."""
EVENT_NAMESPACE = "rollout-event/1@rollout"
HEADER_NAMESPACE = "rollout-header/1@rollout"
"""What a signature over the words of an event, or of a header, names as its purpose."""
