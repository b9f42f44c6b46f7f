"""What the lines that are written now are about: one request of the web, or the one job of this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request: ContextVar[str] = ContextVar("request", default="")
# A job has its process to itself, and threads, which begin without the variables of who started them.
_job: dict[str, str] = {}


@contextmanager
def in_request(request_id: str) -> Iterator[None]:
    """Lines of the block are about this request."""
    token = _request.set(request_id)
    try:
        yield
    finally:
        _request.reset(token)


def in_job(job_id: object, kind: str) -> None:
    """All lines of this process, from now on, are about this job."""
    _job.update(job=str(job_id), kind=kind)


def about() -> dict[str, str]:
    """`request`, or `job` and `kind`; empty when the line is about neither."""
    request = _request.get()
    return {"request": request} if request else dict(_job)
