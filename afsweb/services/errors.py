"""What can go wrong with the servers of a checkout; a class's docstring is the message that a person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class ServiceError(Refusal):
    """Something is wrong with a server of this checkout."""


class ServerMissing(ServiceError):
    """The embedded {server} is not installed: run `make setup`, or set {variable} to a server of your own."""


class ServerDidNotStart(ServiceError):
    """{server} did not start; the end of {log} says: {tail}"""


class PasswordDoesNotFit(ServiceError):
    """The data in {data} was made with another password than {secret} holds: put that file
    back, or move the data away."""


class DataOfOtherVersion(ServiceError):
    """The data in {data} was written by Postgres {found}, and this is Postgres {wanted}: dump it there, restore it
    here."""


class DataUnreachable(ServiceError):
    """Postgres cannot run as root, and the user it runs as cannot reach {data}: set AFS_HOME to a directory it can."""


class HomeNotMine(ServiceError):
    """{path} belongs to another user: run as that user, or set AFS_HOME to a directory of your own."""


class AlreadyRunning(ServiceError):
    """afsweb already runs for {home} at {address} (process {pid}); stop it with `afs stop`."""


class HomeJoined(ServiceError):
    """{home} joined the hub at {hub}, so no servers run for it: `afs worker` does jobs for that hub. For a hub of its
    own, set AFS_HOME to another directory."""


class NotRunning(ServiceError):
    """No afsweb runs for {home}: start it with `make run`."""


class AddressTaken(ServiceError):
    """Another program listens on {address}: set BIND to another host:port, or unset BIND to take the next
    free port."""


class PortTaken(ServiceError):
    """Another program listens on port {port}, which machines that joined use for {server}: stop it; or delete {file},
    which chooses another port, and join them anew."""


class DatabaseNotPrepared(ServiceError):
    """The tables could not be brought up to date (exit status {status}); the lines above say why."""
