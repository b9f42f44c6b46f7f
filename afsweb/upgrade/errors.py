"""What can stand in the way of an upgrade; a class's docstring is the message that a person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class UpgradeError(Refusal):
    """Something is wrong with an upgrade."""


class NothingInstalled(UpgradeError):
    """There is nothing to upgrade in {home}: `afs up` makes an install there."""


class NotReady(UpgradeError):
    """The upgrade was not begun and nothing was changed; put right what is marked “no” above, then run it again."""


class TablesNotChanged(UpgradeError):
    """The tables could not be brought up to date (exit status {status}); the lines above say why. Nothing is lost: the
    backup is {backup}. To go back, install the version from before, set AFS_HOME to a new folder, and
    `afs restore {backup}` there."""
