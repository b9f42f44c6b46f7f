"""What was found and decided, in the admin: to look at, filled by jobs and by the review page."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from afsweb.core.admin.readonly import ReadOnly
from datasets_app.admin.paging import CappedPaginator
from datasets_app.models import Embedder, GateVersion, Review, SampleVersion, Score, Verdict
from datasets_app.review.evidence import Evidence as Found
from datasets_app.review.evidence import findings_of

M = TypeVar("M", bound=Model)
TEXTS = ("system", "instruction", "input", "output", "messages", "search")


class Evidence(ReadOnly, admin.ModelAdmin[M]):
    """Rows about a version, newest first, without loading the version's text."""

    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    ordering = ("-pk",)
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        texts = [f"version__{name}" for name in TEXTS]
        # Not `list_select_related`: Django passes it by where the query has said something of the kind already.
        return super().get_queryset(request).select_related("version__sample", *self.related).defer(*texts)


def place_of(finding: dict[str, Any]) -> str:
    """Where in the text a finding is: output, line 4."""
    return f", {finding.get('where') or 'output'}, line {finding['line']}" if finding.get("line") else ""


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
    related = ("gate",)


@admin.register(Verdict)
class VerdictAdmin(Evidence[Verdict]):
    list_display = ("version", "verifier", "verifier_version", "reached", "supported", "contradicted", "unknown")
    list_filter = ("level",)
    fields = ("version", "verifier", "verifier_version", "reached", "measured", "remarks", "counts", "tool_versions")
    readonly_fields = fields

    @admin.display(ordering="level")
    def reached(self, verdict: Verdict) -> str:
        """The step of the ladder in words."""
        found = Found(verdict)
        return f"{found.level}" if found.is_old else f"{found.level} of {len(found.steps)}: {found.reached}"

    def measured(self, verdict: Verdict) -> str:
        return Found(verdict).measured or "—"

    @admin.display(description="findings")
    def remarks(self, verdict: Verdict) -> str:
        """Each finding as the pages show it, worst first."""
        rows = ((one["level"], one["code"], place_of(one), one["message"]) for one in findings_of([verdict]))
        return format_html_join("", "<p><b>{} {}</b>{}<br>{}</p>", rows) or "none"

    @admin.display(description="claims")
    def counts(self, verdict: Verdict) -> str:
        return f"{verdict.supported} right, {verdict.contradicted} wrong, {verdict.unknown} not known"


@admin.register(Review)
class ReviewAdmin(Evidence[Review]):
    list_display = ("version", "decision", "reason", "reviewer", "gate", "created_at", "undone_at")
    list_filter = ("decision", "reason")
    related = ("reviewer", "gate")


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
