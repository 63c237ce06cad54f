"""The numbers of the rules that a run is decided by: its header carries one, so that an old run goes on by its own.

A refusal, a blocker or a fold that came later asks for the number that brought it. What only a newer number refuses is
told of an older run as a finding by today's rules, never as something that does not follow.
"""

ONE_MOMENT = 2
"""An act is decided and stamped at one moment, cut to milliseconds."""

HEALTH = 2
"""A rollback and whatever takes the release out stop a soak; a breach counts from anywhere after the go."""

BREACH_BLOCKS = 2
"""A breach blocks starts, migration steps, the end of validation, cleanup and the close."""

WINDOW = 2
"""A go and a start outside the maintenance window are blocked until an override goes past that."""

HOLD_TAKES_RECORDS = 2
"""A hold blocks beginning, and no longer the sign-off of a migration step that was done all the same."""

EXPOSURE_BY_TWO = 2
"""Where two promoted a phase, the next one is started soon after, or by two again."""

SAME_PERSON = 2
"""Names are compared however they are written."""

BOOT_TIME = 2
"""Each entry says its boot and the time since then; no gate opens on a clock that stepped against them."""

EVIDENCE_OF_ANY = 2
"""Evidence belongs to any entry, not to sign-offs alone."""

CLAIMED_TIME = 2
"""What is claimed to have happened earlier did not happen before the run began."""

REASON_LATER = 3
"""A rollback and a hold begin without a reason, which is due before they end."""

DEPLOYED = 3
"""What a rollback's steps did not take back is asked for when it ends, and what nobody knows blocks until it is."""

NOTE_AFTER_CLOSE = 3
"""A closed run takes notes, which say that they came after."""

READING_RANGE = 3
"""A reading lies in the range of its unit: -1, which often stands for no data, is none."""

NOT_AHEAD = 3
"""What was read at a time that is still to come, by a clock that was ahead, is not fresh."""

OBSERVED_SOAK = 3
"""Where the plan has probes, a soak counts only while all its metrics were seen."""

ANCHORS = 3
"""A head of the log can be anchored, also once the run is closed."""

IDENTITY = 3
"""A plan says by what two people are told apart where two have to agree."""

RULES = 3
"""The number that a run gets that starts today."""
