"""The joining machine's side: show an invitation's token to the hub, keep the settings that it gives. No Django."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx

from afsweb.refusal import Refusal
from afsweb.services.home import Home

PATIENCE = 30.0  # seconds
GIVEN = ("AFS_HOST_NAME", "AFS_HOST_TOKEN", "DATABASE_URL", "REDIS_URL")  # what every hub gives


class JoinRefused(Refusal):
    """The hub does not let this machine join: {reason}"""


class NoHubThere(Refusal):
    """No afsweb answers at {url} ({reason}): check the address, and that the hub runs and this machine can reach it."""


class WrongHubAddress(Refusal):
    """“{url}” is no address of a hub: write it as in a browser, for example http://192.168.1.5:8000."""


class NotInClear(Refusal):
    """{url} is a public address without encryption, where everybody on the way could read the passwords: use https, or
    a private tunnel to the hub."""


class HomeIsAHub(Refusal):
    """{home} holds servers of its own, so it is a hub: set AFS_HOME to another directory, and join with that."""


def join_hub(home: Home, url: str, token: str) -> dict[str, str]:
    """Join the hub at `url`, write down what it gave, and return that. After a Refusal nothing is written."""
    url = check_address(url)
    if (home.root / "secrets" / "postgres").exists() or home.state():
        raise HomeIsAHub(home=home.root)
    given = ask(url, token) | {"AFS_HUB_URL": url}
    home.prepare()
    home.write_joined(given)
    return given


def check_address(url: str) -> str:
    """`url` without a slash at its end. Raises WrongHubAddress, NotInClear."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise WrongHubAddress(url=url) from None
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/") or parts.query:
        raise WrongHubAddress(url=url)
    if parts.scheme == "http" and _is_public(host):
        raise NotInClear(url=url)
    return url.rstrip("/")


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False  # a name: most often one of a private network


def ask(url: str, token: str) -> dict[str, str]:
    """The settings that the hub gives for the token. Raises JoinRefused, NoHubThere."""
    try:
        answer = httpx.post(f"{url}/hosts/join/", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoHubThere(url=url, reason=str(error) or type(error).__name__) from None
    if answer.status_code in (401, 429, 503) and answer.headers.get("Content-Type", "").startswith("text/plain"):
        raise JoinRefused(reason=answer.text.strip())
    try:
        given = answer.json()["settings"]
        return {name: str(given[name]) for name in (*GIVEN, *(set(given) - set(GIVEN)))}
    except (ValueError, KeyError, TypeError):
        raise NoHubThere(url=url, reason=f"it answered with status {answer.status_code}, not as afsweb does") from None
