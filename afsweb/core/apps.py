from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "afsweb.core"
    label = "core"
    verbose_name = "People and machines"

    def ready(self) -> None:
        pre_migrate.connect(make_way, sender=self)
        post_migrate.connect(settle, sender=self)


def make_way(plan: Any = (), **_told: Any) -> None:
    """Before tables change: the views for machines that joined would hold their columns fast."""
    from afsweb.core.joining.rights import drop_views

    if plan:
        drop_views()


def settle(**_told: Any) -> None:
    """After tables changed: write down whose they are now, and give machines that joined their rights on them."""
    from afsweb.core.joining.rights import rights_are_set, set_rights
    from afsweb.core.versions import note_version

    note_version()
    if rights_are_set():
        set_rights()
