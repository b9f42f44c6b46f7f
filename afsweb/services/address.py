"""Where the site listens: BIND, or 127.0.0.1 and port 8000 or the next free one; and its servers beside it."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterable

from afsweb.env import SettingError, env_str
from afsweb.services.errors import AddressTaken

HOST, PORTS = "127.0.0.1", range(8000, 8100)
LOOPBACK = (HOST,)
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def open_socket() -> socket.socket:
    """The listening socket, which the supervisor keeps, so that a restart of the web server refuses nobody.

    Raises `SettingError` for a BIND that is no host:port, `AddressTaken` when somebody else listens there.
    """
    bind = env_str("BIND", "")
    if not bind:
        return _first_free(HOST, PORTS)
    host, _, port = bind.rpartition(":")
    if not port.isdigit() or int(port) > 65535 or not host:
        raise SettingError(f"BIND is “{bind}”, which is no address: write host:port, for example 127.0.0.1:8000.")
    return _first_free(host.strip("[]"), [int(port)])


def _first_free(host: str, ports: Iterable[int]) -> socket.socket:
    for port in ports:
        try:
            return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                why = str(error.strerror).partition(" (")[0]
                raise SettingError(f"BIND is {host}:{port}, where nothing can listen ({why}): correct it.") from None
            taken = port
    raise AddressTaken(address=f"{host}:{taken}")


def address_of(listener: socket.socket) -> str:
    """The address for a browser on this machine, without a slash at its end."""
    host, port = listener.getsockname()[:2]
    host = EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def beside(listener: socket.socket) -> tuple[str, ...]:
    """Where the embedded servers listen: on this machine, and where others reach the site when BIND lets them."""
    host = str(listener.getsockname()[0])
    if ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        return LOOPBACK
    if host in EVERYWHERE:
        return ("0.0.0.0", "::") if ":" in host else ("0.0.0.0",)
    return (HOST, host)
