"""What every answer says to the browser. The policy is strict everywhere; the pages that relax it are counted here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from tests.conftest import PASSWORD
from tests.security.addresses import Address, addresses
from tests.security.rows import arguments, make_rows
from tests.security.url_table import GET, TABLE

# Bokeh sets style attributes on what it draws: these pages show a chart. django-rq's own pages carry some too.
SHOW_A_CHART = {"list_artifacts", "show_catalogue", "show_run", "show_comparison", "show_map", "show_snapshot"} | {
    "show_eval_run",
    "launch_run",
    "preview_run",
    "compare_runs",
    "show_scaling",
    "show_board",
    "show_plan",
}

STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
RELAXED = STRICT | {"style-src": "'self' 'unsafe-inline'"}


def policy(response: object) -> dict[str, str]:
    header = response["Content-Security-Policy"]  # type: ignore[index]
    return dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip())


@pytest.fixture
def admin_client(client_as: Callable[..., Client], admin_user: User) -> Client:
    return client_as(admin_user)


def test_every_page_opens_on_a_real_row_under_its_policy(admin_client: Client, admin_user: User) -> None:
    rows = make_rows(admin_user)
    wrong = []
    for address in addresses():
        if address.group or GET not in TABLE[address.name].methods:
            continue
        row = TABLE[address.name]
        keys = list(address.pattern.pattern.converters)
        response = admin_client.get(address.url(arguments(address.name, rows.get(row.about), keys)))
        expected = RELAXED if address.name in SHOW_A_CHART else STRICT
        if address.name == "log_in":
            row = type(row)(row.role, row.methods, answer=302)
        if response.status_code != row.answer:
            wrong.append(f"{address.name}: {response.status_code}, expected {row.answer}")
        if policy(response) != expected:
            wrong.append(f"{address.name}: {response['Content-Security-Policy']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/login/", "/no/such/page/", "/", "/admin/"])
def test_strangers_get_the_strict_policy_too(client: Client, url: str) -> None:
    assert policy(client.get(url)) == STRICT


def test_admin_keeps_the_strict_policy(admin_client: Client, admin_user: User) -> None:
    make_rows(admin_user)
    lists = [a for a in addresses() if a.group == "admin" and a.name.endswith(("index", "_changelist"))]
    assert len(lists) > 5
    for address in lists:
        response = admin_client.get(address.url())
        assert response.status_code == 200, address.name
        assert policy(response) == STRICT, address.name


def test_queue_pages_relax_styles_alone(admin_client: Client) -> None:
    pages = [a for a in addresses() if a.name in ("django_rq:home", "django_rq:jobs", "django_rq:workers")]
    assert len(pages) == 3
    for address in pages:
        assert policy(admin_client.get(address.url())) == RELAXED


@pytest.mark.parametrize("url", ["/", "/login/", "/no/such/page/", "/admin/"])
def test_other_headers(client_as: Callable[..., Client], url: str) -> None:
    response = client_as(Role.ADMIN).get(url)
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_session_is_out_of_reach_of_scripts(client: Client, viewer: User) -> None:
    client.post("/login/", {"username": viewer.username, "password": PASSWORD}, REMOTE_ADDR="203.0.113.99")
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def _named(name: str) -> Address:
    return next(address for address in addresses() if address.name == name)


def test_charts_are_where_they_are_said_to_be() -> None:
    assert {_named(name).name for name in SHOW_A_CHART} == SHOW_A_CHART
