"""The embedded servers of a home; one that the environment names (DATABASE_URL, REDIS_URL) stays off."""

from __future__ import annotations

from pathlib import Path

from afsweb.env import env_str
from afsweb.services.accounts import SYSTEM_DIR, can_reach, server_account
from afsweb.services.binaries import postgres_binaries, valkey_binary
from afsweb.services.home import Home
from afsweb.services.postgres import Postgres
from afsweb.services.processes import free_port
from afsweb.services.valkey import Valkey


def embedded_postgres(home: Home) -> Postgres | None:
    """The home's Postgres on a port that is free now, or None when DATABASE_URL (or its _FILE) names another."""
    if env_str("DATABASE_URL", "") or env_str("DATABASE_URL_FILE", ""):
        return None
    place = postgres_place(home)
    account = server_account(place)
    return Postgres(place, postgres_binaries(account), account, home.secret("postgres"), free_port())


def embedded_valkey(home: Home) -> Valkey | None:
    """The home's Valkey on a port that is free now, or None when REDIS_URL (or its _FILE) names another."""
    if env_str("REDIS_URL", "") or env_str("REDIS_URL_FILE", ""):
        return None
    return Valkey(home.root / "valkey", valkey_binary(), home.secret("valkey"), free_port())


def postgres_place(home: Home) -> Path:
    """Where the data lie: in the home; for root with a closed home (a checkout under /root) in a place of its own.

    That place goes by an id kept in the home, so that a new checkout at an old path never meets the old one's data.
    """
    inside = home.root / "postgres"
    moved_out = (home.root / "secrets" / "place").exists()
    if moved_out or (not inside.exists() and not can_reach(home.root, server_account(inside))):
        return SYSTEM_DIR / home.secret("place")[:16]
    return inside
