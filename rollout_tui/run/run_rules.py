"""The numbers of the rules that a run is decided by: its header carries one, so that an old run goes on by its own.

A refusal, a blocker or a fold that came later asks for the number that brought it. What only a newer number refuses is
told of an older run as a finding by today's rules, never as something that does not follow.
"""

ONE_MOMENT = 2
"""An act is decided and stamped at one moment, cut to milliseconds."""

BOOT_TIME = 2
"""Each entry says its boot and the time since then; no gate opens on a clock that stepped against them."""

EVIDENCE_OF_ANY = 2
"""Evidence belongs to any entry, not to sign-offs alone."""

CLAIMED_TIME = 2
"""What is claimed to have happened earlier did not happen before the run began."""

RULES = 2
"""The number that a run gets that starts today."""
