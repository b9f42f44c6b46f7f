"""Presets stand as their sources have them, are never mixed or changed, and are cloned to be changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from tests.rows import make_base, make_recipe
from training_app.errors import PresetStays
from training_app.models import BaseModel, Recipe
from training_app.presets.catalog import BY_SLUG, OURS, PRESETS
from training_app.presets.rows import make_presets
from training_app.recipes import save_recipe

Login = Callable[[Role | User], Client]
# Read off the guides: rank, alpha, layers, batch × accumulation, precision, method.
SAID = {
    "hybrid-training": (16, 16, 7, 2, 4, "bf16", "qlora"),
    "lora-guide": (64, 128, 7, 4, 4, "fp16", "lora"),
    "training-guide": (64, 128, 4, 1, 8, "bf16", "qlora"),
}


@pytest.mark.parametrize("slug", SAID)
def test_a_preset_is_what_its_guide_says(slug: str) -> None:
    told = BY_SLUG[slug].settings
    layers, method = len(told["target_modules"]), BY_SLUG[slug].method.value
    batch = (told["batch_size"], told["gradient_accumulation"])
    assert (told["rank"], told["alpha"], layers, *batch, told["precision"], method) == SAID[slug]
    assert (told["learning_rate"], told["epochs"], told["dropout"]) == (2e-4, 3.0, 0.05)


def test_what_a_guide_leaves_out_is_told_as_left_out(client_as: Login) -> None:
    told = BY_SLUG["model-status"].settings
    assert (told["rank"], told["alpha"], told["target_modules"]) == (16, 32, ["q_proj", "v_proj"])
    html = client_as(Role.VIEWER).get("/recipes/presets/model-status/").content.decode()
    for words in ("not said", "Vast.ai", "2026-01", "It says nothing of epochs", "not here yet"):
        assert words in html


def test_ours_says_why_for_every_setting_that_it_chose() -> None:
    assert {*OURS.params, "method"} - {"warmup_ratio", "save_every"} <= set(OURS.reasons)


def test_a_base_that_comes_brings_its_presets_once(db: None) -> None:
    base = make_base(model_id="Qwen/Qwen2.5-Coder-7B-Instruct")
    made = {recipe.name for recipe in [*make_presets(base), *make_presets(base)]}
    assert made == {"hybrid-training", "model-status"}
    assert Recipe.objects.filter(is_preset=True, base_model=base).count() == 2


def test_without_its_base_a_preset_says_to_fetch_it_first(client_as: Login, db: None) -> None:
    client = client_as(Role.TRAINER)
    for path in ("/recipes/presets/", "/recipes/presets/lora-guide/", "/recipes/new/?preset=lora-guide"):
        html = client.get(path).content.decode()
        assert "/base-models/fetch/?model=Qwen/Qwen2.5-Coder-14B-Instruct" in html, path
        assert "Fetch the base first" in html


@pytest.fixture
def preset(db: None) -> Recipe:
    return make_presets(make_base(model_id="google/gemma-3-12b-it"))[0]


def test_a_preset_is_neither_archived_nor_saved_anew(client_as: Login, preset: Recipe, trainer: User) -> None:
    page = client_as(trainer).post(f"/recipes/{preset.uuid}/archive/", follow=True).content.decode()
    assert "it stays as its source has it" in page
    preset.refresh_from_db()
    assert not preset.is_archived
    with pytest.raises(PresetStays, match="Clone it"):
        save_recipe(preset.name, preset.base_model, preset.params, by=trainer)


def test_a_clone_begins_with_its_settings_and_its_source(client_as: Login, preset: Recipe) -> None:
    form = client_as(Role.TRAINER).get("/recipes/new/?preset=training-guide").context["form"]
    assert (form["rank"].value(), form["method"].value(), form["name"].value()) == (64, "qlora", "training-guide-own")
    assert "A100 80 GB" in form["source"].value()


def test_a_clone_of_a_run_takes_what_the_address_suggests(client_as: Login, db: None) -> None:
    recipe = make_recipe(make_base(), rank=8)
    form = client_as(Role.TRAINER).get(f"/recipes/new/?clone={recipe.pk}&batch_size=1").context["form"]
    assert (form["rank"].value(), form["batch_size"].value(), form["name"].value()) == (8, "1", "tests-own")


def test_a_new_recipe_begins_with_ours(client_as: Login, db: None) -> None:
    form = client_as(Role.TRAINER).get("/recipes/new/").context["form"]
    assert form["rank"].value() == OURS.settings["rank"]


@pytest.mark.parametrize("start", ["from=999999", "clone=x", "preset=none"])
def test_a_start_that_is_not_there_begins_with_ours(client_as: Login, db: None, start: str) -> None:
    assert client_as(Role.TRAINER).get(f"/recipes/new/?{start}").status_code == 200


def test_two_are_compared_by_what_differs(client_as: Login, preset: Recipe) -> None:
    client, address = client_as(Role.VIEWER), f"/recipes/compare/?side={preset.uuid}&side=hybrid-training"
    html = client.get(address).content.decode()
    assert "gradient_accumulation" in html
    assert "learning_rate" not in html
    assert "learning_rate" in client.get(f"{address}&all=1").content.decode()


@pytest.mark.parametrize("sides", ["", "side=none&side=x", "side=afsweb", "side=00000000-0000-0000-0000-000000000000"])
def test_fewer_than_two_say_what_to_choose(client_as: Login, db: None, sides: str) -> None:
    assert "Choose two recipes" in client_as(Role.VIEWER).get(f"/recipes/compare/?{sides}").content.decode()


def test_the_pages_cost_few_queries(client_as: Login, preset: Recipe, django_assert_max_num_queries: Any) -> None:
    client = client_as(Role.VIEWER)
    paths = ["/recipes/presets/", *(f"/recipes/presets/{one.slug}/" for one in PRESETS), preset.get_absolute_url()]
    for path in paths:
        with django_assert_max_num_queries(8):
            assert client.get(path).status_code == 200


def test_a_preset_that_is_none_is_not_found(client_as: Login, db: None) -> None:
    assert client_as(Role.VIEWER).get("/recipes/presets/none/").status_code == 404


def test_a_recipe_of_somebodys_with_a_presets_name_keeps_it(base: BaseModel) -> None:
    Recipe.objects.create(name="lora-guide", base_model=base, params={})
    (made,) = make_presets(make_base(model_id="Qwen/Qwen2.5-Coder-14B-Instruct"))
    assert (made.number, made.is_preset) == (2, True)


@pytest.fixture
def base(db: None, tmp_path: Path) -> BaseModel:
    return make_base()
