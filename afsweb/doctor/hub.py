"""Does the hub answer over HTTP, and does it know this machine?"""

from __future__ import annotations

import httpx

from afsweb.doctor.finding import Finding, bad, ok, skipped, warn

CHECK = "hub"
PATIENCE = 10.0  # seconds


def check_hub(url: str, token: str) -> list[Finding]:
    """Ask the hub at `url` who we are; without a token (on the hub itself) whether it answers at all."""
    if not url:
        return [skipped(CHECK, "No hub is named here: neither AFS_HUB_URL nor a running site of this home.")]
    path = "hosts/me/" if token else "login/"
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.get(f"{url.rstrip('/')}/{path}", headers=headers, timeout=PATIENCE)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return [bad(CHECK, f"The hub at {url} does not answer: {_said(error)}", _fix(str(error)))]
    return [_judge(answer, url)]


def _judge(answer: httpx.Response, url: str) -> Finding:
    if answer.status_code == 401:
        fix = "Make a new token on the Hosts page, then `afs join`."
        return bad(CHECK, f"The hub at {url} does not know this machine, or it was revoked.", fix)
    if answer.status_code != 200:
        fix = f"Look at {url} in a browser: is it afsweb? Then look at the hub's log."
        return bad(CHECK, f"{url} answers with status {answer.status_code}.", fix)
    took = answer.elapsed.total_seconds()
    if took > 2:
        return warn(CHECK, f"The hub at {url} takes {took:.1f} s to answer.", "Use a nearer network for the hub.")
    return ok(
        CHECK, f"The hub at {url} answers and knows this machine." if "me/" in str(answer.url) else f"{url} answers."
    )


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _fix(said: str) -> str:
    if "certificate" in said.lower() or "ssl" in said.lower():
        return "Have this machine trust the certificate of the hub's proxy (SSL_CERT_FILE), or correct AFS_HUB_URL."
    return "Start the hub with BIND=host:port, let that port through its firewall, or start the tunnel to it."
