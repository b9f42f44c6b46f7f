"""The embedded Valkey: a password that no process list shows, loopback only, writes that outlive a kill."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import redis

from afsweb.services.binaries import valkey_binary
from afsweb.services.errors import ServerDidNotStart
from afsweb.services.processes import free_port
from afsweb.services.valkey import Valkey
from tests.servers import running


@pytest.fixture
def server(tmp_path: Path) -> Valkey:
    server = Valkey(tmp_path / "a place", valkey_binary(), "p@ss/word", free_port())
    server.prepare()
    return server


def test_asks_for_the_password_which_the_command_line_lacks(server: Valkey, tmp_path: Path) -> None:
    with running(server.program(), tmp_path / "log", server.wait) as process:
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=server.port).ping()
        assert server.password not in " ".join(psutil.Process(process.pid).cmdline())
        sockets = psutil.Process(process.pid).net_connections()
        listening = {found.laddr.ip for found in sockets if found.status == "LISTEN"}
        assert listening == {"127.0.0.1"}
        assert redis.Redis.from_url(server.url()).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert server.config.stat().st_mode & 0o777 == 0o600


def test_writes_outlive_a_kill(server: Valkey, tmp_path: Path) -> None:
    with running(server.program(), tmp_path / "log", server.wait) as process:
        redis.Redis.from_url(server.url()).rpush("ring", "one", "two")
        process.kill()
        process.wait()
    with running(server.program(), tmp_path / "log", server.wait):
        assert redis.Redis.from_url(server.url()).lrange("ring", 0, -1) == [b"one", b"two"]


def test_start_that_fails_shows_the_log(server: Valkey, tmp_path: Path) -> None:
    with running(server.program(), tmp_path / "log", server.wait):
        late = replace(server, place=tmp_path / "other", password="other")
        late.prepare()
        late_start = running(late.program(), tmp_path / "late", late.wait)
        with pytest.raises(ServerDidNotStart, match="Address already in use"), late_start:
            pass


def test_users_of_machines_outlive_a_restart_and_a_new_password_of_ours(server: Valkey, tmp_path: Path) -> None:
    with running(server.program(), tmp_path / "log", server.wait):
        ours = redis.Redis.from_url(server.url())
        ours.acl_setuser("a-machine", enabled=True, passwords=["+secret"], keys=["rq:*"], commands=["+ping"])
        ours.acl_save()
    changed = replace(server, password="another")
    changed.prepare()
    with running(changed.program(), tmp_path / "log", changed.wait):
        assert redis.Redis(port=server.port, username="a-machine", password="secret").ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(server.url()).ping()
    assert server.users.stat().st_mode & 0o777 == 0o600
