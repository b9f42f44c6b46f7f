from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "afsweb.core"
    label = "core"
    verbose_name = "People and machines"
