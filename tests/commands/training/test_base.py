"""`afs base list`, `show`, `fetch`, `build`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from afsweb.core.models import Event, EventSource
from tests.commands.running import afs, refused
from training_app.models import BaseModel, ModelVersion, Recipe

Said = pytest.CaptureFixture[str]


def test_a_base_is_built_and_waited_for(db: None, worker: None, tmp_path: Path, settings: Any, capsys: Said) -> None:
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    assert afs("base", "build", "asm65816", "--wait") == 0
    base = BaseModel.objects.get()
    assert base.parameters == 4096
    assert base.weights is not None
    assert f"afsweb/tiny-asm65816-2: has its weights, sha256 {base.weights.sha256[:12]}" in capsys.readouterr().out
    assert Event.objects.get(verb="build").source == EventSource.CLI


def test_without_waiting_it_says_that_it_is_being_built(db: None, capsys: Said) -> None:
    assert afs("base", "build", "asm65816") == 0
    assert "afsweb/tiny-asm65816-2: is on its way  /base-models/" in capsys.readouterr().out


def test_a_build_that_fails_fails_the_command(
    db: None, worker: None, tmp_path: Path, settings: Any, capsys: Said
) -> None:
    settings.WORK_DIR, settings.TRAINER_PYTHON = tmp_path / "work", "/nowhere/python"
    assert afs("base", "build", "asm65816", "--wait") == 1
    said = capsys.readouterr()
    assert "Run `make setup` there" in said.err
    assert "has no weights" in said.out


def test_a_model_is_put_on_the_list_to_be_fetched(db: None, capsys: Said) -> None:
    assert afs("base", "fetch", "Qwen/Qwen3-4B") == 0
    assert "Qwen/Qwen3-4B: is on its way  /base-models/" in capsys.readouterr().out
    assert Event.objects.get(verb="fetch").source == EventSource.CLI
    assert "Take “Qwen/Qwen3-4B”" in refused(capsys, "base", "fetch", "Qwen/Qwen3-4B-Base")
    assert "no host “nowhere”" in refused(capsys, "base", "fetch", "a/b", "--host", "nowhere")


def test_bases_are_listed_and_shown(base: BaseModel, recipe: Recipe, version: ModelVersion, capsys: Said) -> None:
    assert afs("base", "list") == 0
    assert "tests/base  — parameters  has its weights" in capsys.readouterr().out
    assert afs("base", "show", "tests/base") == 0
    said = capsys.readouterr().out
    assert "version     veran v1  the base as it is" in said
    assert "recipe      tests v1" in said


def test_without_a_base_the_list_says_how_to_get_one(db: None, capsys: Said) -> None:
    afs("base", "list")
    assert "`afs base build DOMAIN` builds a tiny one" in capsys.readouterr().out


def test_wrong_names_are_a_sentence(base: BaseModel, capsys: Said) -> None:
    assert "no base model “none”. There are: tests/base." in refused(capsys, "base", "show", "none")
    assert "no domain “poetry”. There are: asm65816" in refused(capsys, "base", "build", "poetry")
    assert "has no generator to learn words from" in refused(capsys, "base", "build", "cpp")
