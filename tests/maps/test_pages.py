"""The pages of maps: make, look, list what lies in an area, review it, delete."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from afsweb.core.models import Job, Role
from datasets_app.maps import plotting, selecting, thinning
from datasets_app.models import EmbeddingMap, MapSelection, ReviewQueue, Sample, SampleState, Source
from tests.datasets.mapping import add_numbered, give_vectors, map_of, vectors_at
from tests.review.making import make_score
from tests.rows import gild

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
PLACES = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (9.0, 9.0)]
CORNER = json.dumps([[-1, -1], [3, -1], [-1, 3]])


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.REVIEWER)


@pytest.fixture
def samples(source: Source) -> list[Sample]:
    return add_numbered(source, 4)


@pytest.fixture
def shown(samples: list[Sample]) -> EmbeddingMap:
    return map_of(samples, PLACES)


def to(name: str, shown: EmbeddingMap) -> str:
    return reverse(name, args=[shown.uuid])


def drawn(client: Client, shown: EmbeddingMap, query: str = "") -> dict[str, Any]:
    """What the plot is told: its columns, and what stands beside them."""
    answer = client.get(f"{to('draw_points', shown)}?{query}").json()
    text = json.dumps(answer["item"])
    found = json.loads(text)
    return {**answer, "columns": _columns(found)}


def _columns(tree: Any) -> dict[str, Any]:
    if isinstance(tree, dict):
        if tree.get("type") == "map" and any(entry[0] == "colour" for entry in tree.get("entries", [])):
            return {name: _values(value) for name, value in tree["entries"]}
        tree = list(tree.values())
    return next(filter(None, map(_columns, tree)), {}) if isinstance(tree, list) else {}


def _values(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    data = gzip.decompress(base64.b64decode(value["array"]["data"]))
    array = np.frombuffer(data, dtype=value["dtype"]).reshape(value["shape"])
    return list(array.tolist())


def test_making_from_the_form(client: Client, samples: list[Sample]) -> None:
    give_vectors(samples, vectors_at(PLACES))
    answer = client.post(reverse("make_map"), {"domain": "asm65816", "method": "pca"})
    made = EmbeddingMap.objects.get()
    assert answer.headers["location"] == made.get_absolute_url()
    assert "queued" in client.get(made.get_absolute_url()).content.decode()
    assert Job.objects.get(kind="datasets.make_map").about_uuid == made.uuid


def test_the_form_says_when_there_is_nothing_to_map(client: Client, source: Source) -> None:
    page = client.post(reverse("make_map"), {"domain": "asm65816", "method": "pca"}).content.decode()
    assert "a map needs 3" in page


def test_an_empty_list_says_what_a_map_is(client: Client) -> None:
    assert "lays out the samples" in client.get(reverse("list_maps")).content.decode()


def test_the_list_shows_maps(client: Client, shown: EmbeddingMap) -> None:
    assert shown.get_absolute_url() in client.get(reverse("list_maps")).content.decode()


def test_points_are_at_their_places_in_the_colour_of_their_state(
    client: Client, shown: EmbeddingMap, samples: list[Sample]
) -> None:
    gild([samples[3].pk])
    answer = drawn(client, shown)
    columns = answer["columns"]
    assert list(zip(columns["x"], columns["y"], strict=True)) == PLACES
    assert columns["id"] == [one.pk for one in samples]
    assert columns["colour"][0] == columns["colour"][1] != columns["colour"][3]
    assert {one["label"]: one["count"] for one in answer["legend"]} == {"waits for review": 3, "golden": 1}


def test_colours_are_true_after_a_decision(client: Client, shown: EmbeddingMap, samples: list[Sample]) -> None:
    before = drawn(client, shown)["columns"]["colour"]
    Sample.objects.filter(pk=samples[0].pk).update(state=SampleState.REJECTED)
    after = drawn(client, shown)["columns"]["colour"]
    assert after[0] != before[0]
    assert after[1:] == before[1:]


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ("kind", {"fact": 3, "story": 1}),
        ("topic", {"DMA": 1, "none": 3}),
        ("score", {"0.4 to 0.6": 1, "0.8 to 1.0": 1, "not scored": 2}),
        ("nonsense", {"waits for review": 4}),
    ],
)
def test_colours_say_what_was_asked_for(
    client: Client, shown: EmbeddingMap, samples: list[Sample], by: str, labels: dict[str, int]
) -> None:
    Sample.objects.filter(pk=samples[2].pk).update(kind="story", topic="dma")
    make_score(samples[0], 0.5)
    make_score(samples[1], 1.0)
    legend = drawn(client, shown, f"colour={by}")["legend"]
    assert {one["label"]: one["count"] for one in legend} == labels


def test_samples_that_are_gone_or_archived_leave_the_map(
    client: Client, shown: EmbeddingMap, samples: list[Sample]
) -> None:
    Sample.objects.filter(pk=samples[1].pk).update(state=SampleState.ARCHIVED)
    assert drawn(client, shown)["columns"]["id"] == [samples[place].pk for place in (0, 2, 3)]


def test_a_rectangle_shows_what_lies_in_it(client: Client, shown: EmbeddingMap, samples: list[Sample]) -> None:
    columns = drawn(client, shown, "x0=5&x1=10&y0=5&y1=10")["columns"]
    assert columns["id"] == [samples[3].pk]


def test_too_many_points_are_thinned_and_it_is_said(
    client: Client, shown: EmbeddingMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plotting, "thin", lambda points, box: thinning.thin(points, box, 2))
    answer = drawn(client, shown)
    assert (answer["shown"], answer["there"]) == (2, 4)


def test_a_drawing_costs_few_statements(client: Client, shown: EmbeddingMap) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        drawn(client, shown, "colour=score")
    assert len(queries) <= 6


def test_a_point_leads_to_its_sample(client: Client, shown: EmbeddingMap, samples: list[Sample]) -> None:
    answer = client.get(reverse("open_point", args=[shown.uuid, samples[1].pk]))
    assert answer.headers["location"] == samples[1].get_absolute_url()
    assert client.get(reverse("open_point", args=[shown.uuid, 10**12])).status_code == 404


def test_what_lies_in_an_area_is_a_table_that_needs_no_script(
    client: Client, shown: EmbeddingMap, samples: list[Sample]
) -> None:
    page = client.post(to("look_at_points", shown), {"x0": "-1", "x1": "2", "y0": "-1", "y1": "0.5"}).content.decode()
    assert "2 samples lie there" in page
    assert samples[0].get_absolute_url() in page
    assert samples[2].get_absolute_url() not in page
    assert 'class="nav"' in page


def test_with_htmx_only_the_table_comes(client: Client, shown: EmbeddingMap) -> None:
    page = client.post(to("look_at_points", shown), {"outline": CORNER}, headers={"HX-Request": "true"})
    assert "3 samples lie there" in page.content.decode()
    assert 'class="nav"' not in page.content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"outline": "[[50, 50], [51, 50], [50, 51]]"}, "No sample of the map lies there"),
        ({"outline": "[]"}, "That is no area of the map"),
        ({}, "That is no area of the map"),
    ],
)
def test_an_area_without_samples_is_refused(
    client: Client, shown: EmbeddingMap, data: dict[str, str], said: str
) -> None:
    assert said in client.post(to("look_at_points", shown), data).content.decode()
    for name in ("list_points", "queue_points"):
        assert said in client.post(to(name, shown), data, follow=True).content.decode()
    assert not MapSelection.objects.exists()


def test_an_area_becomes_a_list_of_samples(client: Client, shown: EmbeddingMap, samples: list[Sample]) -> None:
    page = client.post(to("list_points", shown), {"outline": CORNER}, follow=True)
    assert {one.pk for one in page.context["page"].rows} == {one.pk for one in samples[:3]}
    assert "3 samples of a map" in page.content.decode()
    narrower = client.get(f"{page.request['PATH_INFO']}?{page.request['QUERY_STRING']}&kind=other")
    assert not narrower.context["page"].rows


def test_an_area_becomes_a_queue(client: Client, shown: EmbeddingMap) -> None:
    client.post(to("queue_points", shown), {"outline": CORNER, "name": "odd corner"})
    queue, selection = ReviewQueue.objects.get(), MapSelection.objects.get()
    assert queue.name == "odd corner"
    assert queue.query == {"selection": str(selection.uuid)}
    assert (selection.count, selection.map) == (3, shown)


def test_a_name_that_is_taken_makes_neither_queue_nor_selection(client: Client, shown: EmbeddingMap) -> None:
    for _ in range(2):
        page = client.post(to("queue_points", shown), {"outline": CORNER, "name": "odd corner"}, follow=True)
    assert "The name “odd corner” is taken" in page.content.decode()
    assert (ReviewQueue.objects.count(), MapSelection.objects.count()) == (1, 1)


def test_too_large_an_area_says_so(client: Client, shown: EmbeddingMap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selecting, "MOST_SELECTED", 2)
    page = client.post(to("queue_points", shown), {"outline": CORNER}, follow=True).content.decode()
    assert "3 samples lie there, more than the 2" in page
    assert not MapSelection.objects.exists()


def test_a_selection_stays_when_its_map_goes(client: Client, shown: EmbeddingMap, samples: list[Sample]) -> None:
    client.post(to("list_points", shown), {"outline": CORNER})
    client.post(to("delete_map", shown))
    selection = MapSelection.objects.get()
    assert selection.map is None
    page = client.get(f"{reverse('list_samples')}?selection={selection.uuid}")
    assert len(page.context["page"].rows) == 3


def test_a_viewer_may_look_and_not_review(client_as: ClientAs, shown: EmbeddingMap) -> None:
    viewer = client_as(Role.VIEWER)
    page = viewer.post(to("look_at_points", shown), {"outline": CORNER}).content.decode()
    assert "Show these in the list" in page
    assert "Review these" not in page
    assert viewer.post(to("queue_points", shown), {"outline": CORNER}).status_code == 403


def test_points_whose_file_is_gone_say_what_to_do(
    client: Client, shown: EmbeddingMap, settings: Any, tmp_path: Any
) -> None:
    settings.ARTIFACT_DIR = tmp_path / "elsewhere"
    answer = client.get(to("draw_points", shown))
    assert answer.status_code == 409
    assert "Make the map anew" in answer.json()["error"]
    assert client.get(shown.get_absolute_url()).status_code == 200
