"""A start that cannot go well is refused before it begins, with one sentence that says what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from afsweb.env import SettingError
from afsweb.services import address
from afsweb.services.address import address_of, open_socket
from afsweb.services.errors import AddressTaken, HomeNotMine
from afsweb.services.home import CHECKOUT, Home
from afsweb.services.processes import free_port
from tests.services.conftest import Afs


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"AFS_DB_POOL": "many"}, "AFS_DB_POOL is “many”, which is not a whole number"),
        ({"AFS_ENVIRONMENT": "prod"}, "AFS_ENVIRONMENT is “prod”, which is not a known choice"),
        ({"AFS_ENVIRONMENT": "production", "AFS_DEBUG": "1"}, "AFS_DEBUG is on in production"),
        ({"DATABASE_URL": "mysql://host/name"}, "DATABASE_URL does not name a Postgres"),
        ({"BIND": "everywhere"}, "BIND is “everywhere”, which is no address"),
    ],
)
def test_wrong_setting_stops_the_start(make_afs: Callable[..., Afs], settings: dict[str, str], sentence: str) -> None:
    afs = make_afs(**settings)
    refused = afs.run("up")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"afs: {sentence}")
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


@pytest.mark.parametrize("settings", [{"AFS_DEBUG": "perhaps"}, {"AFS_ENVIRONMENT": "production"}])
def test_manage_py_refuses_with_one_sentence(settings: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "check"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("AFS_")}
    refused = subprocess.run(command, env=env | settings, cwd=CHECKOUT, capture_output=True, text=True)
    assert refused.returncode == 1
    assert refused.stderr.startswith("AFS_")
    assert refused.stderr.count("\n") == 1


def test_next_free_port_without_bind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIND", raising=False)
    with open_socket() as any_free:
        assert address_of(any_free).startswith("http://127.0.0.1:8")
    ports = [free_port()]  # of our own: houses of other tests come and go at the usual ones
    monkeypatch.setattr(address, "PORTS", ports)
    with open_socket() as first:
        ports.append(free_port())
        with open_socket() as second:
            assert [first.getsockname()[1], second.getsockname()[1]] == ports


def test_taken_bind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("BIND", f"127.0.0.1:{other.getsockname()[1]}")
        with pytest.raises(AddressTaken, match="Another program listens on 127"):
            open_socket()


@pytest.mark.parametrize("bind", ["8000", ":8000", "host:", "127.0.0.1:port", "127.0.0.1:70000", "no such host:8000"])
def test_bind_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    monkeypatch.setenv("BIND", bind)
    with pytest.raises(SettingError, match=r"^BIND "):
        open_socket()


@pytest.mark.parametrize(("bind", "address"), [("0.0.0.0:0", "http://127.0.0.1:"), ("[::1]:0", "http://[::1]:")])
def test_bind_names_host_and_port(monkeypatch: pytest.MonkeyPatch, bind: str, address: str) -> None:
    monkeypatch.setenv("BIND", bind)
    with open_socket() as listener:
        assert address_of(listener).startswith(address)


def test_home_of_another_user_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    message = as_somebody_else(tmp_path, lambda: home.secret("key"))
    assert message == str(HomeNotMine(path=home.root / "secrets" / "key"))
    assert as_somebody_else(tmp_path, home.prepare) == str(HomeNotMine(path=home.root))


def as_somebody_else(directory: Path, action: Callable[[], object]) -> str:
    """What `action` raises for a user who does not own `directory`."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    for path in (directory, *directory.parents):
        if path.stat().st_mode & 0o001 == 0:
            path.chmod(path.stat().st_mode | 0o001)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        try:
            action()
        except HomeNotMine as error:
            os.write(writer, str(error).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        return told.read()
