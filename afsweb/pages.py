"""How pages are put together: one template for the page and for its live part, keyset paging; what a button does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from afsweb.core.models import User
from afsweb.permissions import person
from afsweb.refusal import Refusal

PAGE_SIZE = 50
M = TypeVar("M", bound=Model)


class HasPage(Protocol):
    """A row with a page of its own."""

    def get_absolute_url(self) -> str: ...


R = TypeVar("R", bound=HasPage)


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or only its partial `partial` when htmx asked for that part (not on a history visit)."""
    htmx: Any = getattr(request, "htmx", None)
    if partial and htmx and not htmx.boosted and not htmx.history_restore_request:
        template = f"{template}#{partial}"
    return render(request, template, dict(context or {}), status=status)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list, newest first, and the cursor of the next older ones (None at the end)."""

    rows: list[M]
    next_cursor: int | None

    def __bool__(self) -> bool:
        return bool(self.rows)


def keyset_page(
    queryset: QuerySet[M], request: HttpRequest, *, size: int = PAGE_SIZE, shown: QuerySet[M] | None = None
) -> Page[M]:
    """The rows below the primary key given as `?before=`, `size` at most. Costs the same on every page of any table."""
    return page_before(queryset, request.GET.get("before", ""), size, shown)


def page_before(queryset: QuerySet[M], before: str, size: int, shown: QuerySet[M] | None = None) -> Page[M]:
    """The rows below the primary key `before`, `size` at most; text that is no key counts as not given.

    `shown` is the same table with all that the page shows of a row: Postgres then works that out for the rows of the
    page, and not for all that fit before it sorts them.
    """
    if before.isdecimal() and len(before) < 19:
        queryset = queryset.filter(pk__lt=int(before))
    newest = queryset.order_by("-pk")[: size + 1]
    rows = list(newest if shown is None else shown.filter(pk__in=newest.values("pk")).order_by("-pk"))
    more = len(rows) > size
    return Page(rows[:size], rows[size - 1].pk if more else None)


def act(request: HttpRequest, row: R, do: Callable[[R, User], object], said: str) -> HttpResponse:
    """Do it to the row as the person who asks, say so or say what stands in the way, and go to the row's page."""
    try:
        do(row, person(request))
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(row)
