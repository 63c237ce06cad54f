"""The subjects of a run: each with its events, intents, checks and decisions, its part of the fold, and its words."""
