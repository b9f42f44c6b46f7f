"""Thirty-two reviewers empty a queue, judging alone and two by two; the web server is killed and two of them vanish.

Run: python -m tests.benchmarks.reviewers 64000 [OVERLAP …]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, argument, hub, report
from tests.reviewing.crowd import Crowd
from tests.reviewing.reviewer import rejects
from tests.reviewing.webserver import WebServer

SAMPLES = 6_400  # unless the command line says otherwise
OVERLAPS = (1, 2)
DOWN = 2  # seconds from the kill to the next start


def main() -> None:
    """Let them work at each overlap, and print one line."""
    count = argument(SAMPLES)
    figures: dict[str, float] = {"samples": count}
    bars: dict[str, Bar] = {}
    with hub(), tempfile.TemporaryDirectory() as folder:
        server = WebServer(os.environ["DATABASE_URL"], Path(folder) / "web.log")
        server.start()
        try:
            for overlap in map(int, sys.argv[2:] or OVERLAPS):
                told, kept = measure(server, count, overlap)
                print(f"# overlap {overlap}: {told}, faults: {broken(kept)}", file=sys.stderr, flush=True)
                figures |= {f"{name}_at_{overlap}": value for name, value in told.items()}
                bars |= {f"{name}_at_{overlap}": bar for name, bar in kept.items()}
        finally:
            server.kill()
    report("reviewers", figures, bars)


def measure(server: WebServer, count: int, overlap: int) -> tuple[dict[str, float], dict[str, Bar]]:
    """Fill a queue, let everybody work until nothing is left, and count what is wrong."""
    from datasets_app.review.leases import LEASE_SECONDS

    source, everything = fill_samples(count), count * overlap
    crowd = Crowd(server, overlap)
    with crowd.at_work():
        crowd.wait_for(everything // 2)
        crowd.leaving.set()
        server.kill()
        time.sleep(DOWN)
        server.start()
        crowd.wait_for(everything, but_held=True)
        left, longest = everything - crowd.decisions().count(), crowd.end_leases()
        crowd.wait_for(everything)
    refused = [one for reviewer in crowd.reviewers for one in reviewer.refused]
    print("\n".join(refused[:5]), file=sys.stderr, flush=True)
    figures = {
        "seconds": round(crowd.seconds, 1),
        "decisions_per_s": round(crowd.decisions().count() / crowd.seconds, 1),
        "sent_again": sum(reviewer.sent_again for reviewer in crowd.reviewers),
        "held_by_the_vanished": left,
    }
    bars = {name: Bar(value, at_most=0) for name, value in faults(source, overlap).items()}
    bars["claimed_by_too_many"] = Bar(crowd.hands.too_many, at_most=0)
    bars["refused"] = Bar(len(refused), at_most=0)
    bars["longest_lease_s"] = Bar(longest, at_most=LEASE_SECONDS)
    return figures, bars


def broken(bars: dict[str, Bar]) -> dict[str, float]:
    """What does not hold."""
    return {name: bar.figure for name, bar in bars.items() if not bar.holds()}


def faults(source: Any, overlap: int) -> dict[str, int]:
    """What is wrong with the samples of `source` once everybody has gone home."""
    from django.db.models import Count, F

    from datasets_app.models import Review, Sample, SampleState, Seat

    samples = Sample.objects.filter(source=source)
    judged = Review.objects.filter(sample__source=source).values("sample").order_by()
    counted = judged.annotate(n=Count("pk"), people=Count("reviewer", distinct=True))
    states = {True: SampleState.REJECTED, False: SampleState.ACCEPTED}
    told = samples.values_list("uuid", "state").iterator()
    return {
        "undecided": samples.exclude(decided_by="person").count(),
        "decided_otherwise": sum(state != states[rejects(str(uuid))] for uuid, state in told),
        "changed_twice": samples.filter(revision__gt=1).count(),
        "judged_too_often": counted.filter(n__gt=overlap).count(),
        "judged_too_seldom": samples.count() - counted.filter(n__gte=overlap).count(),
        "judged_twice_by_one": counted.exclude(n=F("people")).count(),
        "leases_left": samples.filter(leased_until__isnull=False).count(),
        "seats_left": Seat.objects.filter(version__sample__source=source, review__isnull=True).count(),
    }


if __name__ == "__main__":
    main()
