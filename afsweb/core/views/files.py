"""What machines ask of the hub: the files of artifacts, whole or in parts, and a place for those that they made.

An answer that is no file is a sentence of plain text; `X-Problem` says what the machine can do about it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_http_methods

from afsweb.core.artifacts.receiving import (
    begin_arrival,
    find_file,
    find_manifest,
    find_milestones,
    find_part,
    finish_arrival,
)
from afsweb.permissions import for_hosts
from afsweb.refusal import Refusal
from afsweb.storage import (
    PART,
    ArrivedDamaged,
    Arriving,
    BadManifest,
    NameNotPortable,
    NotArrived,
    Part,
    TransferBusy,
    digest_of,
)
from afsweb.storage.hub import LONGEST_MANIFEST
from afsweb.storage.parts import BLOCK, as_digest

P = ParamSpec("P")
ContentView = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]
NAME = re.compile(r"[0-9a-f]{64}")
RANGE = re.compile(r"bytes=(\d{1,18})-(\d{1,18})")
BYTES = "application/octet-stream"
# What a machine does about it: sends it again, asks again, sends what is missing or was damaged.
PROBLEMS: dict[type[Refusal], tuple[int, str]] = {
    BadManifest: (400, "again"),
    NameNotPortable: (400, ""),
    TransferBusy: (409, "busy"),
    NotArrived: (409, "missing"),
    ArrivedDamaged: (409, "damaged"),
}


def answer(text: str, status: int, problem: str = "") -> HttpResponse:
    """A sentence for a machine, and for whoever reads its log."""
    headers = {"X-Problem": problem} if problem else {}
    return HttpResponse(f"{text}\n" if text else "", status=status, content_type="text/plain", headers=headers)


def about_content(
    view: Callable[Concatenate[HttpRequest, str, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Only for names of content; what a person could put right is answered as a sentence."""

    @wraps(view)
    def guarded(request: HttpRequest, sha256: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not NAME.fullmatch(sha256):
            return answer("This is no sha256 of stored content.", 404)
        try:
            return view(request, sha256, *args, **kwargs)
        except Refusal as error:
            return answer(str(error), *PROBLEMS.get(type(error), (507, "")))

    return guarded


@require_http_methods(["GET", "PUT", "POST"])
@for_hosts
@about_content
def exchange_artifact(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """GET its manifest, or with `?milestones` those of its files; PUT the manifest of what will be sent, for the parts
    that are here; POST when all is sent.
    """
    if request.method == "GET":
        data = find_milestones(sha256) if "milestones" in request.GET else find_manifest(sha256)
        headers = {"Content-Digest": digest_of(data)} if data else {}
        return HttpResponse(data, content_type="application/json", headers=headers) if data else nothing_here()
    if request.method == "PUT":
        data = request.read(LONGEST_MANIFEST)
        parts = begin_arrival(sha256, data)
        return JsonResponse({"whole": parts is None, "parts": parts or {}})
    arriving = Arriving.begun(sha256, settings.ARTIFACT_DIR)
    if arriving is None:
        return answer("Nothing of it was begun here.", 409, "missing")
    finish_arrival(arriving)
    return answer("", 201)


@require_http_methods(["GET", "PUT"])
@for_hosts
@about_content
def exchange_file(request: HttpRequest, sha256: str, path: str) -> HttpResponseBase:
    """GET a file of an artifact, or a range of it; PUT a part of one that was begun."""
    if request.method == "PUT":
        return receive_part(request, sha256, path)
    found = find_file(sha256, path)
    if found is None:
        return nothing_here()
    file, place = found
    headers = {"ETag": f'"{file.sha256}"', "Accept-Ranges": "bytes", "Repr-Digest": as_digest(file.sha256)}
    span = asked_range(request, headers["ETag"])
    if span is None:
        whole = {"Content-Length": str(file.size)}
        return StreamingHttpResponse(blocks(place, 0, file.size), content_type=BYTES, headers=headers | whole)
    start, stop = span
    if start >= min(stop, file.size):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    return send_range(place, Part(file, 0, start, min(stop, file.size)), headers)


def asked_range(request: HttpRequest, etag: str) -> tuple[int, int] | None:
    """The one range that is asked for, its end not included; None means the whole (RFC 9110, sections 13.1.5, 14.2)."""
    match = RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or request.headers.get("If-Range", etag) != etag:
        return None
    start, last = map(int, match.groups())
    return (start, last + 1) if start <= last else None


def send_range(place: Path, part: Part, headers: dict[str, str]) -> HttpResponseBase:
    """A range of a file."""
    headers = headers | {"Content-Range": part.content_range, "Content-Length": str(len(part))}
    pieces = blocks(place, part.start, part.stop)
    return StreamingHttpResponse(pieces, status=206, content_type=BYTES, headers=headers)


def blocks(place: Path, start: int, stop: int) -> Iterator[bytes]:
    """The bytes of a file from `start` to `stop`, a block at a time."""
    with place.open("rb") as file:
        file.seek(start)
        while start < stop and (block := file.read(min(BLOCK, stop - start))):
            start += len(block)
            yield block


def receive_part(request: HttpRequest, sha256: str, path: str) -> HttpResponse:
    """Keep a part of a file that was begun, when its bytes are what its digest says."""
    # All of it first: who is answered while sending sees a broken connection instead of the answer.
    data = request.read(PART + 1)
    arriving = Arriving.begun(sha256, settings.ARTIFACT_DIR)
    part = find_part(arriving, path, request.headers.get("Content-Range", "")) if arriving else None
    if arriving is None or part is None:
        return answer("No such part was begun here.", 409, "missing")
    if len(data) != len(part) or request.headers.get("Content-Digest") != digest_of(data):
        return answer("These are not the bytes that its digest says.", 400, "again")
    with arriving.alone():
        arriving.keep(part, data)
    return HttpResponse(status=204)


def nothing_here() -> HttpResponse:
    """No artifact of that name, or no such file in it, or the hub lost it."""
    return answer("There is no such file here.", 404)
