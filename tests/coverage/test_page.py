"""The page of the coverage: a cell for each kind and topic, thin ones said so, each with its way on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from afsweb.core.models import Job, Role
from datasets_app.coverage.counting import count_cells
from datasets_app.coverage.table import coverage_table, thin_bound
from datasets_app.models import CoverageCell, Domain, SampleState, Source
from tests.coverage.making import add_cell

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
ACCEPTED = {"state": SampleState.ACCEPTED}


@pytest.fixture
def cells(source: Source, domain: Domain) -> None:
    add_cell(source, 40, kind="register_name", topic="dma", **ACCEPTED)
    add_cell(source, 2, kind="register_name", topic="vram", **ACCEPTED)
    add_cell(source, 7, kind="a kind of old", topic="dma")
    count_cells(domain)


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/coverage/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_cells_show_their_counts_and_lead_to_their_samples(client_as: ClientAs, cells: None) -> None:
    shown = page(client_as(Role.VIEWER))
    assert "40 accepted" in shown
    assert "7 waiting" in shown
    assert "/samples/?domain=asm65816&amp;kind=register_name&amp;topic=vram" in shown
    assert "video memory (VRAM)" in shown


def test_thin_cells_say_so_in_a_word(client_as: ClientAs, cells: None, domain: Domain) -> None:
    table = coverage_table(domain)
    thin = {(row.topic, place.cell.kind) for row in table.rows for place in row.places if place.cell and place.is_thin}
    assert thin == {("vram", "register_name"), ("dma", "a kind of old")}
    assert page(client_as(Role.VIEWER)).count(">thin<") == 2


def test_fuller_cells_have_a_stronger_ground(cells: None, domain: Domain) -> None:
    shades = {
        (row.topic, place.cell.kind): place.shade
        for row in coverage_table(domain).rows
        for place in row.places
        if place.cell
    }
    assert shades == {("dma", "register_name"): 4, ("vram", "register_name"): 1, ("dma", "a kind of old"): 0}


@pytest.mark.parametrize(("accepted", "bound"), [([], 5), ([1, 2, 3], 5), ([40, 100, 400], 25)])
def test_thin_is_a_quarter_of_the_median(accepted: list[int], bound: int) -> None:
    assert thin_bound([CoverageCell(accepted=count) for count in accepted]) == bound


def test_who_may_generate_is_led_to_the_program_that_writes_the_kind(client_as: ClientAs, cells: None) -> None:
    address = "/campaigns/launch/?generator=asm65816%3Aregister_facts"
    assert address in page(client_as(Role.TRAINER))
    assert address not in page(client_as(Role.VIEWER))
    form = client_as(Role.TRAINER).get(address).content.decode()
    assert 'value="asm65816:register_facts" selected' in form


def test_nothing_counted_is_said_with_the_button_that_counts(client_as: ClientAs) -> None:
    assert "is counted yet" in page(client_as(Role.REVIEWER), "?domain=text")
    assert "Count now" not in page(client_as(Role.VIEWER), "?domain=text")


def test_the_button_has_it_counted_once(client_as: ClientAs, source: Source) -> None:
    client = client_as(Role.REVIEWER)
    for _ in range(2):
        client.post("/coverage/count/", {"domain": "asm65816"})
    assert Job.objects.filter(kind="datasets.count_coverage").count() == 1
    assert "Count the coverage of" in page(client)
    assert client.post("/coverage/count/", {"domain": "none"}).status_code == 404


def test_an_unknown_domain_is_not_found(client_as: ClientAs) -> None:
    assert client_as(Role.VIEWER).get("/coverage/?domain=none").status_code == 404


def test_the_page_counts_nothing(client_as: ClientAs, cells: None) -> None:
    client = client_as(Role.VIEWER)
    page(client)
    with CaptureQueriesContext(connection) as queries:
        page(client)
    assert not [one["sql"] for one in queries if "datasets_sample" in one["sql"] and "GROUP BY" in one["sql"]]
    assert len(queries) <= 8
