"""Errors that nobody expected, kept as rows: counted by place, without secrets, in nobody's way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.db.utils import DataError, ProgrammingError
from django.test import Client

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.jobs.registry import job as kind
from afsweb.core.models import ErrorReport, Job, Role
from afsweb.logs.context import in_request
from afsweb.observability import errors
from afsweb.observability.errors import MOST, OLDEST, KeepErrors, Note, keep
from afsweb.refusal import Refusal
from tests.core.conftest import lease, make_host, make_job

log = logging.getLogger("tests.errors")


@pytest.fixture
def keeper(transactional_db: None) -> Iterator[KeepErrors]:
    """The handler at work, which `flush` waits for. Its thread is gone with the test's process."""
    handler = KeepErrors()
    logging.getLogger().addHandler(handler)
    yield handler
    handler.flush()
    logging.getLogger().removeHandler(handler)


def break_down(text: str = "it broke") -> None:
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("the job failed")


def reports(keeper: KeepErrors) -> list[ErrorReport]:
    keeper.flush(30)
    return list(ErrorReport.objects.order_by("pk"))


def test_an_error_is_kept_with_its_place_and_traceback(keeper: KeepErrors) -> None:
    with in_request("abc12345"):
        break_down()
    (report,) = reports(keeper)
    assert report.place.startswith("tests/observability/test_errors.py:")
    assert report.place.endswith(" break_down")
    assert (report.kind, report.message, report.request, report.count) == ("ValueError", "it broke", "abc12345", 1)
    assert "raise ValueError(text)" in report.traceback


def test_the_same_place_is_counted_and_another_is_another_row(keeper: KeepErrors) -> None:
    for number in range(3):
        break_down(f"it broke {number}")
    log.error("something else")
    first, second = reports(keeper)
    assert (first.count, first.message) == (3, "it broke 2")
    assert first.first_at < first.last_at
    assert (second.count, second.kind, second.traceback) == (1, "tests.errors", "")


def test_warnings_are_not_kept(keeper: KeepErrors) -> None:
    log.warning("hm")
    assert reports(keeper) == []


def test_an_answer_of_5xx_that_a_view_chose_is_not_kept(keeper: KeepErrors, client: Client) -> None:
    assert client.get("/health/ready").status_code == 503
    logging.getLogger("django.request").error("Service Unavailable: /login/")
    assert reports(keeper) == []


def test_no_secret_is_kept(keeper: KeepErrors) -> None:
    break_down("postgresql://ann:Q7rT4vX9zK2m@db/afsweb refused\x00")
    (report,) = reports(keeper)
    assert "Q7rT4vX9zK2m" not in report.message + report.traceback


def test_an_error_in_a_broken_transaction_is_kept_and_breaks_nothing_more(keeper: KeepErrors) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        try:
            connection.cursor().execute("SELECT nonsense")
        except ProgrammingError:
            log.exception("no such column")
            raise
    assert [report.kind for report in reports(keeper)] == ["ProgrammingError"]
    assert not Job.objects.exists()


def test_a_page_that_breaks_is_kept_with_its_view(
    keeper: KeepErrors, client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("afsweb.core.views.hosts.with_silence", broken)
    client = client_as(Role.VIEWER)
    client.raise_request_exception = False
    response = client.get("/hosts/")
    assert response.status_code == 500
    (report,) = reports(keeper)
    assert (report.kind, report.about, report.request) == ("ZeroDivisionError", "list_hosts", response["X-Request-ID"])
    assert report.place.startswith("afsweb/core/views/hosts.py:")


@pytest.mark.parametrize("error, kept", [(ZeroDivisionError("no"), 1), (Refusal(), 0)])
def test_a_job_that_breaks_is_kept_and_one_that_is_refused_is_not(
    keeper: KeepErrors, error: Exception, kept: int
) -> None:
    @kind("tests.breaks")
    def body(_ctx: JobContext) -> None:
        raise error

    one = make_job(kind="tests.breaks", params={})
    settle(perform(JobContext(one, lease(one, make_host("here")))))
    assert len(reports(keeper)) == kept


def test_without_a_database_nothing_is_kept_and_nobody_notices(
    keeper: KeepErrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_note: Note) -> None:
        log.error("an error while an error is written")
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(errors, "keep", away)
        break_down()
        assert reports(keeper) == []
    break_down()
    assert len(reports(keeper)) == 1


def test_more_than_can_be_written_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors.Writer, "start", lambda _self: None)
    handler = KeepErrors()
    for _ in range(errors.WAITING + 50):
        handler.handle(logging.LogRecord("a", logging.ERROR, "/a.py", 1, "x", (), None))
    assert handler._notes.qsize() == errors.WAITING


def test_a_record_that_cannot_be_read_harms_nobody() -> None:
    handler = KeepErrors()
    handler.handle(logging.LogRecord("a", logging.ERROR, "/a.py", 1, "%d", ("no number",), None))


def a_note(place: str) -> Note:
    return Note(place, "Error", "no", "", "", "", None, "here")


@pytest.mark.django_db
def test_old_ones_and_the_oldest_of_too_many_are_forgotten() -> None:
    rows = [ErrorReport(place=f"place {number}", kind="Error", message="no") for number in range(MOST)]
    ErrorReport.objects.bulk_create(rows)
    ErrorReport.objects.filter(place="place 5").update(last_at=Now() - timedelta(days=1))
    keep(a_note("a new one"))
    assert ErrorReport.objects.count() == MOST
    assert not ErrorReport.objects.filter(place="place 5").exists()
    ErrorReport.objects.filter(place="place 6").update(last_at=Now() - OLDEST - timedelta(days=1))
    keep(a_note("another"))
    assert not ErrorReport.objects.filter(place="place 6").exists()


@pytest.mark.django_db
def test_admins_read_and_delete_them(client_as: Callable[..., Client]) -> None:
    keep(a_note("afsweb/somewhere.py:12 work"))
    report = ErrorReport.objects.get()
    client = client_as(Role.ADMIN)
    assert "afsweb/somewhere.py:12 work" in client.get("/admin/core/errorreport/").content.decode()
    assert client.get(f"/admin/core/errorreport/{report.pk}/change/").status_code == 200
    client.post(f"/admin/core/errorreport/{report.pk}/delete/", {"post": "yes"})
    assert not ErrorReport.objects.exists()


def test_the_place_is_our_last_line_before_a_library(keeper: KeepErrors) -> None:
    try:
        enqueue("core.selftest", {}, title="A job", priority=10**9)
    except DataError:
        log.exception("out of range")
    (report,) = reports(keeper)
    assert (report.place.split(":")[0], report.kind) == ("afsweb/core/jobs/enqueue.py", "DataError")
