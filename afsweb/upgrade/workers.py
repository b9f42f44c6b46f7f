"""Workers of another version: they take no more jobs, end those that they have, and are gone while tables change.

In SQL, of columns that every released version has: the tables may be older than this program's models.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from afsweb.backup.database import Connection, one

PAUSE = 0.5  # seconds between two looks at the jobs
# Longer than a lease: a job that nobody has spoken for in that time has lost its worker, and is not waited for.
RUNNING = "SELECT count(*) FROM core_job WHERE state = 'leased' AND heartbeat_at > now() - interval '1 minute'"
DRAIN = "UPDATE core_host SET state = 'draining' WHERE state = 'active' RETURNING id"
ACTIVATE = "UPDATE core_host SET state = 'active' WHERE state = 'draining' AND id = ANY(%s)"
# As `afsweb.core.jobs.leases.put_back` does it: the attempt does not count, and whoever still works has lost the lease.
PUT_BACK = """
    WITH back AS (
        UPDATE core_job SET state = CASE WHEN stop_requested_at IS NULL THEN 'queued' ELSE 'cancelled' END,
            finished_at = CASE WHEN stop_requested_at IS NULL THEN NULL ELSE now() END, lease = NULL,
            gpu_slot = NULL, host_id = NULL, worker = '', heartbeat_at = NULL, started_at = NULL,
            attempt = greatest(attempt - 1, 0)
        WHERE state = 'leased' RETURNING id)
    UPDATE core_call SET state = 'unknown' WHERE state = 'sent' AND job_id IN (SELECT id FROM back)"""
END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND pg_has_role(usesysid, 'MEMBER')"""


def drain(connection: Connection) -> list[int]:
    """Let no host take a job; the ids of those that this changed, for `activate`."""
    return [host_id for (host_id,) in connection.execute(DRAIN).fetchall()]


def activate(connection: Connection, hosts: list[int]) -> None:
    """Let these hosts take jobs again. A worker of another version takes none all the same."""
    connection.execute(ACTIVATE, [hosts])


def wait_for_jobs(connection: Connection, seconds: float, say: Callable[[str], None]) -> None:
    """Give running jobs `seconds` to end; those that run longer are put back in the line and go on later."""
    until, told = time.monotonic() + seconds, -1
    while (running := int(one(connection, RUNNING))) and time.monotonic() < until:
        if running != told:
            told = running
            say(f"waiting up to {seconds:g} s for {running} running job{'s' if running > 1 else ''}")
        time.sleep(PAUSE)


def put_back_jobs(connection: Connection) -> None:
    """Put back the jobs that still run, anywhere: whoever does them writes nothing any more."""
    connection.execute(PUT_BACK)


def end_sessions(connection: Connection) -> None:
    """End every other session of this database: none may hold a table that is to change."""
    connection.execute(END_SESSIONS)
