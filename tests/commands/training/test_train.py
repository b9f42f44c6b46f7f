"""`afs train` as the guides' scripts are called: a dataset goes in, an adapter comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project

from afsweb.core.models import Event, EventSource
from datasets_app.domains.base import get_domain
from datasets_app.models import Sample, SampleState, Snapshot, Source
from tests.commands.running import afs, refused, work_while_waiting
from training_app.commands.datasets import files_of
from training_app.errors import NoFilesInFolder, NoSuchDataset
from training_app.models import BaseModel, Recipe, TrainingRun

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """What the subject's own generator writes: the gate accepts most of it."""
    generator = get_domain("asm65816").generators[0]
    drafts = [generator.write(params) for params in generator.plan(40, 1)]
    rows = [{"instruction": one.instruction, "input": one.input, "output": one.output} for one in drafts]
    path = tmp_path / "facts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_dataset_is_imported_verified_decided_and_trained(
    base: BaseModel, worker: None, dataset: Path, tmp_path: Path, capsys: Said
) -> None:
    output = tmp_path / "veran v1"
    words = ("--dataset", dataset, "--output", output, "--epochs", 3, "--batch-size", 2)
    assert afs("train", *words) == 0
    said = capsys.readouterr()
    assert said.out.endswith(f"its adapter is in {output}\n")
    assert (output / "adapter_config.json").is_file()
    source, run = Source.objects.get(), TrainingRun.objects.get()
    accepted = Sample.objects.filter(source=source, state=SampleState.ACCEPTED)
    assert 0 < accepted.count() == run.snapshot.train_count + run.snapshot.validation_count
    assert f"{accepted.count():,} of 40 samples are accepted" in said.err
    assert (run.name, run.recipe.name, run.recipe.base_model) == ("veran-v1", "veran-v1", base)
    assert (run.recipe.params["epochs"], run.recipe.params["batch_size"]) == (3, 2)
    assert set(
        Event.objects.filter(verb__in=("upload", "build", "save", "launch")).values_list("source", flat=True)
    ) == {EventSource.CLI}


def test_the_same_file_again_is_not_imported_twice(
    base: BaseModel, worker: None, dataset: Path, tmp_path: Path, capsys: Said
) -> None:
    for number in (1, 2):
        assert afs("train", "mine", "--dataset", dataset, "--output", tmp_path / f"out{number}") == 0
    assert Source.objects.count() == 1
    assert list(Snapshot.objects.order_by("pk").values_list("name", flat=True)) == ["mine", "mine-2"]
    assert Recipe.objects.count() == 1
    assert "is there already, as “facts.jsonl”" in capsys.readouterr().err


