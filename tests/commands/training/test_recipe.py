"""`afs recipe list`, `show`, `save`, `archive`, `restore`."""

from __future__ import annotations

import json

import pytest

from afsweb.core.models import Event, EventSource
from datasets_app.models import Snapshot
from tests.commands.running import afs, refused
from training_app.launch import launch_run
from training_app.models import BaseModel, Recipe

Said = pytest.CaptureFixture[str]


def test_a_recipe_is_saved(base: BaseModel, capsys: Said) -> None:
    params = ("--params", '{"max_steps": 3}')
    assert afs("recipe", "save", "mine", "--base", "tests/base", *params, "--note", "a guess") == 0
    recipe = Recipe.objects.get()
    assert (recipe.params["max_steps"], recipe.source) == (3, "a guess")
    assert "mine v1" in capsys.readouterr().out
    assert Event.objects.get(verb="save").source == EventSource.CLI


@pytest.mark.parametrize(
    ("params", "said"),
    [("{", "no JSON"), ("3", "no JSON"), ('{"rank": 0, "max_steps": 1}', "rank"), ("{}", "Give either steps")],
)
def test_bad_settings_are_a_sentence(base: BaseModel, params: str, said: str, capsys: Said) -> None:
    assert said in refused(capsys, "recipe", "save", "mine", "--base", "tests/base", "--params", params)
    assert not Recipe.objects.exists()


def test_a_name_that_is_none_is_refused(base: BaseModel, capsys: Said) -> None:
    with pytest.raises(SystemExit):
        afs("recipe", "save", "not a name", "--base", "tests/base", "--params", '{"max_steps": 3}')
    assert "give 1 to 64 letters" in capsys.readouterr().err


def test_recipes_are_listed_and_shown(recipe: Recipe, capsys: Said) -> None:
    assert afs("recipe", "list") == 0
    assert "tests:1  LoRA  tests/base" in capsys.readouterr().out
    assert afs("recipe", "show", "tests") == 0
    said = capsys.readouterr().out
    assert "tests v1: LoRA with trl + peft on tests/base  /recipes/" in said
    assert "save_every" in said
    assert "Steps between sealed checkpoints." in said


def test_another_version_is_named_by_its_number(recipe: Recipe, capsys: Said) -> None:
    second = {**recipe.params, "rank": 8}
    afs("recipe", "save", "tests", "--base", "tests/base", "--params", json.dumps(second))
    for called, rank in (("tests", "8"), ("tests:2", "8"), ("tests:1", "16"), (str(recipe.uuid), "16")):
        capsys.readouterr()
        assert afs("recipe", "show", called) == 0
        line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("rank "))
        assert line.split()[1] == rank


def test_a_recipe_is_archived_and_restored(recipe: Recipe, capsys: Said) -> None:
    assert afs("recipe", "archive", "tests:1") == 0
    assert "tests v1 is archived; 0 runs keep it" in capsys.readouterr().out
    afs("recipe", "list")
    assert "no recipe yet" in capsys.readouterr().out
    assert afs("recipe", "restore", "tests") == 0
    recipe.refresh_from_db()
    assert not recipe.is_archived
    assert list(Event.objects.order_by("pk").values_list("verb", "source")) == [("archive", "cli"), ("restore", "cli")]


def test_wrong_names_are_a_sentence(recipe: Recipe, capsys: Said) -> None:
    assert "no recipe “none”. There are: tests." in refused(capsys, "recipe", "show", "none")
    assert "no recipe “tests:7”. There are: tests:1." in refused(capsys, "recipe", "archive", "tests:7")
    unknown = "00000000-0000-0000-0000-000000000000"
    assert "copy the id" in refused(capsys, "recipe", "restore", unknown)
    params = ("--params", "{}")
    assert "no base model “none”" in refused(capsys, "recipe", "save", "mine", "--base", "none", *params)


def test_what_no_database_keeps_is_refused_or_replaced(base: BaseModel, capsys: Said) -> None:
    params = '{"max_steps": 3, "target_modules": ["\\ud800"]}'
    assert "no text" in refused(capsys, "recipe", "save", "mine", "--base", "tests/base", "--params", params)
    assert "no recipe “?" in refused(capsys, "recipe", "show", "\udcff")
    params = '{"max_steps": 3}'
    assert afs("recipe", "save", "mine", "--base", "tests/base", "--params", params, "--note", "\udcff") == 0
    assert Recipe.objects.get().source == "?"


def test_two_recipes_or_presets_are_compared(recipe: Recipe, capsys: Said) -> None:
    afs("recipe", "clone", "mine", "--recipe", "tests", "--params", '{"rank": 8}')
    capsys.readouterr()
    assert afs("recipe", "diff", "tests", "mine") == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["setting", "tests", "v1", "mine", "v1"],
        ["rank", "16", "8"],
    ]
    assert afs("recipe", "diff", "tests", "tests") == 0
    assert capsys.readouterr().out == "nothing differs: they would train the same\n"
    assert afs("recipe", "diff", "hybrid-training", "lora-guide") == 0
    assert "alpha" in capsys.readouterr().out
    assert "no recipe “none”" in refused(capsys, "recipe", "diff", "none", "tests")


def test_a_run_is_cloned_with_other_settings(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> None:
    launch_run(recipe, snapshot, name="veran", by=None)
    assert afs("recipe", "clone", "mine", "--from-run", "veran", "--params", '{"epochs": 2}') == 0
    made = Recipe.objects.get(name="mine")
    assert (made.params["epochs"], made.params["max_steps"], made.params["save_every"]) == (2, None, 2)
    assert made.source == "cloned from tests v1 of the run veran"


def test_a_preset_is_cloned_once_its_base_is_here(recipe: Recipe, capsys: Said) -> None:
    assert "Fetch it with" in refused(capsys, "recipe", "clone", "mine", "--preset", "lora-guide")
    assert afs("recipe", "clone", "mine", "--preset", "lora-guide", "--base", "tests/base") == 0
    assert Recipe.objects.get(name="mine").params["rank"] == 64
    capsys.readouterr()
    assert "Clone it" in refused(capsys, "recipe", "clone", "lora-guide", "--recipe", "tests")


def test_presets_are_listed_with_their_sources(db: None, capsys: Said) -> None:
    assert afs("recipe", "presets") == 0
    assert "google/gemma-3-12b-it" in capsys.readouterr().out
