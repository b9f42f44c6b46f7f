from __future__ import annotations

from django.apps import AppConfig


class EvalsConfig(AppConfig):
    name = "evals_app"
    label = "evals"
    verbose_name = "Evaluation"
