"""Settings from the environment, read strictly: a wrong value is refused with one plain sentence. Imports no Django."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
RUN_FILE, JOINED_FILE = "run.json", "host.json"
# Port 1 (tcpmux) answers nowhere: commands that need no server still start, and none talks to a stranger's server.
NO_DATABASE, NO_REDIS = "postgresql://afs@127.0.0.1:1/afsweb", "redis://127.0.0.1:1/0"


class SettingError(Exception):
    """A setting is wrong; the text says what is wrong and what to do, in one sentence."""


def env_str(name: str, default: str) -> str:
    """The variable's text without surrounding space; `default` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off; anything else raises `SettingError`."""
    value = env_str(name, "").lower()
    if not value:
        return default
    if value not in TRUE + FALSE:
        raise SettingError(f"{name} is “{value}”, which is neither on nor off: set it to 1 or 0, or unset it.")
    return value in TRUE


def env_int(name: str, default: int, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """A whole number from `minimum` to `maximum` (both allowed); anything else raises `SettingError`."""
    value = env_str(name, "")
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise SettingError(f"{name} is “{value}”, which is not a whole number: set it to one, or unset it.") from None
    if minimum is not None and number < minimum:
        raise SettingError(f"{name} is {number}, which is too small: the least allowed is {minimum}.")
    if maximum is not None and number > maximum:
        raise SettingError(f"{name} is {number}, which is too large: the most allowed is {maximum}.")
    return number


def env_amount(name: str) -> float | None:
    """A number of 0 or more; None when it is unset. Raises `SettingError` for anything else."""
    value = env_str(name, "")
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise SettingError(f"{name} is “{value}”, which is no amount: set it to one such as 0.35, or unset it.")
    return number


def env_choice(name: str, choices: Sequence[str], default: str) -> str:
    """One of `choices`, exactly as written there; anything else raises `SettingError`."""
    value = env_str(name, default)
    if value not in choices:
        raise SettingError(f"{name} is “{value}”, which is not a known choice: set it to one of {', '.join(choices)}.")
    return value


def env_list(name: str, default: Sequence[str] = ()) -> list[str]:
    """The values between commas, without surrounding space; `default` when the variable is unset or empty."""
    value = env_str(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] if value else list(default)


def env_folder(name: str) -> Path | None:
    """The absolute path in the variable; None when it is unset or empty. Raises `SettingError` for a relative one."""
    value = env_str(name, "")
    return _absolute(name, value) if value else None


def env_folders(name: str) -> list[Path]:
    """The absolute paths between commas. Raises `SettingError` for a relative one."""
    return [_absolute(name, value) for value in env_list(name, [])]


def _absolute(name: str, value: str) -> Path:
    if not Path(value).is_absolute():
        raise SettingError(f"{name} names “{value}”, which depends on where a program starts: write the whole path.")
    return Path(value)


def env_secret(name: str, default: str | None = None) -> str:
    """A secret from the variable, or from the file that `NAME_FILE` names. Raises `SettingError` when there is none."""
    value, path = env_str(name, ""), env_str(f"{name}_FILE", "")
    if value and path:
        raise SettingError(f"{name} and {name}_FILE are both set: keep one and unset the other.")
    if path:
        return _read_secret(name, Path(path))
    if not value and default is None:
        raise SettingError(f"{name} is not set: set it, or name a file that holds it in {name}_FILE.")
    return value or default or ""


def _read_secret(name: str, path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise SettingError(
            f"{name}_FILE names {path}, which cannot be read ({reason}): name a readable file."
        ) from None
    if not value:
        raise SettingError(f"{name}_FILE names {path}, which is empty: write the secret into it.")
    return value


def running(home: Path) -> dict[str, str]:
    """What the supervisor of `home` wrote about the servers it runs; empty when none runs there."""
    return _read_texts(home / RUN_FILE)


def joined(home: Path) -> dict[str, str]:
    """The settings that `afs join` wrote into `home`; empty where the machine joined no hub."""
    return _read_texts(home / JOINED_FILE)


def servers_of(home: Path) -> dict[str, str]:
    """Where the servers of `home` are: its own while they run, or those of the hub that it joined."""
    return joined(home) | running(home)


def _read_texts(path: Path) -> dict[str, str]:
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in state.items() if isinstance(value, str)} if isinstance(state, dict) else {}


def running_redis_url(home: Path) -> str:
    """The URL of the Valkey of `home`, or one where nothing answers."""
    return servers_of(home).get("REDIS_URL", NO_REDIS)


def database_config(name: str, home: Path) -> dict[str, Any]:
    """Django's connection keys from a `postgresql://user:password@host:port/name` URL in the variable `name`.

    Unset, it is the embedded server of `home`, or the one of the hub that it joined. Parameters after `?` (`sslmode` …)
    go to OPTIONS as libpq names them.
    Raises `SettingError` for any other kind of URL.
    """
    url = env_secret(name, servers_of(home).get("DATABASE_URL", NO_DATABASE))
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise SettingError(f"{name} is no URL: write postgresql://user:password@host:port/database.") from None
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname or len(parts.path) < 2:
        raise SettingError(f"{name} does not name a Postgres: write postgresql://user:password@host:port/database.")
    return {
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": str(port),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def env_networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Networks such as 192.168.1.0/24, between commas; anything else raises `SettingError`."""
    found = []
    for text in env_list(name):
        try:
            found.append(ipaddress.ip_network(text))
        except ValueError:
            raise SettingError(f"{name} has “{text}”, which is no network: write it as 192.168.1.0/24.") from None
    return found


def smtp_config(name: str) -> dict[str, Any] | None:
    """What Django's mail needs from `smtp://user:password@host:port` or `smtps://…`; None when it is unset.

    smtps: TLS from the start, port 465 unless given; smtp: STARTTLS, port 587, and neither with `?tls=off`, port 25.
    Raises `SettingError` for any other kind of URL.
    """
    url = env_secret(name, "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingError(f"{name} is no URL: write smtps://user:password@host:port.") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.query not in ("", "tls=off"):
        raise SettingError(f"{name} does not name a mail server: write smtps://user:password@host:port.")
    is_tls, is_plain = parts.scheme == "smtps", parts.query == "tls=off"
    return {
        "host": parts.hostname,
        "port": port or (465 if is_tls else 25 if is_plain else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": is_tls,
        "use_tls": not is_tls and not is_plain,
    }
