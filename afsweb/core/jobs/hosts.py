"""What a machine says about itself, and whether it has said so lately."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DurationField, ExpressionWrapper, F, QuerySet, When
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.jobs.actions import Actor
from afsweb.core.models import Host, HostState
from afsweb.doctor.disk import space_at
from afsweb.doctor.gpus import find_gpus

MISSED_ROUNDS = 3  # a host counts as silent when so many rounds of its workers went by without a word


def sign_in(name: str, queues: Sequence[str]) -> Host:
    """Write down that a worker of the host `name` lives, what it takes, and what the machine is like now."""
    # Not get_or_create alone: the role of a machine that joined may not make rows, and needs not.
    host = Host.objects.filter(name=name).first() or Host.objects.get_or_create(name=name)[0]
    known = with_silence(Host.objects.all()).get(pk=host.pk)
    beside = [] if known.is_silent else known.queues  # what its other workers take
    told = describe_machine() | {"queues": sorted({*queues, *beside})}
    for field, value in told.items():
        setattr(host, field, value)
    Host.objects.filter(pk=host.pk).update(**told, seen_at=Now())
    return host


def describe_machine() -> dict[str, Any]:
    """What this machine is like now, by the fields of its row."""
    space = space_at(settings.WORK_DIR)
    return {
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}"[:100],
        "python_version": platform.python_version(),
        "code_version": settings.VERSION,
        "gpus": find_gpus(),
        "disk_free_bytes": space.free,
        "disk_total_bytes": space.total,
    }


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
