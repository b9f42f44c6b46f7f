"""What can stand in the way of a backup; a class's docstring is the message that a person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class BackupUnderWay(Refusal):
    """A backup is being made already: {title}. Wait for it, or stop it on its page, {url}."""


class NoWorkerHere(Refusal):
    """A backup is made by a worker of the hub's own machine, and none of {host} has signed in: `afs up` starts one.
    `afs backup` makes one without a worker."""
