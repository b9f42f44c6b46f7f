"""Goldens in the admin: curated by reviewers, each action as if taken on the page, with one batch in history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import EventSource, User
from datasets_app.admin.bulk import Act, act_on_all
from datasets_app.admin.paging import CappedPaginator
from datasets_app.golden.approving import current
from datasets_app.golden.curating import approve, renew, take_back
from datasets_app.golden.listing import shown, used_in_snapshots
from datasets_app.golden.standing import Standing, reasons_of, standing_as, standing_of, with_reasons
from datasets_app.models import Golden, Sample


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [(one.value, str(one.label)) for one in Standing]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Golden]) -> QuerySet[Golden]:
        value = self.value()
        if value not in Standing.values:
            return rows
        return rows.filter(pk__in=standing_as(Golden.objects.all(), Standing(value)).values("pk"))


class MineFilter(admin.SimpleListFilter):
    title = "my approval"
    parameter_name = "mine"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("waits", "waits for mine")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Golden]) -> QuerySet[Golden]:
        if self.value() != "waits":
            return rows
        waiting = standing_as(Golden.objects.all(), Standing.WAITING).exclude(first_by=request.user.pk)
        return rows.filter(pk__in=waiting.values("pk"))


class UsedFilter(admin.SimpleListFilter):
    title = "used in"
    parameter_name = "used"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "a snapshot"), ("no", "no snapshot")]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Golden]) -> QuerySet[Golden]:
        value = self.value()
        return rows if value not in ("yes", "no") else used_in_snapshots(rows, is_used=value == "yes")


def _act(do: Callable[..., Any]) -> Act:
    """`do` on a sample as the list had read it."""

    def act(user: User, sample: Sample, batch: UUID) -> None:
        do(user, sample, sample.revision, source=EventSource.ADMIN, batch=batch)

    return act


@admin.register(Golden)
class GoldenAdmin(ReadOnly, admin.ModelAdmin[Golden]):
    """One row for each text that was approved. The sample's own page says the rest."""

    list_display = ("sample", "question", "domain", "stands", "approved_by", "looked", "snapshots")
    list_display_links = None
    list_filter = (StandingFilter, MineFilter, UsedFilter, "sample__domain")
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    ordering = ("-pk",)
    actions = ("approve", "take_back", "renew")
    fields = ("sample", "version", "first_by", "second_by", "needed", "looked_at", "looked_by", "passed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Golden]:
        return shown(with_reasons(current(super().get_queryset(request))))

    def has_curate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change samples may do what these actions do."""
        return request.user.has_perm("datasets.change_sample")

    @admin.display(description="instruction")
    def question(self, golden: Golden) -> str:
        text = golden.question  # type: ignore[attr-defined]
        return format_html('<a href="{}">{}</a>', golden.sample.get_absolute_url(), text[:90] or "—")

    @admin.display(ordering="sample__domain")
    def domain(self, golden: Golden) -> str:
        return str(golden.sample.domain)

    @admin.display(description="standing")
    def stands(self, golden: Golden) -> str:
        why = ", ".join(reasons_of(golden))
        return f"{standing_of(golden).label}{': ' if why else ''}{why}"

    @admin.display(description="approved by")
    def approved_by(self, golden: Golden) -> str:
        second = str(golden.second_by or ("nobody yet" if golden.needed == 2 else ""))
        return ", ".join(part for part in (str(golden.first_by), second) if part)

    @admin.display(description="since", ordering="looked_at")
    def looked(self, golden: Golden) -> str:
        """The day on which a person last said that it is to be followed."""
        return f"{golden.looked_at:%Y-%m-%d}"

    @admin.display(description="used in")
    def snapshots(self, golden: Golden) -> str:
        used = golden.used_in  # type: ignore[attr-defined]
        links = ((reverse("show_snapshot", args=[one["uuid"]]), one["name"]) for one in used)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "—"

    @admin.action(description="Approve the selected texts as golden", permissions=["curate"])
    def approve(self, request: HttpRequest, rows: QuerySet[Golden]) -> None:
        act_on_all(request, _samples(rows), _act(approve), "approved as golden")

    @admin.action(description="Take the gold of the selected samples back", permissions=["curate"])
    def take_back(self, request: HttpRequest, rows: QuerySet[Golden]) -> None:
        act_on_all(request, _samples(rows), _act(take_back), "no longer golden")

    @admin.action(description="Make stale ones current again: confirm, or approve the new text", permissions=["curate"])
    def renew(self, request: HttpRequest, rows: QuerySet[Golden]) -> None:
        act_on_all(request, _samples(rows), _act(renew), "current again")


def _samples(rows: QuerySet[Golden]) -> QuerySet[Sample]:
    return Sample.objects.filter(pk__in=rows.order_by().values("sample")).order_by("pk")
