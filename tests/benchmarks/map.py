"""A map of 100,000 samples: how long its job takes, and how a real Chromium gets on with it.

Run: python -m tests.benchmarks.map
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from statistics import quantiles
from typing import Any

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import reviewer

PAINTS, DRAGS, STEPS, ZOOMS = 5, 6, 25, 5
# Which frames the browser painted, in milliseconds between them.
WATCH_FRAMES = """() => {
    window.frames_ms = [];
    let last = performance.now();
    const frame = (now) => { window.frames_ms.push(now - last); last = now; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""
# The same figure without a point: what the machine paints at best.
EMPTY = """() => { const points = document.querySelector("[data-map]").chartDocument.get_model_by_name("points");
    points.data = Object.fromEntries(Object.keys(points.data).map((name) => [name, []])); }"""


def main() -> None:
    """Fill, make the map, look at it, and print one line."""
    with hub():
        count = rows()
        fill_samples(count, vectors=count)
        user = reviewer()
        shown, job_seconds, job_mb = make(user)
        with server() as url, chromium() as browser:
            page = log_in(browser, url, user)
            paints = [first_paint(page, url, shown) for _ in range(PAINTS)]
            drawn = page.inner_text("[data-shown]")
            zooms = [zoom(page) for _ in range(ZOOMS)]
            first_paint(page, url, shown)
            frames = drag(page)
            page.evaluate(EMPTY)
            control = drag(page)
    print(drawn, file=sys.stderr)
    figures = {
        "rows": count,
        "job_s": job_seconds,
        "job_peak_mb": job_mb,
        "first_paint_s": sorted(paints)[PAINTS // 2],
        "coldest_paint_s": max(paints),
        "zoom_to_new_points_s": sorted(zooms)[ZOOMS // 2],
        "pan_frame_p50_ms": sorted(frames)[len(frames) // 2],
        "pan_frame_p95_ms": p95(frames),
        "empty_pan_frame_p95_ms": p95(control),
        "frames": len(frames),
        "load_average": os.getloadavg()[0],
    }
    bars = {
        "first_paint_s": Bar(sorted(paints)[PAINTS // 2], at_most=4),
        "pan_frame_p95_ms": Bar(p95(frames), at_most=150),
        "job_peak_mb": Bar(job_mb, at_most=500),
    }
    report("map", figures, bars)


def make(user: Any) -> tuple[Any, float, float]:
    """The map, how many seconds its job took, and how many MB its process had at most: a child's, as a worker's."""
    from datasets_app.maps.making import MapPlan, start_map
    from datasets_app.models import Domain

    shown = start_map(MapPlan(Domain.objects.get(slug="asm65816")), by=user)
    begun = time.perf_counter()
    program = (
        "import django; django.setup()\n"
        "from afsweb.core.models import Job\nfrom tests.rows import run_job\n"
        "from tests.benchmarks.memory import peak_mib\n"
        f"run_job(Job.objects.get(pk='{shown.job_id}'))\nprint(peak_mib())"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True)
    took = time.perf_counter() - begun
    shown.refresh_from_db()
    assert shown.count == rows(), shown.shown_error
    return shown, took, float(told.stdout.splitlines()[-1])


@contextmanager
def server() -> Generator[str]:
    """The site as it is served: gunicorn with four threads, on a free port; yields its address."""
    from afsweb.services.processes import free_port

    port = free_port()
    command = ["-m", "gunicorn", "afsweb.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *command], stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def chromium() -> Generator[Any]:
    from playwright.sync_api import sync_playwright

    from tests.conftest import BROWSER_FLAGS, find_chromium

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    flags = [*BROWSER_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else BROWSER_FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        yield browser
        browser.close()


def log_in(browser: Any, url: str, user: Any) -> Any:
    """A page of the site, logged in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    for _ in range(60):
        try:
            page.goto(f"{url}/login/")
            break
        except Exception:  # noqa: BLE001 (gunicorn is not up yet)
            time.sleep(0.5)
    return page


def first_paint(page: Any, url: str, shown: Any) -> float:
    """Seconds from asking for the page until its points were painted."""
    begun = time.perf_counter()
    page.goto(f"{url}{shown.get_absolute_url()}")
    page.locator("[data-shown]:not(:empty)").wait_for()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - begun


def drag(page: Any) -> list[float]:
    """Milliseconds between the frames that were painted while the plot was dragged here and there."""
    box = page.locator("[data-map]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(WATCH_FRAMES)
    for turn in range(DRAGS):
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(STEPS):
            page.mouse.move(x + (step * 8) * (1 if turn % 2 else -1), y + step * 3)
        page.mouse.up()
    frames: list[float] = page.evaluate("window.frames_ms")
    return frames[1:]


def zoom(page: Any) -> float:
    """Seconds from a turn of the wheel until the points of the smaller area had come."""
    box = page.locator("[data-map]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    begun = time.perf_counter()
    with page.expect_response("**/points/?**"):
        page.mouse.wheel(0, -400)
    return time.perf_counter() - begun


def p95(figures: list[float]) -> float:
    return quantiles(figures, n=20)[-1]


if __name__ == "__main__":
    main()
