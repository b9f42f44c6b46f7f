"""The rows of training with what their pages and commands read about them, in one query each."""

from __future__ import annotations

from django.db.models import QuerySet

from training_app.models import BaseModel, Expert, ModelVersion, Promotion, Recipe, TrainingRun

RECENT = 20


def run_rows() -> QuerySet[TrainingRun]:
    """Runs with their recipe, snapshot, host, job and version."""
    related = ("recipe__base_model", "snapshot", "host", "job", "created_by", "version")
    return TrainingRun.objects.select_related(*related)


def recipe_rows() -> QuerySet[Recipe]:
    """Recipes with their base model."""
    return Recipe.objects.select_related("base_model", "created_by")


def runs_with(recipe: Recipe) -> QuerySet[TrainingRun]:
    """The newest runs that used the recipe."""
    return recipe.runs.select_related("job", "snapshot").order_by("-pk")[:RECENT]


def base_rows() -> QuerySet[BaseModel]:
    """Base models with their weights and the job that builds them."""
    return BaseModel.objects.select_related("weights", "job")


def versions_of(base: BaseModel) -> QuerySet[ModelVersion]:
    """The newest versions that were made from the base."""
    return base.versions.select_related("run").order_by("-pk")[:RECENT]


def recipes_of(base: BaseModel) -> QuerySet[Recipe]:
    """The newest recipes for the base that are in use."""
    return base.recipes.filter(is_archived=False).order_by("-pk")[:RECENT]


def version_rows() -> QuerySet[ModelVersion]:
    """Model versions with their lineage."""
    related = ("base_model", "run__recipe", "run__snapshot", "adapter", "endpoint")
    return ModelVersion.objects.select_related(*related)


def expert_rows() -> QuerySet[Expert]:
    """The experts with their current version."""
    return Expert.objects.select_related("current_version").order_by("slug")


def promotions_of(expert: Expert) -> QuerySet[Promotion]:
    """The newest promotions to the expert."""
    return expert.promotions.select_related("version", "promoted_by").order_by("-pk")[:RECENT]
