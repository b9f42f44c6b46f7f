"""What Prometheus reads: how long requests took, and how the jobs, hosts, notifications and disks are just now.

What the database is asked costs the same however many jobs there were: what is over is counted for the last day alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Min
from django.db.models.functions import Extract, Now
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from afsweb.core.jobs.hosts import with_silence
from afsweb.core.models import Channel, Delivery, DeliveryState, ErrorReport, Host, HostState, Job, JobState
from afsweb.observability.durations import FOLDER
from afsweb.observability.requests import SECONDS

DAY = timedelta(days=1)


def exposition() -> bytes:
    """All metrics in Prometheus' text form."""
    registry = CollectorRegistry()
    registry.register(AllProcesses() if FOLDER in os.environ else SECONDS)
    registry.register(House())
    return generate_latest(registry)


class AllProcesses(Collector):
    """What all processes of the web server have counted together."""

    def collect(self) -> Iterable[Metric]:
        # One that began while the disk was full has made a file and could put nothing into it, not even its head.
        files = [str(file) for file in Path(os.environ[FOLDER]).glob("*.db") if file.stat().st_size]
        counted: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return counted


class House(Collector):
    """How things are when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        yield from open_jobs()
        yield jobs_of_the_day()
        yield from hosts()
        yield from notifications()
        yield gauge("afs_error_places", "Places in the code where errors arose in the last day.", recent_errors())
        yield gauge("afs_hub_disk_free_bytes", "Free space where the hub keeps artifacts.", disk_free())


def open_jobs() -> Iterator[Metric]:
    """What waits and what runs: how many, and the age of the oldest."""
    count = family("afs_jobs", "Jobs that wait or run.", "state", "kind", "queue")
    age = family("afs_job_oldest_seconds", "Age of the oldest of them.", "state", "kind", "queue")
    # One after the other: each state has an index of its own rows, which a list of states does not use.
    waiting, leased = (
        Job.objects.filter(state=state)
        .values_list("state", "kind", "queue")
        .annotate(number=Count("pk"), seconds=age_of("created_at"))
        for state in (JobState.QUEUED, JobState.LEASED)
    )
    for *labels, number, seconds in waiting.union(leased, all=True):
        count.add_metric(labels, number)
        age.add_metric(labels, float(seconds))
    yield count
    yield age
    yield queue_depths(count)


def queue_depths(jobs: Metric) -> Metric:
    """How many jobs wait in each queue, those with none too."""
    waiting = dict.fromkeys(settings.QUEUES, 0.0)
    for sample in jobs.samples:
        if sample.labels["state"] == JobState.QUEUED:
            waiting[sample.labels["queue"]] = waiting.get(sample.labels["queue"], 0.0) + sample.value
    depth = family("afs_queue_depth", "Jobs that wait in the queue.", "queue")
    for name, number in waiting.items():
        depth.add_metric([name], number)
    return depth


def jobs_of_the_day() -> Metric:
    """By the index of the newest: what was added in the last day, however many came before."""
    count = family("afs_jobs_last_day", "Jobs added in the last 24 hours, by how they stand.", "state", "kind")
    rows = Job.objects.filter(created_at__gte=Now() - DAY).values_list("state", "kind")
    for *labels, number in rows.annotate(number=Count("pk")):
        count.add_metric(labels, number)
    return count


def hosts() -> Iterator[Metric]:
    """Every machine that is not revoked: is it heard, and its free space."""
    up = family("afs_host_up", "1 when a worker of the host was heard of lately.", "host", "state")
    free = family("afs_host_disk_free_bytes", "Free space of the host's work folder.", "host")
    for host in with_silence(Host.objects.exclude(state=HostState.REVOKED)):
        up.add_metric([host.name, host.state], 0 if host.is_silent else 1)
        if host.disk_free_bytes is not None:
            free.add_metric([host.name], host.disk_free_bytes)
    yield up
    yield free


def notifications() -> Iterator[Metric]:
    """What is on its way out, and which channels do not work."""
    waiting = family("afs_deliveries", "Notifications on their way by channels.", "state")
    for state in DeliveryState.open():
        waiting.add_metric([state.value], Delivery.objects.filter(state=state).count())
    yield waiting
    channels = Channel.objects.aggregate(dead=Count("died_at"), failing=Count("failing_since"))
    yield gauge("afs_channels_dead", "Channels that take nothing any more.", channels["dead"])
    yield gauge("afs_channels_failing", "Channels whose last delivery failed.", channels["failing"])


def recent_errors() -> int:
    """By the index of the newest."""
    return ErrorReport.objects.filter(last_at__gte=Now() - DAY).count()


def disk_free() -> int:
    """Bytes."""
    place = settings.ARTIFACT_DIR
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def age_of(column: str) -> Extract:
    """Seconds since the earliest of a column, by the database's clock."""
    return Extract(Now() - Min(column), "epoch")


def family(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=labels)


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
