"""What a person may ask of a channel and cannot have, and why a delivery did not arrive."""

from __future__ import annotations

from afsweb.refusal import Refusal


class ChannelError(Refusal):
    """This cannot be done with the channel."""


class NoMailServer(ChannelError):
    """This hub sends no e-mail: its admin sets AFS_SMTP_URL first (docs/notifications.md)."""


class NoAddressOfMine(ChannelError):
    """Your profile has no e-mail address: enter it there first."""


class OneEmailIsEnough(ChannelError):
    """“{name}” sends to your e-mail address already: choose there what it tells you of."""


class ChannelNamedSo(ChannelError):
    """You have a channel “{name}” already: give this one another name."""


class TooManyChannels(ChannelError):
    """You have {most} channels, which is the most: delete one first."""


class NotAWebhook(ChannelError):
    """This is no address of a webhook: {reason}. It looks like https://example.org/hook."""


class TestUnderWay(ChannelError):
    """A test of “{name}” is on its way already: its outcome will stand here."""

    __test__ = False  # no class of tests


class NotDelivered(Exception):
    """It did not arrive, or nobody knows whether it did.

    `is_final`: another try would end the same way. `is_unknown`: it may have arrived. `is_ours`: it never left, by no
    fault of the channel. `after`: seconds that the receiver asked us to wait.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_final: bool = False,
        is_unknown: bool = False,
        is_ours: bool = False,
        after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.is_final, self.is_unknown, self.is_ours, self.after = is_final, is_unknown, is_ours, after