def test_the_other_guides_flags_make_a_recipe(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> None:
    flags = "--lora_r 64 --lora_alpha 128 --batch_size 4 --gradient_accumulation_steps 4 --learning_rate 2e-4"
    more = f"{flags} --num_epochs 3 --fp16 --gradient_checkpointing".split()
    assert afs("train", "mine", "--base_model", "tests/base", "--dataset", "facts", *more) == 0
    made = TrainingRun.objects.get().recipe.params
    told = {"rank": 64, "alpha": 128, "batch_size": 4, "gradient_accumulation": 4, "learning_rate": 2e-4, "epochs": 3}
    assert {**told, "precision": "fp16", "gradient_checkpointing": "on", "max_steps": None}.items() <= made.items()
    assert TrainingRun.objects.get().snapshot == snapshot


def test_settings_over_a_recipe_make_one_of_its_own(recipe: Recipe, snapshot: Snapshot, capsys: Said) -> None:
    assert afs("train", "mine", "--recipe", "tests", "--dataset", snapshot.uuid, "--epochs", 2) == 0
    made = TrainingRun.objects.get().recipe
    assert (made.name, made.params["epochs"], made.params["max_steps"], made.params["save_every"]) == (
        "mine",
        2,
        None,
        2,
    )


def test_files_folders_and_patterns_are_found(tmp_path: Path) -> None:
    for name in ("pilot_1/train.jsonl", "pilot_2/train.jsonl", "pilot_2/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    both = [tmp_path / "pilot_1/train.jsonl", tmp_path / "pilot_2/train.jsonl"]
    assert files_of([f"{tmp_path}/pilot_*/train.jsonl"]) == both
    assert files_of([f"{tmp_path}/pilot_2"]) == both[1:]
    assert files_of([str(both[0]), str(both[0])]) == both[:1]
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoFilesInFolder, match="has no file that ends with"):
        files_of([str(tmp_path / "empty")])
    with pytest.raises(NoSuchDataset, match="nor a snapshot"):
        files_of([str(tmp_path / "none*.jsonl")])


def test_bad_input_is_a_sentence_and_trains_nothing(
    recipe: Recipe, snapshot: Snapshot, tmp_path: Path, capsys: Said
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a file").write_text("x")
    on = ("--dataset", "facts")
    for words, said in (
        (("train", "mine"), "--snapshot and a snapshot"),
        (("train", *on), "Say what the run is called"),
        (("train", "mine", "--dataset", "none.jsonl"), "neither a file"),
        (("train", "mine", "--dataset", "00000000-0000-0000-0000-000000000000"), "There is no snapshot"),
        (("train", "mine", *on, "--base_model", "none"), "no base model “none”"),
        (("train", "mine", *on, "--lora_r", 0), "rank Input should be greater"),
        (("train", "mine", *on, "--output", tmp_path / "full"), "is not empty"),
        (("train", "mine", *on, "--output", tmp_path / "full" / "a file"), "is a file"),
        (("train", "mine", "--dataset", tmp_path / "full" / "a file", "--domain", "poetry"), "no domain “poetry”"),
    ):
        assert said in refused(capsys, *words), words
    BaseModel.objects.create(model_id="tests/other", weights=recipe.base_model.weights)
    assert "one of tests/base, tests/other" in refused(capsys, "train", "mine", *on, "--epochs", 1)
    assert not TrainingRun.objects.exists()


def test_a_dataset_of_which_lines_are_rejected_says_which(
    base: BaseModel, worker: None, tmp_path: Path, capsys: Said
) -> None:
    (tmp_path / "bad.jsonl").write_text('{"instruction": "Which?", "output": "That."}\n{"instruction": "Which?"}\n')
    assert afs("train", "mine", "--dataset", tmp_path / "bad.jsonl") == 1
    assert "1 lines of “bad.jsonl” were rejected" in capsys.readouterr().err
    assert not Snapshot.objects.exists()


def test_a_dataset_that_the_gate_refuses_is_for_a_person(
    base: BaseModel, worker: None, tmp_path: Path, capsys: Said
) -> None:
    row = {"instruction": "What is at $2100?", "output": "$2100 is VMAIN."}
    (tmp_path / "wrong.jsonl").write_text(json.dumps(row) + "\n")
    assert afs("train", "mine", "--dataset", tmp_path / "wrong.jsonl") == 1
    assert "The gate accepted none of the 1 samples" in capsys.readouterr().err
    assert not TrainingRun.objects.exists()


@pytest.mark.trainer
@pytest.mark.skipif(not Path(project.TRAINER_PYTHON).exists(), reason="no trainer interpreter")
def test_a_real_training_puts_its_adapter_there(
    db: None, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    work_while_waiting(monkeypatch)
    assert afs("base", "build", "asm65816", "--wait") == 0
    output = tmp_path / "adapter"
    words = ("--epochs", "0.3", "--batch-size", 2, "--lora_r", 4, "--lora_alpha", 8)
    assert afs("train", "--dataset", dataset, "--output", output, *words) == 0
    assert (output / "adapter_model.safetensors").is_file()
    assert json.loads((output / "adapter_config.json").read_text())["r"] == 4
    run = TrainingRun.objects.get()
    assert run.max_steps and run.step == run.max_steps
