"""A person who is logged in on the hub, and what its pages say to them."""

from __future__ import annotations

import html
import re

import httpx

from tests.fleet import probe
from tests.fleet.hub import Hub

ROW, TAG = re.compile(r"<tr>(.*?)</tr>", re.DOTALL), re.compile(r"<[^>]*>")


class Onlooker:
    """Opens pages over HTTP, as a browser does."""

    def __init__(self, hub: Hub) -> None:
        self.client = httpx.Client(base_url=hub.url, cookies=hub.call(probe.log_in), timeout=30)

    def hosts(self) -> dict[str, str]:
        """What the Hosts page says of each host, by its name."""
        rows = ROW.findall(self.client.get("/hosts/").raise_for_status().text)
        told = [words_of(row) for row in rows if "<td>" in row]
        return {words.split()[0]: words for words in told}

    def sees_lost(self, host: str, worker: str) -> bool:
        """Whether the Hosts page says that this worker is lost."""
        return f" {worker} lost " in self.hosts().get(host, "")

    def sees_loss(self, job: str, attempt: int) -> bool:
        """Whether the job's page says that this attempt was lost."""
        return f"Attempt {attempt} was lost: " in words_of(self.client.get(f"/jobs/{job}/").raise_for_status().text)

    def close(self) -> None:
        self.client.close()


def words_of(markup: str) -> str:
    """What a person reads of it."""
    return " ".join(html.unescape(TAG.sub(" ", markup)).split())
