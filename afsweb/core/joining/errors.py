"""What can go wrong when a machine joins or leaves. Each docstring is the message that a person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class JoiningError(Refusal):
    """A machine cannot join or leave."""


class InviteUnknown(JoiningError):
    """The hub does not know this token, or it was used, or it is older than an hour: make a new one on the Hosts
    page."""


class NoSuchHostName(JoiningError):
    """“{name}” cannot name a machine: give 1 to 50 letters, digits, dots, hyphens and underscores."""


class HubIsAHost(JoiningError):
    """“{host}” takes jobs as the hub's own machine, so no other machine can join by that name: choose another name."""


class RolesNotAllowed(JoiningError):
    """The hub may not make roles in its Postgres ({reason}): give its user the right CREATEROLE, then try again."""


class BellAway(JoiningError):
    """The hub's Valkey does not answer ({reason}), so the machine gets no user there: start it, then try again."""


class BellUserStays(JoiningError):
    """“{host}” can do nothing in Postgres and over HTTP any more, but its user in Valkey could not be dropped
    ({reason}): revoke it again when Valkey answers."""
