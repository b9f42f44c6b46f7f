"""axe finds nothing serious on any page, light and wide, dark and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib import admin
from django.urls import reverse

from afsweb.core.models import Role, User
from tests.security.addresses import Address, addresses
from tests.security.rows import arguments, make_rows
from tests.security.url_table import TABLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SERIOUS = ("serious", "critical")
# What answers with a file, a chart or another page.
NO_PAGE = re.compile(r"^(export|download|draw)_|^log_out$|^/admin/")
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
WAYS = {"light and wide": ("light", 1280), "dark and narrow": ("dark", 390)}


@pytest.fixture
def me(transactional_db: None) -> User:
    return User.objects.create(username="me", role=Role.ADMIN, password="unused")


@pytest.mark.parametrize("way", WAYS)
def test_no_page_has_a_serious_fault(me: User, page_as: Callable[..., Any], way: str) -> None:
    theme, width = WAYS[way]
    page = page_as(me)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    found = [fault for url in pages_for(me) for fault in faults_of(page, url)]
    assert not found, "\n".join(found)


def pages_for(me: User) -> Iterator[str]:
    """The address of every page of ours with a row on it, and of every list of the admin."""
    rows = make_rows(me)
    for address in addresses():
        declared = TABLE.get(address.name)
        if declared and "GET" in declared.methods and not NO_PAGE.search(address.name) and not address.group:
            yield url_of(address, rows)
    yield reverse("admin:index")
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def url_of(address: Address, rows: dict[str, Any]) -> str:
    about = TABLE[address.name].about
    keys = list(address.pattern.pattern.converters)
    return address.url(arguments(address.name, rows[about] if about else None, keys))


def faults_of(page: Any, url: str) -> Iterator[str]:
    """What axe finds on the page that is serious or worse: the rule, where, and what is wrong there."""
    answer = page.request.get(url)
    if answer.status != 200 or "<html" not in answer.text():
        return  # a fragment: it is looked at on the page that holds it
    page.goto(url)
    page.evaluate(AXE_SCRIPT)
    for violation in page.evaluate(RUN):
        if violation["impact"] in SERIOUS:
            first = violation["nodes"][0]
            yield f"{url}: {violation['id']} × {len(violation['nodes'])}: {first['target']} {first['html'][:160]}"
