"""What a machine says about itself, and whether it has said so lately."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Now

from afsweb.core.models import Host

MISSED_ROUNDS = 3  # a host counts as silent when so many rounds of its workers went by without a word


def sign_in(name: str, queues: Sequence[str]) -> Host:
    """Write down that a worker of the host `name` lives, what it takes, and what the machine is like now."""
    Host.objects.get_or_create(name=name)
    host = with_silence(Host.objects.all()).get(name=name)
    beside = host.queues if is_alive(host) else []  # what its other workers take
    Host.objects.filter(pk=host.pk).update(
        platform=f"{platform.system()} {platform.release()} {platform.machine()}"[:100],
        python_version=platform.python_version(),
        code_version=settings.VERSION,
        queues=sorted({*queues, *beside}),
        disk_free_bytes=free_bytes(settings.WORK_DIR),
        seen_at=Now(),
    )
    return host


def with_silence(hosts: QuerySet[Host]) -> QuerySet[Host]:
    """`hosts`, each with `silence`: how long ago its workers last wrote, by the database's clock; None if never."""
    return hosts.annotate(silence=ExpressionWrapper(Now() - F("seen_at"), output_field=DurationField()))


def is_alive(host: Host) -> bool:
    """Whether a worker of this host (one of `with_silence`) wrote lately."""
    silence: timedelta | None = getattr(host, "silence", None)
    return silence is not None and silence < timedelta(seconds=MISSED_ROUNDS * settings.JOB_RECONCILE)


def free_bytes(place: Path) -> int:
    """Free space where `place` is, or will be made."""
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
