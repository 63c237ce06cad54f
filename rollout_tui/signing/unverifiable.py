"""That signatures can't be verified on this machine."""

from ..errors import RolloutError


class Unverifiable(RolloutError):
    """There is nothing here that verifies signatures, or it can't do these; the message says why (exit code 1)."""

    def __init__(self, message: str) -> None:
        hint = "Install OpenSSH 8.2 or newer (ssh-keygen), or the package cryptography: rollout-tui[signing]."
        super().__init__(message, hint)
