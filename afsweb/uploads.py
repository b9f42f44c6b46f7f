"""Uploaded files while they come in: what is over the limit is thrown away, and so is what finds the disk full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from afsweb.storage.room import is_full


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


class SpoolUpload(TemporaryFileUploadHandler):
    """Django's own for large files; one that the disk has no room for is thrown away, and the form says so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with self._room():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        with self._room():
            return super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        with self._room():
            return super().file_complete(file_size)

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not is_full(error) or self.request is None:
                raise
            with suppress(OSError, AttributeError):  # it tries to write the rest; or there is no file
                self.file.close()
            self.request.META[NO_ROOM] = error.strerror
            raise SkipFile from None


OVERSIZED = "afsweb.upload_over_limit"
NO_ROOM = "afsweb.upload_without_room"


def was_oversized(request: HttpRequest) -> bool:
    """Whether a file of this request was thrown away for its size. Read the form's data first."""
    return bool(request.META.get(OVERSIZED))


def lacked_room(request: HttpRequest) -> str:
    """Why the disk did not take a file of this request, "" where it did. Read the form's data first."""
    return str(request.META.get(NO_ROOM, ""))
