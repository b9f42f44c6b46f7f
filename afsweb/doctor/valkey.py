"""Does Redis answer, and may we hear its bells there?"""

from __future__ import annotations

from urllib.parse import urlsplit

import redis

from afsweb.doctor.finding import Finding, bad, ok

CHECK = "redis"
PATIENCE = 5  # seconds
JOIN = (
    "The hub revoked this machine, or another one joined by its name: make a new token on the Hosts page, "
    "then `afs join`."
)


def check_valkey(url: str) -> list[Finding]:
    """Connect as workers do, and look at the list of queues. Without it jobs start seconds later, none is lost."""
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port or 6379}"
    client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        client.ping()
        client.exists("rq:queues")
    except (redis.AuthenticationError, redis.exceptions.NoPermissionError) as error:
        return [bad(CHECK, f"Redis at {place} does not let us in: {error}", JOIN)]
    except redis.TimeoutError:
        fix = f"Let port {parts.port} through the hub's firewall, or start the tunnel to it."
        return [bad(CHECK, f"Redis at {place} does not answer within {PATIENCE} s.", fix)]
    except redis.RedisError as error:
        fix = "Start the hub with `make run BIND=host:port`, which opens its Valkey too; or start the tunnel to it."
        return [bad(CHECK, f"Redis at {place} does not answer: {error}", fix)]
    finally:
        client.close()
    return [ok(CHECK, f"Redis at {place} answers.")]
