"""What went wrong, why, and what to do; never a trace, never a page without a way on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path

from afsweb import urls
from afsweb.core.models import Role
from afsweb.permissions import public


@public
def break_down(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the inside")


@public
def too_many_fields(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


@pytest.fixture
def broken() -> Iterator[None]:
    patterns = [*urls.urlpatterns, path("broken/", break_down), path("fields/", too_many_fields)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "urlpatterns", patterns)
        clear_url_caches()
        yield
    # Not before the patterns are back: what is read between would stay for the tests that follow.
    clear_url_caches()


def test_404_is_a_page_of_ours(client_as: Callable[..., Client]) -> None:
    response = client_as(Role.VIEWER).get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_403_says_which_role_it_takes(client_as: Callable[..., Client]) -> None:
    response = client_as(Role.TRAINER).get("/people/")
    assert response.status_code == 403
    assert "This needs the role admin; yours is trainer." in response.content.decode()


def test_400_is_a_page_of_ours(client: Client, broken: None, db: None) -> None:
    response = client.post("/fields/", {f"field-{i}": "" for i in range(1001)})
    assert response.status_code == 400
    assert "This request cannot be read" in response.content.decode()


def test_wrong_host_is_a_page_of_ours(client: Client, db: None) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "This request cannot be read" in response.content.decode()


def test_csrf_failure_is_a_page_of_ours(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {})
    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


def test_500_shows_nothing_of_the_inside(broken: None, db: None) -> None:
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    page = response.content.decode()
    assert "Something broke" in page
    assert "secret" not in page
    assert "Traceback" not in page
    assert "'self'" in response["Content-Security-Policy"]
