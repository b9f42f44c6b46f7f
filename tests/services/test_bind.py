"""`BIND` on an address of other machines opens the servers there too, with passwords; without it they stay closed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from afsweb.services.address import LOOPBACK, beside
from afsweb.services.errors import PortTaken
from afsweb.services.home import Home
from afsweb.services.processes import free_port
from afsweb.services.servers import port_for
from tests.services.conftest import Afs


def outer_address() -> str:
    """An address of this machine that is not loopback."""
    found = [one.address for ones in psutil.net_if_addrs().values() for one in ones if one.family == socket.AF_INET]
    outside = [address for address in found if not address.startswith("127.")]
    if not outside:
        pytest.skip("this machine has no address but loopback")
    return str(outside[0])


def login(url: str, **changes: str) -> None:
    """Connect as `url` says but for `changes`, and leave."""
    psycopg.connect(psycopg.conninfo.make_conninfo(url, **changes)).close()


@pytest.mark.parametrize(
    ("host", "listen"), [("127.0.0.1", LOOPBACK), ("127.0.0.2", LOOPBACK), ("::1", LOOPBACK), ("0.0.0.0", ("0.0.0.0",))]
)
def test_servers_listen_where_the_site_does(host: str, listen: tuple[str, ...]) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        assert beside(listener) == listen


def test_servers_listen_on_the_address_of_bind_and_on_loopback() -> None:
    address = outer_address()
    with socket.create_server((address, 0)) as listener:
        assert beside(listener) == ("127.0.0.1", address)


def test_ports_that_machines_remember_stay_the_same(tmp_path: Path) -> None:
    home = Home(tmp_path)
    listen = ("127.0.0.1", outer_address())
    port = port_for("postgres", home, listen)
    assert port_for("postgres", home, listen) == port
    assert port_for("valkey", home, listen) != port


def test_a_remembered_port_that_another_program_took_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    listen = ("127.0.0.1", outer_address())
    port = port_for("valkey", home, listen)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(PortTaken, match=f"port {port}.*Valkey.*valkey.port"):
        port_for("valkey", home, listen)


def test_bind_opens_the_servers_to_joined_machines_and_to_nobody_else(make_afs: Callable[..., Afs]) -> None:
    address = outer_address()
    afs = make_afs(BIND=f"{address}:{free_port(address)}", AFS_ALLOWED_HOSTS=address)
    afs.up()
    url = afs.state()["DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
        login(url, host=address)  # the hub's own user, with its right password
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE afsweb_hosts NOLOGIN")
        connection.execute("CREATE ROLE a_machine LOGIN PASSWORD 'secret' IN ROLE afsweb_hosts")
    login(url, host=address, user="a_machine", password="secret")
    with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
        login(url, host=address, user="a_machine", password="secret", dbname="postgres")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(host=address, port=int(afs.state()["REDIS_URL"].rpartition(":")[2].partition("/")[0])).ping()


def test_without_bind_the_servers_are_loopback_alone(shared_afs: Afs) -> None:
    pids = shared_afs.pids()
    for server in ("postgres", "valkey"):
        sockets = psutil.Process(pids[server]).net_connections()
        assert {one.laddr.ip for one in sockets if one.status == "LISTEN"} == {"127.0.0.1"}
