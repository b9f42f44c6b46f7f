"""Recipes are versioned; a bad setting is told at its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from tests.rows import make_base
from training_app.backends.params import TrainingParams
from training_app.models import BaseModel, Recipe
from training_app.recipes import GROUPS, TINY, save_recipe, settings_of

Login = Callable[[Role | User], Client]


TINY_PARAMS = TINY.model_dump(mode="json")


@pytest.fixture
def base(db: None) -> BaseModel:
    return make_base()


def form(base: BaseModel, **changes: Any) -> dict[str, Any]:
    values = {name: value for name, value in TINY.model_dump(mode="json").items() if value not in (None, [])}
    values["modules_to_save"] = "embed_tokens, lm_head"
    return {"name": "tiny", "base_model": base.pk, "method": "lora", "backend": "trl", **values, **changes}


def test_a_recipe_is_saved_as_version_1(client_as: Login, base: BaseModel) -> None:
    assert client_as(Role.TRAINER).post("/recipes/new/", form(base)).status_code == 302
    recipe = Recipe.objects.get()
    assert (recipe.number, recipe.params["modules_to_save"]) == (1, ["embed_tokens", "lm_head"])


def test_its_method_and_backend_are_part_of_it(client_as: Login, base: BaseModel) -> None:
    client = client_as(Role.TRAINER)
    client.post("/recipes/new/", form(base))
    client.post("/recipes/new/", form(base, method="qlora", backend="unsloth"))
    assert list(Recipe.objects.order_by("number").values_list("method", "backend")) == [
        ("lora", "trl"),
        ("qlora", "unsloth"),
    ]
    html = client.get(Recipe.objects.latest("pk").get_absolute_url()).content.decode()
    assert html.count("changed") == sum(one.is_changed for _, group in settings_of(TINY_PARAMS) for one in group)


def test_a_switch_that_is_off_is_saved_as_off(client_as: Login, base: BaseModel) -> None:
    values = form(base)
    del values["chunked_loss"]
    client_as(Role.TRAINER).post("/recipes/new/", values)
    assert Recipe.objects.get().params["chunked_loss"] is False


def test_every_setting_has_its_group() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(TrainingParams.model_fields)


def test_a_change_makes_the_next_version_and_keeps_the_first(client_as: Login, base: BaseModel) -> None:
    client = client_as(Role.TRAINER)
    client.post("/recipes/new/", form(base))
    client.post("/recipes/new/", form(base, rank=8))
    assert list(Recipe.objects.order_by("number").values_list("number", "params__rank")) == [(1, 32), (2, 8)]


def test_saving_the_same_again_makes_no_version(base: BaseModel, trainer: User) -> None:
    params = TINY.model_dump(mode="json")
    assert save_recipe("tiny", base, params, by=trainer) == save_recipe("tiny", base, params, by=trainer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rank": 0}, "greater than or equal to 1"),
        ({"learning_rate": 2}, "less than or equal to 1"),
        ({"epochs": 3}, "Give either steps or epochs"),
        ({"max_steps": ""}, "Give either steps or epochs"),
        ({"scheduler": "magic"}, "Select a valid choice"),
        ({"max_length": "long"}, "Enter a whole number"),
    ],
)
def test_a_bad_setting_is_refused(client_as: Login, base: BaseModel, changes: dict[str, Any], said: str) -> None:
    answer = client_as(Role.TRAINER).post("/recipes/new/", form(base, **changes))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Recipe.objects.exists()


def test_a_viewer_may_not_save(client_as: Login, base: BaseModel) -> None:
    assert client_as(Role.VIEWER).post("/recipes/new/", form(base)).status_code == 403


def test_an_archived_recipe_leaves_the_list_and_comes_back(client_as: Login, base: BaseModel, trainer: User) -> None:
    recipe = save_recipe("tiny", base, TINY.model_dump(mode="json"), by=trainer)
    client = client_as(trainer)
    client.post(f"/recipes/{recipe.uuid}/archive/", follow=True)
    assert "tiny v1" not in client.get("/recipes/").content.decode()
    client.post(f"/recipes/{recipe.uuid}/archive/", follow=True)
    assert "tiny v1" in client.get("/recipes/").content.decode()


def test_every_setting_says_what_it_does() -> None:
    assert all(field.description for field in TrainingParams.model_fields.values())
