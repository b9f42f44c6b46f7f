"""Files on their way to a browser, a piece at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.http import StreamingHttpResponse

from afsweb.storage.parts import BLOCK
from afsweb.storage.store import list_files
from datasets_app.exchange.containers.sink import Sink

# The earliest moment that a zip can say: equal content gives equal bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)
PACKED = (".parquet",)


def attachment(
    pieces: Iterator[bytes], name: str, media_type: str = "application/jsonl; charset=utf-8"
) -> StreamingHttpResponse:
    """A download called `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type=media_type, headers=headers)


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file, a block at a time."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def zipped(folder: Path, name: str) -> Iterator[bytes]:
    """The files below `folder` as a zip, in a folder called `name`."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for path in list_files(folder):
            info = zipfile.ZipInfo(f"{name}/{path.as_posix()}", MOMENT)
            info.compress_type = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                for block in pieces_of(folder / path):
                    member.write(block)
                    yield sink.take()
        yield sink.take()
    yield sink.take()
