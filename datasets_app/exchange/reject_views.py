"""Rejected lines: downloaded, mended elsewhere, and taken in again."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.permissions import allow, person
from afsweb.uploads import lacked_room, was_oversized
from datasets_app.errors import DatasetError
from datasets_app.exchange.continuing import continue_source as go_on
from datasets_app.exchange.downloads import attachment
from datasets_app.exchange.errors import EmptyUpload, NoRoomForUpload, UploadTooLarge
from datasets_app.exchange.exporting import joined
from datasets_app.exchange.formats import FORMATS
from datasets_app.exchange.forms import ContinueForm
from datasets_app.exchange.rejects import reject_file
from datasets_app.exchange.source_views import get_source
from datasets_app.exchange.uploads import save_upload


@require_GET
@allow(Role.VIEWER)
def download_rejects(_request: HttpRequest, source_id: UUID) -> HttpResponseBase:
    """The rejected lines in the form that they came in, each with `_line` and `_reason`."""
    source = get_source(source_id)
    name = f"{slugify(source.name) or 'source'}-rejects.{source.container}"
    return attachment(joined(reject_file(source)), name, FORMATS[source.container].media_type)


@require_POST
@allow(Role.TRAINER)
def continue_source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Take in a file of mended rejects."""
    source, form = get_source(source_id), ContinueForm(request.POST, request.FILES)
    try:
        if was_oversized(request):
            raise UploadTooLarge(limit=filesizeformat(settings.UPLOAD_LIMIT_BYTES))
        if reason := lacked_room(request):
            raise NoRoomForUpload(reason=reason)
        if not form.is_valid():
            raise EmptyUpload
        file = form.cleaned_data["file"]
        go_on(source, save_upload(file.chunks(), file.name), by=person(request))
    except DatasetError as error:
        messages.error(request, str(error))
    return redirect(source)
