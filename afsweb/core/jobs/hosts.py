"""What a machine says about itself, and whether it has said so lately."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DurationField, ExpressionWrapper, F, QuerySet, When
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import Host, HostState

MISSED_ROUNDS = 3  # a host counts as silent when so many rounds of its workers went by without a word


def sign_in(name: str, queues: Sequence[str]) -> Host:
    """Write down that a worker of the host `name` lives, what it takes, and what the machine is like now."""
    host, _ = Host.objects.get_or_create(name=name)
    known = with_silence(Host.objects.all()).get(pk=host.pk)
    beside = [] if known.is_silent else known.queues  # what its other workers take
    Host.objects.filter(pk=host.pk).update(
        platform=f"{platform.system()} {platform.release()} {platform.machine()}"[:100],
        python_version=platform.python_version(),
        code_version=settings.VERSION,
        queues=sorted({*queues, *beside}),
        disk_free_bytes=free_bytes(settings.WORK_DIR),
        seen_at=Now(),
    )
    return host


def with_silence(hosts: QuerySet[Host]) -> QuerySet[Any]:
    """`hosts`, each with `silence` (since its workers last wrote; None if never) and `is_silent` (no worker lives).

    By the database's clock.
    """
    heard = Now() - timedelta(seconds=MISSED_ROUNDS * settings.JOB_RECONCILE)
    return hosts.annotate(
        silence=ExpressionWrapper(Now() - F("seen_at"), output_field=DurationField()),
        is_silent=Case(When(seen_at__gte=heard, then=False), default=True),
    )


def change_state(host: Host, state: HostState, actor: Actor) -> None:
    """Let the host take no more jobs (draining; what runs goes on), or take them again (active). Revoked stays so."""
    with transaction.atomic():
        others = Host.objects.filter(pk=host.pk).exclude(state__in=(state, HostState.REVOKED))
        if others.update(state=state):
            before, after = {"state": host.state}, {"state": state.value}
            record("change state", host, actor=actor.user, source=actor.source, before=before, after=after)


def free_bytes(place: Path) -> int:
    """Free space where `place` is, or will be made."""
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
