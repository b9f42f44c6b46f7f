"""From the writing of a trainer's event to its being in the page that a browser has: median and 95th percentile.

A stand-in for the trainer writes a step every 0.3 s with the time at which it did; the real job follows it (every
0.5 s), a real web server serves the page, and a client asks for its live part every 2 s, as the page does. A step is
seen when an answer shows it or a later one. What a browser adds is its drawing.

Run: python -m tests.benchmarks.live_run
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import datetime
from pathlib import Path

from tests.benchmarks.harness import Bar, hub, report
from tests.benchmarks.review import p95
from tests.benchmarks.review_browser import running
from tests.reviewing.webserver import WebServer

STEPS, PACE, POLL = 200, 0.3, 2.0
STEP = re.compile(r"Step ([\d,]+) of")
TRAINER = f"""#!{sys.executable}
import datetime, json, pathlib, sys, time
folder = pathlib.Path(json.loads(pathlib.Path(sys.argv[3]).read_text())["work_dir"])
def write(seq, kind, **fields):
    at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    with (folder / "events.jsonl").open("a") as file:
        file.write(json.dumps({{"seq": seq, "at": at, "type": kind, **fields}}) + chr(10))
about = {{"device": "cpu", "trainable_parameters": 1, "total_parameters": 1, "versions": {{}}}}
write(1, "started", max_steps={STEPS}, **about)
for step in range(1, {STEPS} + 1):
    write(step + 1, "log", step=step, loss=1 / step)
    time.sleep({PACE})
(folder / "adapter").mkdir()
(folder / "adapter" / "adapter_config.json").write_text("{{}}")
"""


def main() -> None:
    """Train, watch, and print one line."""
    with hub(), tempfile.TemporaryDirectory() as folder:
        seconds = measure(Path(folder))
    bars = {"seconds_p95": Bar(round(p95(seconds), 2), at_most=3)}
    report("live_run", {"steps": len(seconds), "seconds_p50": round(statistics.median(seconds), 2)}, bars)


def measure(folder: Path) -> list[float]:
    """For each step the seconds from its being written to the first answer that shows it or a later one."""
    from django.conf import settings
    from django.db import connection

    from tests.rows import run_job
    from tests.training.making import trainable
    from training_app.launch import launch_run

    program = folder / "trainer"
    program.write_text(TRAINER)
    program.chmod(0o755)
    settings.TRAINER_PYTHON, settings.WORK_DIR = str(program), folder / "work"
    run = launch_run(*trainable(folder), name="watched", by=None)

    def work() -> None:
        assert run.job is not None
        run_job(run.job)
        connection.close()

    with running(folder / "web.log") as server:
        worker = threading.Thread(target=work)
        worker.start()
        seen = watch(server, f"/runs/{run.uuid}/", session(), worker)
        worker.join()
    written = run.metrics.filter(step__lte=max(seen), at__isnull=False).values_list("step", "at")
    return [first_after(seen, step) - at.timestamp() for step, at in written if at]


def watch(server: WebServer, path: str, cookie: str, worker: threading.Thread) -> dict[int, float]:
    """Newest step in an answer -> when that answer had come, the first of each, asked every two seconds."""
    seen: dict[int, float] = {}
    asked = urllib.request.Request(server.url + path, headers={"Cookie": f"sessionid={cookie}", "HX-Request": "true"})
    while worker.is_alive():
        began = time.monotonic()
        with urllib.request.urlopen(asked, timeout=30) as answer:
            shown = STEP.search(answer.read().decode())
        if shown:
            seen.setdefault(int(shown[1].replace(",", "")), datetime.now().timestamp())
        time.sleep(max(0.0, began + POLL - time.monotonic()))
    return seen


def first_after(seen: dict[int, float], step: int) -> float:
    """When the first answer came that showed `step` or a later one."""
    return min(at for shown, at in seen.items() if shown >= step)


def session() -> str:
    """The session of a viewer who is logged in."""
    from django.test import Client

    from afsweb.core.models import Role, User

    client = Client()
    client.force_login(User.objects.create(username="bench", role=Role.VIEWER))
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    main()
