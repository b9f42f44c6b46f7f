"""Are the names of the servers known here?"""

from __future__ import annotations

import socket
from collections.abc import Iterable

from afsweb.doctor.finding import Finding, bad, ok

CHECK = "names"


def check_names(hosts: Iterable[str]) -> list[Finding]:
    """One finding for each name that cannot be resolved, or one that all can."""
    known, unknown = [], []
    for host in sorted({host for host in hosts if host}):
        try:
            socket.getaddrinfo(host, None)
            known.append(host)
        except (OSError, UnicodeError) as error:
            unknown.append((host, getattr(error, "strerror", None) or "no name of a machine"))
    faults = [
        bad(
            CHECK,
            f"“{host}” cannot be resolved ({reason}).",
            f"Connect to the network or the VPN that knows “{host}”, or give it a line in the hosts file; "
            "or join by the hub's address in numbers.",
        )
        for host, reason in unknown
    ]
    return faults or [ok(CHECK, f"Resolved: {', '.join(known) or 'nothing to resolve'}.")]
