"""Which version of afsweb a database belongs to, and which machines may therefore take its jobs."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from afsweb.core.models import Host, HostState, Installation


def note_version() -> None:
    """This version has brought the tables up to date. Where its own table is not there (yet), nothing is noted."""
    if Installation._meta.db_table in connection.introspection.table_names():
        Installation.objects.update_or_create(pk=1, defaults={"code_version": settings.VERSION})


def version_of_database() -> str:
    """The version whose tables these are; this one's where nobody noted it."""
    return Installation.objects.values_list("code_version", flat=True).first() or settings.VERSION


def why_no_jobs(host: Host, version: str) -> str:
    """Why `host` takes no jobs of a database of `version`, as a sentence; "" when it takes them."""
    if host.state == HostState.REVOKED:
        return f"{host} was revoked: invite it anew on the Hosts page to let it in again."
    if host.state == HostState.DRAINING:
        return f"{host} drains: it takes no more jobs until somebody lets it take them again."
    if host.code_version and host.code_version != version:
        return (
            f"{host} runs version {host.code_version} and the hub {version}: "
            "bring both to the same version, then start its workers again."
        )
    return ""
