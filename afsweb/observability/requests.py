"""The outermost middleware: each request has an id, which its log lines and its answer carry, and a duration."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

import psycopg
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from prometheus_client import Histogram

from afsweb.logs.context import in_request

log = logging.getLogger(__name__)

FORM = re.compile(r"[A-Za-z0-9-]{8,64}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
SECONDS = Histogram(
    "afs_request_seconds",
    "How long requests took, by the name of their view.",
    ("view", "method", "status"),
    buckets=BUCKETS,
    registry=None,
)

# What a file of counts raises that could not grow, and at each later write behind its end.
UNWRITABLE = (OSError, ValueError, IndexError)


class RequestMiddleware:
    """Gives the id, measures, and answers 503 where a statement took longer than a page may take."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id, begun = id_of(request), time.perf_counter()
        with in_request(request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        count(request, response, time.perf_counter() - begun)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A statement that Postgres cut off is no fault of the program: say so, and what to do."""
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            log.warning("a statement took too long and was stopped", exc_info=error)
            response = render(request, "503_slow.html", status=503)
            response._has_been_logged = True  # type: ignore[attr-defined]  # Django's mark
            return response
        return None


def count(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """Count an answered request. On a full disk its count is lost, never its answer."""
    match = request.resolver_match
    view = (match.view_name or match._func_path) if match else "none"
    method = request.method if request.method in METHODS else "other"
    try:
        SECONDS.labels(view, method, f"{response.status_code // 100}xx").observe(seconds)
    except UNWRITABLE as error:
        log.warning("a request could not be counted: %s", error)


def id_of(request: HttpRequest) -> str:
    """The id that our proxy gave the request, where there is one to trust; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if settings.BEHIND_PROXY and FORM.fullmatch(given) else uuid.uuid4().hex
