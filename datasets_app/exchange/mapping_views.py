"""The page that asks which column of a file is what, and shows what would come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from datasets_app.errors import DatasetError
from datasets_app.exchange.forms import MappingForm
from datasets_app.exchange.mapping import ColumnMapping, earlier_mapping, guess
from datasets_app.exchange.reading import Reject, read_records, read_samples
from datasets_app.exchange.rows import Row
from datasets_app.exchange.source_views import get_source
from datasets_app.exchange.sources import map_columns as start_mapped
from datasets_app.exchange.uploads import open_upload
from datasets_app.models import Source, SourceState

SHOWN, SHOWN_REJECTS, LOOKED_AT = 5, 20, 1_000


@dataclass
class Preview:
    """What a mapping makes of the first rows of a file."""

    read: int = 0
    rejected: int = 0
    samples: list[tuple[int, Row]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def map_columns(request: HttpRequest, source_id: UUID) -> HttpResponseBase:
    """The first rows, and a choice for each field; `do=import` starts the import, anything else shows a preview."""
    source = get_source(source_id)
    if source.state != SourceState.UNMAPPED:
        return redirect(source)
    earlier = earlier_mapping(source)
    if request.method == "GET":
        mapping = ColumnMapping.from_json(earlier.mapping) if earlier else guess(source.columns)
        form = MappingForm.showing(mapping, source.columns)
        return _page(request, source, form, {"earlier": earlier})
    form = MappingForm(request.POST, columns=source.columns)
    preview = None
    if form.is_valid():
        try:
            mapping = form.mapping()
            if request.POST.get("do") == "import":
                start_mapped(source, mapping, by=person(request))
                return redirect(source)
            mapping.check(source.columns)
            preview = preview_of(source, mapping)
        except DatasetError as error:
            form.add_error(None, str(error))
    return _page(request, source, form, {"preview": preview})


def _page(request: HttpRequest, source: Source, form: MappingForm, more: dict[str, Any]) -> HttpResponseBase:
    context = {"source": source, "form": form, "rows": form.rows(), "first": first_rows(source)} | more
    return render_page(request, "datasets/source_columns.html", context)


def first_rows(source: Source) -> list[tuple[int, list[str]]]:
    """The number and cells of the first rows that can be read. An upload that is gone has none."""
    try:
        with open_upload(source) as file:
            rows = (row for row in read_records(file, source.container) if not isinstance(row, Reject))
            first = list(islice(rows, SHOWN))
    except DatasetError:
        return []
    return [(number, [_cell(content.get(name)) for name in source.columns]) for number, content in first]


def _cell(value: object) -> str:
    return "" if value is None else str(value)[:300].encode("utf-8", "replace").decode()


def preview_of(source: Source, mapping: ColumnMapping) -> Preview:
    """What `mapping` makes of the first rows. Raises `UploadMissing`."""
    preview = Preview()
    with open_upload(source) as file:
        for entry in islice(read_samples(file, source.container, mapping.read), LOOKED_AT):
            preview.read += 1
            if not isinstance(entry, Reject):
                preview.samples += [entry] if len(preview.samples) < SHOWN else []
                continue
            preview.rejected += 1
            preview.rejects += [entry] if len(preview.rejects) < SHOWN_REJECTS else []
    return preview
