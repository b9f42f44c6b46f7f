"""A thousand decisions in a real browser while the web server, Valkey and the network fail at random: none is lost.

Run: python -m tests.benchmarks.outages 1000 [SEED]
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, argument, hub, report
from tests.benchmarks.review_browser import browser, open_page
from tests.reviewing.outages import Reviewing, faults
from tests.reviewing.trouble import Doorbell, troubles
from tests.reviewing.webserver import WebServer

DECISIONS = 1_000  # unless the command line says otherwise


def main() -> None:
    """Fill, let a person review through all of it, compare, and print one line."""
    count, seed = argument(DECISIONS), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    print(f"# seed {seed}", file=sys.stderr, flush=True)
    with hub(), tempfile.TemporaryDirectory() as folder:
        from tests.conftest import BROWSER_FLAGS, find_chromium

        fill_samples(2 * count)
        doorbell = Doorbell(Path(folder))
        os.environ["REDIS_URL"] = doorbell.server.url()
        web = WebServer(os.environ["DATABASE_URL"], Path(folder) / "web.log")
        try:
            doorbell.start()
            web.start()
            with browser(find_chromium(), BROWSER_FLAGS) as chromium:
                figures, bars = measure(web, doorbell, chromium, count, seed)
        finally:
            web.kill()
            doorbell.kill()
    report("outages", {"seed": seed} | figures, bars)


def measure(
    web: WebServer, doorbell: Doorbell, chromium: Any, count: int, seed: int
) -> tuple[dict[str, float], dict[str, Bar]]:
    """The figures of `count` decisions, and the bars of what became of them."""
    page, _ = open_page(web, chromium)
    person = Reviewing(page, random.Random(seed), *troubles(web, doorbell, page))
    begin = time.perf_counter()
    person.go(count)
    figures = {
        "seconds": round(time.perf_counter() - begin, 1),
        "server_kills": person.web.times,
        "valkey_kills": person.valkey.times,
        "network_losses": person.network.times,
        **person.counts,
    }
    return figures, {name: Bar(value, at_most=0) for name, value in faults(person.taken).items()}


if __name__ == "__main__":
    main()
