"""A run told to people who were not there: one report of it, and one file a format."""
