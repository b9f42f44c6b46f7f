"""The embedded servers of a home; one that the environment names (DATABASE_URL, REDIS_URL) stays off."""

from __future__ import annotations

from pathlib import Path

from afsweb.env import env_str
from afsweb.services.accounts import SYSTEM_DIR, can_reach, server_account
from afsweb.services.address import LOOPBACK
from afsweb.services.binaries import postgres_binaries, valkey_binary
from afsweb.services.errors import PortTaken
from afsweb.services.home import Home, write_private
from afsweb.services.postgres import Postgres
from afsweb.services.processes import free_port, is_free
from afsweb.services.valkey import Valkey


def embedded_postgres(home: Home, listen: tuple[str, ...] = LOOPBACK) -> Postgres | None:
    """The home's Postgres, or None when DATABASE_URL (or its _FILE) names another. Raises PortTaken."""
    if env_str("DATABASE_URL", "") or env_str("DATABASE_URL_FILE", ""):
        return None
    place = postgres_place(home)
    account = server_account(place)
    port = port_for("postgres", home, listen)
    return Postgres(place, postgres_binaries(account), account, home.secret("postgres"), port, listen=listen)


def embedded_valkey(home: Home, listen: tuple[str, ...] = LOOPBACK) -> Valkey | None:
    """The home's Valkey, or None when REDIS_URL (or its _FILE) names another. Raises PortTaken."""
    if env_str("REDIS_URL", "") or env_str("REDIS_URL_FILE", ""):
        return None
    port = port_for("valkey", home, listen)
    return Valkey(home.root / "valkey", valkey_binary(), home.secret("valkey"), port, listen)


def port_for(server: str, home: Home, listen: tuple[str, ...]) -> int:
    """A port that is free now; for other machines always the same one, because they remember it. Raises PortTaken."""
    if listen == LOOPBACK:
        return free_port()
    kept = home.root / f"{server}.port"
    if not kept.exists():
        write_private(kept, str(free_port(listen[-1])))
    port = int(kept.read_text())
    if not all(is_free(host, port) for host in listen):
        raise PortTaken(port=port, server=server.capitalize(), file=kept)
    return port


def postgres_place(home: Home) -> Path:
    """Where the data lie: in the home; for root with a closed home (a checkout under /root) in a place of its own.

    That place goes by an id kept in the home, so that a new checkout at an old path never meets the old one's data.
    """
    inside = home.root / "postgres"
    moved_out = (home.root / "secrets" / "place").exists()
    if moved_out or (not inside.exists() and not can_reach(home.root, server_account(inside))):
        return SYSTEM_DIR / home.secret("place")[:16]
    return inside
