"""Signing: what people say, signed by the SSH keys that they have, and such signatures verified."""
