"""How a run is kept: one append-only TOML file, chained by hashes (see FORMAT.md beside this)."""
