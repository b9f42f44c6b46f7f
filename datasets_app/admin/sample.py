"""Samples in the admin: find, decide one or many, never over somebody else's change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.admin.bulk import act_on_all, archiving, deciding
from datasets_app.admin.paging import CappedPaginator
from datasets_app.admin.sample_forms import ARCHIVE, ReasonForm, SampleForm
from datasets_app.models import Decision, RejectReason, Review, Sample, SampleVersion
from datasets_app.review.changes import last_change
from datasets_app.review.decisions import archive, decide
from datasets_app.review.errors import ReviewError, SampleChanged
from datasets_app.review.forms import parse_uuid
from datasets_app.search.conditions import holding

LARGEST_ID = 2**63 - 1


class VersionInline(ReadOnly, admin.TabularInline[SampleVersion, Sample]):
    """Every text the sample has had."""

    model = SampleVersion
    fk_name = "sample"
    fields = ("number", "instruction", "output", "author", "created_at")
    readonly_fields = fields
    ordering = ("-number",)
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[SampleVersion]:
        return super().get_queryset(request).select_related("author", "sample").defer("search")


class ReviewInline(ReadOnly, admin.TabularInline[Review, Sample]):
    """Every decision on the sample, undone ones too."""

    model = Review
    fields = ("created_at", "decision", "reason", "note", "who", "undone_at")
    readonly_fields = fields
    ordering = ("-pk",)
    extra = 0

    @admin.display(description="by")
    def who(self, review: Review) -> str:
        return str(review.reviewer or review.gate)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        return super().get_queryset(request).select_related("reviewer", "gate")


@admin.register(Sample)
class SampleAdmin(admin.ModelAdmin[Sample]):
    form = SampleForm
    action_form = ReasonForm
    list_display = ("id", "question", "domain", "kind", "state", "decided_by", "golden", "source")
    list_display_links = ("id", "question")
    list_filter = ("state", "decided_by", "is_golden", "domain")
    list_select_related = ("domain", "source")
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    ordering = ("-pk",)
    search_fields = ("current__search",)
    search_help_text = "Words of the text; or a sample's number, or its uuid."
    actions = ("accept", "make_golden", "reject", "archive")
    inlines = (VersionInline, ReviewInline)
    raw_id_fields = ("source", "current")
    readonly_fields = (
        "uuid",
        "domain",
        "source",
        "state",
        "decided_by",
        "is_golden",
        "group_id",
        "cluster",
        "created_at",
    )
    fields = (*readonly_fields, "kind", "decision", "reason", "note", "revision")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sample]:
        return super().get_queryset(request).annotate(question=Left("current__instruction", 90))

    @admin.display(description="instruction")
    def question(self, sample: Sample) -> str:
        return str(sample.question)  # type: ignore[attr-defined]

    @admin.display(description="golden", ordering="is_golden")
    def golden(self, sample: Sample) -> str:
        return "golden" if sample.is_golden else ""

    def get_search_results(
        self, _request: HttpRequest, queryset: QuerySet[Sample], search_term: str
    ) -> tuple[QuerySet[Sample], bool]:
        term = search_term.replace("\0", "").strip()
        if not term:
            return queryset, False
        if uuid := parse_uuid(term):
            return queryset.filter(uuid=uuid), False
        if term.isascii() and term.isdecimal():
            return queryset.filter(pk=min(int(term), LARGEST_ID)), False
        return queryset.filter(holding(term)), False

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Sample | None = None) -> bool:
        return False

    @admin.action(description="Accept the selected samples", permissions=["change"])
    def accept(self, request: HttpRequest, samples: QuerySet[Sample]) -> None:
        act_on_all(request, samples, deciding(Decision.ACCEPT), "accepted")

    @admin.action(description="Make the selected samples golden", permissions=["change"])
    def make_golden(self, request: HttpRequest, samples: QuerySet[Sample]) -> None:
        act_on_all(request, samples, deciding(Decision.GOLDEN), "golden")

    @admin.action(description="Reject the selected samples (with the reason)", permissions=["change"])
    def reject(self, request: HttpRequest, samples: QuerySet[Sample]) -> None:
        reason = request.POST.get("reason", "")
        if reason not in RejectReason.values:
            messages.error(request, "Nothing was rejected: choose a reason beside the action.")
            return
        act_on_all(request, samples, deciding(Decision.REJECT, reason), "rejected")

    @admin.action(description="Archive the selected samples", permissions=["change"])
    def archive(self, request: HttpRequest, samples: QuerySet[Sample]) -> None:
        act_on_all(request, samples, archiving, "archived")

    def save_model(self, request: HttpRequest, obj: Sample, form: Any, _change: bool) -> None:
        """Write what was changed under the revision that the page had shown. Raises SampleChanged."""
        assert isinstance(request.user, User)
        told, user = form.cleaned_data, request.user
        seen = {"revision": told["revision"], "source": EventSource.ADMIN}
        if "kind" in form.changed_data:
            _change_kind(user, obj, form.initial["kind"], told["revision"])
            seen["revision"] += 1
        if told["decision"] == ARCHIVE:
            archive(user, Sample.objects.get(pk=obj.pk), **seen)
        elif told["decision"]:
            assert obj.current is not None
            decide(user, obj.current, Decision(told["decision"]), reason=told["reason"], note=told["note"], **seen)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except ReviewError as error:
            messages.error(request, str(error))
            return redirect(request.path)


def _change_kind(user: User, sample: Sample, was: str, revision: int) -> None:
    if not sample.change(revision, kind=sample.kind):
        raise SampleChanged(change=last_change(sample))
    record("change", sample, actor=user, source=EventSource.ADMIN, before={"kind": was}, after={"kind": sample.kind})
