"""Actions on many samples, and maps with what people drew around on them: made on their own pages, looked up here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from afsweb.core.admin.readonly import ReadOnly
from datasets_app.models import BulkAction, EmbeddingMap, MapSelection


@admin.register(BulkAction)
class BulkActionAdmin(ReadOnly, admin.ModelAdmin[BulkAction]):
    """What was previewed, by whom, and what came of it. Its samples are on its own page."""

    list_display = ("__str__", "verb", "state", "previewed", "done", "undone", "created_by", "created_at")
    list_filter = ("verb", "state")
    list_select_related = ("created_by", "assignee")
    show_full_result_count = False
    ordering = ("-pk",)
    exclude = ("picked",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkAction]:
        return super().get_queryset(request).defer("picked")


@admin.register(EmbeddingMap)
class EmbeddingMapAdmin(ReadOnly, admin.ModelAdmin[EmbeddingMap]):
    list_display = ("__str__", "state", "count", "embedder", "created_by", "created_at")
    list_filter = ("state", "method", "domain")
    list_select_related = ("domain", "embedder", "created_by")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(MapSelection)
class MapSelectionAdmin(ReadOnly, admin.ModelAdmin[MapSelection]):
    """Its samples are a list of up to a million numbers, which no page shows."""

    list_display = ("__str__", "map", "created_by", "created_at")
    list_select_related = ("map__domain", "created_by")
    show_full_result_count = False
    ordering = ("-pk",)
    exclude = ("sample_ids",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MapSelection]:
        return super().get_queryset(request).defer("sample_ids")
