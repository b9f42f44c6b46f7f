"""`afs catalogue`, `afs version backups` and `recover`: what there is, lies in watched folders, is backed up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.artifacts import artifact_path, store_artifact
from afsweb.core.copies import place_in
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import ArtifactKind, Host, WatchedItem
from afsweb.upkeep.watched.looking import LOOK
from datasets_app.models import Sample
from tests.commands.conftest import Afs
from tests.rows import make_base, run_job
from tests.upkeep.making import write_old
from training_app.models import ModelVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(settings: Any, tmp_path: Path, folders: None) -> Path:
    """A folder that the machine of the tests watches, looked at."""
    settings.WATCHED_DIRS = [tmp_path / "drop"]
    write_old(tmp_path / "drop" / "new.jsonl", '{"instruction": "What is $2100?", "output": "INIDISP"}\n')
    write_old(tmp_path / "drop" / "notes.txt", "something")
    run_job(enqueue(LOOK, {}, title="look"), Host.objects.get_or_create(name="tests")[0])
    return tmp_path / "drop"


def test_what_was_counted_is_shown(afs: Afs, samples: list[Sample], worker: None) -> None:
    assert "Nothing was counted yet" in afs("catalogue", "show").out
    run_job(enqueue("upkeep.catalogue", {}, title="Catalogue"))
    said = afs("catalogue", "show").out
    assert said.startswith("samples by domain: 5 in all, ")
    assert "65816 assembly  (new)" in said
    assert afs("catalogue", "show", "snapshot").out.startswith("snapshots: 0 in all")
    assert afs("catalogue", "show", "nonsense").status == 2


def test_watched_files_are_listed_and_taken_in(afs: Afs, watched: Path, worker: None) -> None:
    lines = afs("catalogue", "watched").out.splitlines()
    assert [line.split("  ")[-1] for line in lines] == ["tests: notes.txt", "tests: new.jsonl"]
    said = afs("catalogue", "adopt", "new.jsonl", "--domain", "asm65816")
    assert said.status == 0, said.err
    assert said.out == f"new.jsonl: {WatchedItem.objects.get(path='new.jsonl').managed_url}\n"
    assert "new.jsonl" not in afs("catalogue", "watched").out
    assert "new.jsonl" in afs("catalogue", "watched", "--all").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new.jsonl",), "Samples need a domain"),
        (("new.jsonl", "--domain", "nothing"), "nothing"),
        (("notes.txt",), "neither a file of samples nor a model"),
        (("gone.jsonl",), "There is no watched item “gone.jsonl”"),
    ],
)
def test_what_cannot_be_taken_in_is_refused(afs: Afs, watched: Path, words: tuple[str, ...], said: str) -> None:
    answer = afs("catalogue", "adopt", *words)
    assert (answer.status, answer.out) == (1, "")
    assert said in answer.err


def test_a_version_is_brought_back_from_the_backup(afs: Afs, settings: Any, tmp_path: Path, folders: None) -> None:
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"weights")
    adapter = store_artifact(ArtifactKind.ADAPTER, "adapter", tmp_path / "adapter")
    ModelVersion.objects.create(name="nayru", base_model=make_base(), adapter=adapter)
    assert "There is none yet" in afs("version", "backups").out
    assert "AFS_MODEL_BACKUP names no folder" in afs("version", "recover", "nayru").err
    settings.MODEL_BACKUP_DIR = tmp_path / "backup"
    settings.MODEL_BACKUP_DIR.mkdir()
    run_job(enqueue("training.back_up_models", {}, title="Model backup"))
    assert "read back" in afs("version", "backups").out
    shutil.rmtree(place_in(settings.ARTIFACT_DIR, adapter.sha256))
    assert afs("version", "recover", "nayru").out.startswith("nayru v1: its files are verified in ")
    assert artifact_path(adapter).is_dir()
    assert "is not in the backup of 2020-01-01" in afs("version", "recover", "nayru", "--day", "2020-01-01").err
    assert afs("version", "recover", "nayru", "--day", "yesterday").status == 2
