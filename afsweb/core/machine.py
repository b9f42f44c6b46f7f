"""This machine as the doctor looks at it, by its settings."""

from __future__ import annotations

import os
from collections.abc import Collection

from django.conf import settings
from django.db.models import Q

from afsweb.core.jobs.hosts import with_silence
from afsweb.core.models import Host
from afsweb.doctor.examination import Machine
from afsweb.doctor.folders import CHECK as FOLDERS
from afsweb.doctor.trainer import MLX, UNSLOTH
from afsweb.env import NO_DATABASE, servers_of

NOT_LIBPQS = ("pool", "options")  # what settings.py adds to the connection


def this_machine(queues: Collection[str], living: Collection[str] = ()) -> Machine:
    """`queues`: what its workers take; `living`: the other machines that share folders and live."""
    return Machine(
        name=settings.HOST_NAME,
        version=settings.VERSION,
        database=_database(),
        redis_url=settings.REDIS_URL,
        hub_url=settings.HUB_URL or _own_site(),
        token=settings.HOST_TOKEN if settings.HUB_URL else "",
        trainer_python=settings.TRAINER_PYTHON,
        places={"AFS_WORK_DIR": settings.WORK_DIR, "AFS_ARTIFACT_DIR": settings.ARTIFACT_DIR},
        shared_folders=settings.SHARED_FOLDERS,
        queues=queues,
        living=living,
        backends={UNSLOTH: settings.UNSLOTH_PYTHON, MLX: settings.MLX_PYTHON},
    )


def others_sharing(name: str) -> list[str]:
    """The other machines that live and look at shared folders of theirs."""
    share = Q(findings__contains=[{"check": FOLDERS, "level": "ok"}]) | Q(
        findings__contains=[{"check": FOLDERS, "level": "warn"}]
    )
    others = with_silence(Host.objects.exclude(name=name)).filter(share, is_silent=False)
    return list(others.order_by("name").values_list("name", flat=True))


def _database() -> dict[str, str]:
    """By libpq's names; empty where no server is named."""
    ours = settings.DATABASES["default"]
    if str(ours["PORT"]) == NO_DATABASE.rpartition(":")[2].partition("/")[0]:
        return {}
    options = {name: str(value) for name, value in ours["OPTIONS"].items() if name not in NOT_LIBPQS}
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    return {name: str(ours[key]) for name, key in names.items()} | options


def _own_site() -> str:
    """Where the site of this home is, if the supervisor runs it."""
    return os.environ.get("AFS_ADDRESS", "") or servers_of(settings.HOME_DIR).get("AFS_ADDRESS", "")
