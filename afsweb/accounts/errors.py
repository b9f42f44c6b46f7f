"""What can go wrong with people and passwords. Each docstring is the message that a person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class AccountError(Refusal):
    """Something about this account is not possible."""


class LastAdmin(AccountError):
    """{name} is the last active admin. Make somebody else an admin first, or nobody could let anyone in."""


class TooManyTries(AccountError):
    """Too many log-in tries {scope} in the last hour. Wait {minutes} min. Other places are not affected."""

    def __init__(self, scope: str, seconds: int) -> None:
        super().__init__(scope=scope, minutes=max(1, -(-seconds // 60)))
        self.seconds = max(1, seconds)


class TriesUnknown(AccountError):
    """Log-in is closed for the moment: failed tries cannot be counted. It opens by itself when Valkey answers."""
