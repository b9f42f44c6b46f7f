"""A network that leads to public addresses only: the way out of the hub to addresses that a person has typed.

A name is looked up once, every address it has is checked, and the socket is opened to one of the very addresses that
were checked: a name that answers differently the next time (DNS rebinding) has no next time. Whatever way an address
is written in (0x7f.1, 2130706433, ::ffff:127.0.0.1), it is the address the system would connect to that is checked.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

# https://www.iana.org/assignments/ipv6-address-space: the public addresses are all of 2000::/3. Those of it that carry
# an IPv4 address (6to4, Teredo) or are for documentation and the like stand here; so does what `is_global` of an older
# Python does not know (https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry).
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
NEVER: tuple[Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        ("192.88.99.0/24", "192.0.0.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)


class Refused(Exception):
    """The address is not one that the hub connects to."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of `host`, as the system finds them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_allowed(text: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether the hub connects to this address: one of `allowed`, or a public one that leads nowhere else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if any(address in network for network in allowed):
        return True
    if any(address in network for network in NEVER) or address.is_multicast or not address.is_global:
        return False
    return address.version == 4 or address in PUBLIC_V6


class GuardedNetwork(httpcore.NetworkBackend):
    """httpcore's way to open sockets, for public addresses and those of `allowed`; all of it within `seconds`."""

    def __init__(self, allowed: Sequence[Network], seconds: float, resolver: Resolve = resolve) -> None:
        self.allowed, self.resolver = allowed, resolver
        self.until = time.monotonic() + seconds
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises Refused, and httpcore's ConnectError and ConnectTimeout."""
        try:
            addresses = self.resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from error
        for address in addresses:
            if not is_allowed(address, self.allowed):
                raise Refused(f"{host} is {address}, which is no public address")
        return self._connect(addresses, port, timeout, local_address, socket_options)

    def _connect(self, addresses: Sequence[str], port: int, timeout: float | None, *how: Any) -> httpcore.NetworkStream:
        """To the first that answers."""
        failed: Exception = httpcore.ConnectError("the name has no address")
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(address, port, left(self.until, timeout), *how)
            except httpcore.ConnectError as error:
                failed = error
            else:
                return TimedStream(stream, self.until)
        raise failed

    def connect_unix_socket(self, *_args: Any, **_options: Any) -> httpcore.NetworkStream:
        raise Refused("a socket of this machine is no public address")


class TimedStream(httpcore.NetworkStream):
    """A stream that ends at one moment, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(self._until, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, left(self._until, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, left(self._until, timeout))
        return TimedStream(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def left(
    until: float, at_most: float | None = None, late: type[httpcore.TimeoutException] = httpcore.ConnectTimeout
) -> float:
    """Seconds until then. Raises `late` when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise late("it took too long")
    return seconds if at_most is None else min(seconds, at_most)
