"""What was found and decided, in the admin: to look at, filled by jobs and by the review page."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from afsweb.core.admin.readonly import ReadOnly
from datasets_app.admin.paging import CappedPaginator
from datasets_app.models import Embedder, GateVersion, Review, SampleVersion, Score, Verdict

M = TypeVar("M", bound=Model)
TEXTS = ("system", "instruction", "input", "output", "messages", "search")


class Evidence(ReadOnly, admin.ModelAdmin[M]):
    """Rows about a version, newest first, without loading the version's text."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        texts = [f"version__{name}" for name in TEXTS]
        return super().get_queryset(request).select_related("version__sample").defer(*texts)


@admin.register(Score)
class ScoreAdmin(Evidence[Score]):
    list_display = (
        "version",
        "gate",
        "overall",
        "passes",
        "diversity",
        "kg_consistency",
        "hallucination_risk",
        "coherence",
    )
    list_filter = ("passes",)
    list_select_related = ("gate",)


@admin.register(Verdict)
class VerdictAdmin(Evidence[Verdict]):
    list_display = ("version", "verifier", "verifier_version", "level", "supported", "contradicted", "unknown")
    list_filter = ("level",)


@admin.register(Review)
class ReviewAdmin(Evidence[Review]):
    list_display = ("version", "decision", "reason", "reviewer", "gate", "created_at", "undone_at")
    list_filter = ("decision", "reason")
    list_select_related = ("reviewer", "gate")


@admin.register(SampleVersion)
class SampleVersionAdmin(ReadOnly, admin.ModelAdmin[SampleVersion]):
    list_display = ("sample", "number", "author", "created_at")
    list_select_related = ("sample", "author")
    show_full_result_count = False
    paginator = CappedPaginator
    ordering = ("-pk",)
    exclude = ("search",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SampleVersion]:
        return super().get_queryset(request).defer("search")


@admin.register(GateVersion)
class GateVersionAdmin(ReadOnly, admin.ModelAdmin[GateVersion]):
    list_display = ("number", "is_current", "note", "created_by", "created_at")
    list_select_related = ("created_by",)
    ordering = ("-number",)


@admin.register(Embedder)
class EmbedderAdmin(ReadOnly, admin.ModelAdmin[Any]):
    list_display = ("name", "version", "dimensions", "duplicate_bound", "is_default")
