"""The Valkey user of a machine: it hears and rings the bells of the queues, and reads and writes nothing else."""

from __future__ import annotations

import hashlib
from urllib.parse import quote, urlsplit

import redis
from django.conf import settings

from afsweb.core.joining.errors import BellAway

# What rq's queues and workers use (rq 2.12), beside connecting. No scripts, no listing of keys, no settings.
COMMANDS = (
    "exists",
    "expire",
    "persist",
    "ttl",
    "pttl",
    "del",
    "unlink",
    "type",
    "hset",
    "hmset",
    "hget",
    "hgetall",
    "hmget",
    "hdel",
    "hexists",
    "hincrby",
    "hincrbyfloat",
    "sadd",
    "srem",
    "smembers",
    "sismember",
    "scard",
    "rpush",
    "lpush",
    "lrem",
    "llen",
    "lrange",
    "lpos",
    "blpop",
    "lpop",
    "zadd",
    "zrem",
    "zcard",
    "zscore",
    "zrange",
    "zrangebyscore",
    "zremrangebyscore",
    "zcount",
    "multi",
    "exec",
    "discard",
    "watch",
    "unwatch",
)
RULES = ("reset", "on", "~rq:*", "-@all", "+@connection", "-@dangerous", *(f"+{name}" for name in COMMANDS))


def make_bell_user(name: str, password: str) -> None:
    """Make the user, or give the one of that name a new password. Raises BellAway."""
    digest = hashlib.sha256(password.encode()).hexdigest()
    try:
        with _connect() as valkey:
            _acl(valkey, "SETUSER", name, *RULES, f"#{digest}")
            _keep(valkey)
    except redis.RedisError as error:
        raise BellAway(reason=error) from None


def drop_bell_user(name: str) -> None:
    """Drop the user and cut its connections. Raises BellAway."""
    try:
        with _connect() as valkey:
            _acl(valkey, "DELUSER", name)
            _keep(valkey)
    except redis.RedisError as error:
        raise BellAway(reason=error) from None


def bell_url(name: str, password: str, host: str) -> str:
    """Where the machine finds Valkey: as the hub does, with its own user; `host` in the place of a loopback one."""
    parts = urlsplit(settings.REDIS_URL)
    return parts._replace(netloc=f"{name}:{quote(password, safe='')}@{host}:{parts.port or 6379}").geturl()


def bell_host() -> str:
    """The host by which the hub itself finds Valkey."""
    return urlsplit(settings.REDIS_URL).hostname or ""


def _connect() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5)


def _keep(valkey: redis.Redis) -> None:
    """Have users outlive a restart: the embedded server has a file for them; one without keeps them in its settings."""
    try:
        _acl(valkey, "SAVE")
    except redis.ResponseError:
        valkey.config_rewrite()


def _acl(valkey: redis.Redis, *words: str) -> None:
    valkey.execute_command("ACL", *words)  # type: ignore[no-untyped-call]
