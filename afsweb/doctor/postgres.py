"""Does the database answer, may we work there, is it of our version, and how far is our clock from its clock?"""

from __future__ import annotations

import time
from collections.abc import Mapping

import psycopg
from psycopg.conninfo import make_conninfo

from afsweb.doctor.finding import Finding, bad, ok, warn

CHECK, CLOCK, VERSION = "postgres", "clock", "version"
PATIENCE = 5  # seconds until a server counts as out of reach
SLOW = 0.1  # seconds for one question; a job asks thousands
# Seconds. Leases go by the database's clock alone; certificates, logs and people go by ours.
SKEWED, WRONG = 2.0, 60.0
# What the answer says -> what to do. The first that fits counts.
FIXES = (
    (
        ("password authentication failed", "is not permitted to log in", "does not exist"),
        "The hub revoked this machine, or another one joined by its name: make a new token on the Hosts page, then "
        "`afs join`.",
    ),
    (
        ("no pg_hba.conf entry",),
        "The hub revoked this machine: make a new token on the Hosts page, then `afs join`. A server of your own needs "
        "a line for this address in its pg_hba.conf.",
    ),
    (
        ("Connection refused",),
        "Start the hub with `make run BIND=host:port`, which opens its Postgres to other machines; "
        "or start the tunnel to it.",
    ),
    (
        ("timeout", "timed out", "unreachable", "No route"),
        "Something on the way drops what is sent: let port {port} through the hub's firewall, "
        "or start the tunnel to it.",
    ),
    (
        ("certificate", "SSL", "ssl"),
        "Set sslmode and sslrootcert in DATABASE_URL as that server needs them, for example ?sslmode=verify-full.",
    ),
    (
        ("too many clients", "too many connections", "connection slots"),
        "Stop workers, or raise max_connections of that server.",
    ),
)


def check_postgres(server: Mapping[str, str], version: str) -> list[Finding]:
    """Connect with `server` (libpq's names) as workers do; `version` is ours."""
    place = f"{server.get('host')}:{server.get('port')}"
    try:
        with psycopg.connect(_conninfo(server), autocommit=True) as connection:
            return [_answers(connection, place), _clock(connection), _version(connection, version)]
    except psycopg.Error as error:
        return [bad(CHECK, f"Postgres at {place} does not let us in: {_first_line(error)}", _fix(str(error), server))]


def _conninfo(server: Mapping[str, str]) -> str:
    return make_conninfo("", **{**server, "connect_timeout": str(PATIENCE)})


def _answers(connection: psycopg.Connection, place: str) -> Finding:
    took = min(_ask(connection)[1] for _ in range(3))
    if took > SLOW:
        return warn(CHECK, f"Postgres at {place} takes {took:.2f} s to answer.", "Use a nearer network for the hub.")
    return ok(CHECK, f"Postgres at {place} answers in {took * 1000:.0f} ms.")


def _ask(connection: psycopg.Connection) -> tuple[float, float]:
    """How far our clock is ahead of the database's, and how long the question took; both in seconds."""
    before, start = time.time(), time.monotonic()
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    took = time.monotonic() - start
    assert row is not None
    return before + took / 2 - float(row[0]), took


def _clock(connection: psycopg.Connection) -> Finding:
    ahead, _ = min((_ask(connection) for _ in range(3)), key=lambda asked: asked[1])
    return judge_clock(ahead)


def judge_clock(ahead: float) -> Finding:
    """`ahead`: seconds by which our clock is ahead of the database's (negative: behind)."""
    text = f"This machine's clock is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} the database's."
    fix = "Have the system set its clock from the network (NTP); in WSL2, `sudo hwclock -s` after a sleep."
    if abs(ahead) > WRONG:
        return bad(CLOCK, text, fix)
    return warn(CLOCK, text, fix) if abs(ahead) > SKEWED else ok(CLOCK, text)


def _version(connection: psycopg.Connection, version: str) -> Finding:
    try:
        row = connection.execute("SELECT code_version FROM core_installation").fetchone()
    except psycopg.errors.UndefinedTable:
        return bad(
            VERSION, "The database has no tables of this version.", "Start the hub, which brings them up to date."
        )
    theirs = row[0] if row else version
    if theirs != version:
        return bad(
            VERSION,
            f"The hub is version {theirs}, this machine {version}: it takes no jobs.",
            f"Install version {theirs} here, then start the workers again; or upgrade the hub.",
        )
    return ok(VERSION, f"Hub and machine are version {version}.")


def _fix(said: str, server: Mapping[str, str]) -> str:
    fix = next((fix for signs, fix in FIXES if any(sign in said for sign in signs)), "Read what it says.")
    return fix.format(port=server.get("port"))


def _first_line(error: Exception) -> str:
    return " ".join(str(error).splitlines()[:1]).strip() or type(error).__name__
