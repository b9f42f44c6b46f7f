"""How fast a person reviews in a real browser on a table of real size: flat out, and at four keys a second.

A claim is seen here while the browser paints cards on the same cores; tests.benchmarks.served holds the server's bar.

Run: SCALE=1m python -m tests.benchmarks.review_browser
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import reviewer
from tests.reviewing.webserver import WebServer

FLAT_OUT = 400
"""Decisions, one as soon as the card before it is painted."""
PER_SECOND = 4
PACED = {1_000_000: 300}
SHORT = 20
"""Seconds of the paced part: five minutes on a million samples."""
VECTORS = 0.2
SERVED = ("/review/next/", "/review/cards/", "/review/decisions/")
# The review notes, goals 1 and 2.
PER_MINUTE, NEXT_CARD_MS, FIRST_CARD_MS, DECISIONS_MS = 1_000, 50, 1_000, 40

# Presses a key as soon as a card is painted, or every `pause` ms, and notes how long it took until the next is there.
DRIVE = """([count, pause, keys]) => new Promise((done) => {
    const place = document.querySelector("[data-review]"), took = [];
    let pressed = 0, number = 0, before = place.dataset.painted;
    const press = () => {
        pressed = performance.now();
        const key = keys[number++ % keys.length];
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    };
    const look = () => {
        const { painted } = place.dataset;
        if (!painted || painted === before) return;
        before = painted;
        took.push(performance.now() - pressed);
        if (took.length === count) { watch.disconnect(); done(took); }
        else setTimeout(press, Math.max(0, pause - took.at(-1)));
    };
    const watch = new MutationObserver(look);
    watch.observe(place, { attributes: true, attributeFilter: ["data-painted"] });
    press();
})"""


def main() -> None:
    """Fill, drive the browser twice, count what arrived, and print one line."""
    with hub(), tempfile.TemporaryDirectory() as folder:
        fill_samples(rows(), vectors=int(rows() * VECTORS))
        figures, bars = measure_in_browser(Path(folder))
    report("review_browser", {"rows": rows()} | figures, bars)


def measure_in_browser(folder: Path) -> tuple[dict[str, float], dict[str, Bar]]:
    """`measure` with a server and a Chromium of its own."""
    from tests.conftest import BROWSER_FLAGS, find_chromium

    with running(folder / "web.log") as server, browser(find_chromium(), BROWSER_FLAGS) as chromium:
        return measure(server, chromium, rows())


def measure(server: WebServer, chromium: Any, count: int) -> tuple[dict[str, float], dict[str, Bar]]:
    """The figures of both parts and their bars."""
    before = stored()
    page, served = open_page(server, chromium)
    first = first_card(page)
    page.wait_for_function("() => Object.keys(localStorage).some((name) => name.startsWith('afs-held:'))")
    begin = time.perf_counter()
    flat = drive(page, FLAT_OUT, 0)
    rate = 60 * FLAT_OUT / (time.perf_counter() - begin)
    paced_count = PACED.get(count, SHORT) * PER_SECOND
    begin = time.perf_counter()
    paced = drive(page, paced_count, 1000 // PER_SECOND)
    paced_rate = 60 * paced_count / (time.perf_counter() - begin)
    page.wait_for_selector("[data-saved][data-waiting='0']", timeout=60_000)
    now = stored()
    lost, doubled = before[0] + FLAT_OUT + paced_count - now[0], now[1] - before[1]
    claims, cards, batches = (served_ms(served, path) for path in SERVED)
    figures = {
        "first_card_ms": first,
        "flat_out_per_min": rate,
        "flat_out_card_p50_ms": p(50, flat),
        "paced_per_min": paced_rate,
        "paced_card_p50_ms": p(50, paced),
        "decision_batches": len(batches),
        "claims": len(claims),
        "claim_p50_ms": p(50, claims),
        "claim_p95_ms": p(95, claims),
        "cards_p50_ms": p(50, cards),
        "cards_p95_ms": p(95, cards),
    }
    bars = {
        "flat_out_per_min": Bar(rate, at_least=PER_MINUTE),
        "flat_out_card_p95_ms": Bar(p(95, flat), at_most=NEXT_CARD_MS),
        "paced_card_p95_ms": Bar(p(95, paced), at_most=NEXT_CARD_MS),
        "first_card_ms": Bar(first, at_most=FIRST_CARD_MS),
        "lost": Bar(lost, at_most=0),
        "doubled": Bar(doubled, at_most=0),
        "decisions_p95_ms": Bar(p(95, batches), at_most=DECISIONS_MS),
    }
    return figures, bars


def drive(page: Any, count: int, pause: int) -> list[float]:
    """Milliseconds from each of `count` keys to the next card's being painted; accept three times, then skip."""
    page.set_default_timeout(0)
    return list(page.evaluate(DRIVE, [count, pause, ["a", "a", "a", "s"]]))


def first_card(page: Any) -> float:
    """Milliseconds from asking for the page to its first card's being painted, the second time it is asked for."""
    page.goto("/review/")  # the browser has the stylesheet and the scripts after this, as a reviewer's has
    page.wait_for_selector("[data-review][data-painted]")
    begin = time.perf_counter()
    page.goto("/review/")
    page.wait_for_selector("[data-review][data-painted]")
    return 1000 * (time.perf_counter() - begin)


def stored() -> tuple[int, int]:
    """How many decisions there are, and how many samples that were changed more than once."""
    from datasets_app.models import Review, Sample

    return Review.objects.count(), Sample.objects.filter(revision__gt=1).count()


def open_page(server: WebServer, chromium: Any) -> tuple[Any, list[tuple[str, float]]]:
    """A page of a reviewer who is logged in, and the list in which its answers are noted: (address, ms to it)."""
    from django.test import Client

    client = Client()
    client.force_login(reviewer())
    context = chromium.new_context(base_url=server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    page, served = context.new_page(), []

    def note(request: Any) -> None:
        timing = request.timing
        served.append((request.url, timing["responseStart"] - timing["requestStart"]))

    page.on("requestfinished", note)
    return page, served


def served_ms(served: list[tuple[str, float]], path: str) -> list[float]:
    return [took for url, took in served if path in url]


@contextmanager
def running(log: Path) -> Generator[WebServer]:
    """A web server for as long as the block lasts."""
    server = WebServer(os.environ["DATABASE_URL"], log)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def browser(path: str | None, flags: list[str]) -> Generator[Any]:
    """Chromium. While it runs Python believes to be in an event loop, where Django refuses queries unless told."""
    from playwright.sync_api import sync_playwright

    if path is None:
        sys.exit("no Chromium on this machine: install the package chromium, or name the program in CHROMIUM_PATH")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=[*flags, "--no-sandbox"] if os.geteuid() == 0 else flags
        )
        yield chromium
        chromium.close()


def p(percent: int, figures: list[float]) -> float:
    """The percentile `percent` of some milliseconds, to a tenth."""
    return round(quantiles(figures, n=100)[percent - 1], 1)


if __name__ == "__main__":
    main()
