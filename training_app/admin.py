"""Training in the admin: to look things up. Runs are launched, stopped and resumed on their own pages."""

from __future__ import annotations

from django.contrib import admin

from afsweb.core.admin.readonly import ReadOnly
from training_app.models import BaseModel, Checkpoint, Expert, ModelVersion, Promotion, Recipe, TrainingRun


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnly, admin.ModelAdmin[TrainingRun]):
    list_display = ("name", "state", "recipe", "snapshot", "host", "step", "max_steps")
    list_filter = ("state",)
    list_select_related = ("recipe", "snapshot", "host")
    search_fields = ("name",)


@admin.register(Recipe)
class RecipeAdmin(ReadOnly, admin.ModelAdmin[Recipe]):
    list_display = ("name", "number", "base_model", "method", "backend", "is_archived")
    list_select_related = ("base_model",)
    search_fields = ("name",)


@admin.register(BaseModel)
class BaseModelAdmin(ReadOnly, admin.ModelAdmin[BaseModel]):
    list_display = ("model_id", "parameters", "context_tokens", "licence")
    search_fields = ("model_id",)


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnly, admin.ModelAdmin[ModelVersion]):
    list_display = ("name", "number", "base_model", "run", "is_archived")
    list_select_related = ("base_model", "run")
    search_fields = ("name",)


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnly, admin.ModelAdmin[Checkpoint]):
    list_display = ("run", "step", "size_bytes", "is_kept", "host")
    list_select_related = ("run", "host")


@admin.register(Expert)
class ExpertAdmin(ReadOnly, admin.ModelAdmin[Expert]):
    list_display = ("name", "purpose", "current_version")
    list_select_related = ("current_version",)


@admin.register(Promotion)
class PromotionAdmin(ReadOnly, admin.ModelAdmin[Promotion]):
    list_display = ("expert", "version", "gate_passed", "promoted_by", "created_at")
    list_select_related = ("expert", "version", "promoted_by")
