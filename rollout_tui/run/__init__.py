"""What happened, and what may happen next. Pure: no clock, no disk, no screen."""
