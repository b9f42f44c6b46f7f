"""The rows of training with what their pages and commands read about them, in one query each."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from afsweb.core.models import GpuReading
from training_app.models import (
    BaseModel,
    Expert,
    Merge,
    MergePart,
    ModelVersion,
    Promotion,
    Reading,
    Recipe,
    Rung,
    TrainingRun,
)

RECENT = 20
MERGEABLE = 50


def run_rows() -> QuerySet[TrainingRun]:
    """Runs with their recipe, snapshot, host, job and version."""
    related = ("recipe__base_model", "snapshot", "host", "job__pulse", "created_by", "version", "sweep")
    return TrainingRun.objects.select_related(*related)


def shown_runs() -> QuerySet[TrainingRun]:
    """The same for a page of one run, which asks too what of its machine was read, and whether memory ran out."""
    readings = Reading.objects.filter(run=OuterRef("pk"))
    return run_rows().annotate(
        has_gpu_readings=Exists(GpuReading.objects.filter(job=OuterRef("job"))),
        has_readings=Exists(readings),
        has_cards=Exists(readings.exclude(gpus=[])),
        has_rungs=Exists(Rung.objects.filter(run=OuterRef("pk"))),
    )


def recipe_rows() -> QuerySet[Recipe]:
    """Recipes with their base model."""
    return Recipe.objects.select_related("base_model", "created_by")


def runs_with(recipe: Recipe) -> QuerySet[TrainingRun]:
    """The newest runs that used the recipe."""
    return recipe.runs.select_related("job", "snapshot", "version").order_by("-pk")[:RECENT]


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
    related = ("base_model", "run__recipe", "run__snapshot", "run__host", "adapter", "weights", "endpoint", "merge")
    return ModelVersion.objects.select_related(*related)


def adapter_rows() -> QuerySet[ModelVersion]:
    """The newest versions in use whose adapter can be merged."""
    return version_rows().filter(adapter__isnull=False, is_archived=False).order_by("-pk")[:MERGEABLE]


def merge_rows() -> QuerySet[Merge]:
    """Merges with what goes into them and what came of them."""
    return Merge.objects.select_related("base_model", "version", "job", "created_by").prefetch_related("parts__version")


def parts_of(version: ModelVersion) -> list[MergePart]:
    """What a merged version was made of; nothing for another."""
    merge = getattr(version, "merge", None)
    return list(merge.parts.select_related("version")) if merge else []


def merges_of(version: ModelVersion) -> QuerySet[Merge]:
    """The newest merges that the version went into."""
    return Merge.objects.filter(parts__version=version).select_related("version", "job").order_by("-pk")[:RECENT]


def expert_rows() -> QuerySet[Expert]:
    """The experts with their current version."""
    return Expert.objects.select_related("current_version").order_by("slug")


def promotions_of(expert: Expert) -> QuerySet[Promotion]:
    """The newest promotions to the expert."""
    return expert.promotions.select_related("version", "promoted_by").order_by("-pk")[:RECENT]
