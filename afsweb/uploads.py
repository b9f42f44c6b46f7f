"""A limit on uploaded files while they come in: what is over it is thrown away, not spooled to the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class LimitUpload(FileUploadHandler):
    """First of the upload handlers: passes each block on until a file has more than UPLOAD_LIMIT_BYTES."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_LIMIT_BYTES:
            if self.request is not None:
                self.request.META[OVERSIZED] = True
            raise SkipFile
        return raw_data

    def file_complete(self, _file_size: int) -> UploadedFile[Any] | None:
        return None


OVERSIZED = "afsweb.upload_over_limit"


def was_oversized(request: HttpRequest) -> bool:
    """Whether a file of this request was thrown away for its size. Read the form's data first."""
    return bool(request.META.get(OVERSIZED))
