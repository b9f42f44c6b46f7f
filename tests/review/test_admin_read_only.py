"""Actions on many samples and maps are looked up in the admin; nobody makes, changes or deletes one there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Model
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.models import BulkAction, BulkVerb, EmbeddingMap, MapSelection
from tests.conftest import ClientAs
from tests.datasets.mapping import map_of
from tests.review.making import MakeSamples

MODELS: list[type[Model]] = [BulkAction, EmbeddingMap, MapSelection]
each = pytest.mark.parametrize("model", MODELS)


@pytest.fixture(autouse=True)
def rows(make_samples: MakeSamples, admin_user: User, settings: Any, tmp_path: Any) -> None:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    settings.WORK_DIR = tmp_path / "work"
    samples = make_samples(2)
    draft(Wish(BulkVerb.TAG, tag="hard", picked=[samples[0].uuid]), by=admin_user)
    shown = map_of(samples, [(0.0, 0.0), (1.0, 1.0)], admin_user)
    told: dict[str, Any] = {"outline": [[0, 0], [1, 0], [1, 1]], "sample_ids": [samples[0].pk, 98765], "count": 2}
    MapSelection.objects.create(map=shown, created_by=admin_user, **told)


@pytest.fixture
def admin(client_as: ClientAs, admin_user: User) -> Client:
    return client_as(admin_user)


def address(model: type[Model], *rest: object) -> str:
    return "/".join(["/admin/datasets", str(model._meta.model_name), *map(str, rest), ""])


@each
def test_a_trainer_looks_and_a_reviewer_does_not(client_as: ClientAs, model: type[Model]) -> None:
    row = model._default_manager.get()
    for place in (address(model), address(model, row.pk, "change")):
        page = client_as(Role.TRAINER).get(place)
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode() and "/delete/" not in page.content.decode()
        assert client_as(Role.REVIEWER).get(place).status_code == 403


@each
def test_not_even_an_admin_changes_one(admin: Client, model: type[Model]) -> None:
    row = model._default_manager.values().get()
    for place in (address(model, "add"), address(model, row["id"], "change"), address(model, row["id"], "delete")):
        assert admin.post(place, {"post": "yes", "count": "7", "tag": "soft"}).status_code == 403
    told = {"action": "delete_selected", "_selected_action": [row["id"]], "post": "yes"}
    admin.post(address(model), told)
    assert model._default_manager.values().get() == row


@each
def test_lists_cost_few_queries(admin: Client, model: type[Model], django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        row = model._default_manager.latest("pk")
        row.pk, row.uuid = None, uuid4()  # type: ignore[attr-defined]
        row._state.adding = True
        row.save()
    with django_assert_max_num_queries(8):
        assert admin.get(address(model)).context["cl"].result_count == 6


def test_the_samples_of_a_selection_are_not_read(admin: Client, django_assert_max_num_queries: Any) -> None:
    place = address(MapSelection, MapSelection.objects.get().pk, "change")
    with django_assert_max_num_queries(8) as captured:
        page = admin.get(place)
    assert "98765" not in page.content.decode()
    assert not any("sample_ids" in query["sql"] for query in captured.captured_queries)
