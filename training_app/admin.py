"""Training in the admin: to look things up. Runs are launched, stopped and resumed on their own pages."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from training_app.models import BaseModel, Checkpoint, Expert, ModelVersion, Promotion, Recipe, TrainingRun


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are made by jobs and never edited by hand."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(TrainingRun)
class TrainingRunAdmin(LookOnly):
    list_display = ("name", "state", "recipe", "snapshot", "host", "step", "max_steps")
    list_filter = ("state",)
    list_select_related = ("recipe", "snapshot", "host")
    search_fields = ("name",)


@admin.register(Recipe)
class RecipeAdmin(LookOnly):
    list_display = ("name", "number", "base_model", "method", "backend", "is_archived")
    list_select_related = ("base_model",)
    search_fields = ("name",)


@admin.register(BaseModel)
class BaseModelAdmin(LookOnly):
    list_display = ("model_id", "parameters", "context_tokens", "licence")
    search_fields = ("model_id",)


@admin.register(ModelVersion)
class ModelVersionAdmin(LookOnly):
    list_display = ("name", "number", "base_model", "run", "is_archived")
    list_select_related = ("base_model", "run")
    search_fields = ("name",)


@admin.register(Checkpoint)
class CheckpointAdmin(LookOnly):
    list_display = ("run", "step", "size_bytes", "is_kept", "host")
    list_select_related = ("run", "host")


@admin.register(Expert)
class ExpertAdmin(LookOnly):
    list_display = ("name", "purpose", "current_version")
    list_select_related = ("current_version",)


@admin.register(Promotion)
class PromotionAdmin(LookOnly):
    list_display = ("expert", "version", "gate_passed", "promoted_by", "created_at")
    list_select_related = ("expert", "version", "promoted_by")
