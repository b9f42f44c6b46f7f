"""Lists of a million rows: count no further than anybody pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

CAP = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages the first CAP rows; what lies behind them is found with the filters or the search."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        # Its key alone: with the texts that the list shows, each of CAP rows would be looked up in the table of texts.
        return self.object_list.order_by().values("pk")[:CAP].count()
