"""A run told to people who were not there: one account of it, and one file a format."""
