"""The folder form of Hugging Face is what their own package reads, and what trl trains on."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from datasets_app.exchange.exports import Writing, write_files
from datasets_app.exchange.formats import FORMATS, Format
from datasets_app.exchange.reading import Reject, read_samples
from datasets_app.models import Export, Sample, Snapshot, Source
from tests.datasets.conftest import ImportLines, line
from tests.datasets.test_snapshot import build

pytestmark = pytest.mark.django_db
TRAINER = Path(os.environ.get("AFS_TRAINER_PYTHON") or ".venv-train/bin/python")
LOAD = """
import json, sys
from datasets import load_dataset
from trl.data_utils import is_conversational
found = load_dataset(sys.argv[1], cache_dir=sys.argv[2])
first = found["train"][0]
print(json.dumps({
    "rows": {name: len(split) for name, split in found.items()},
    "columns": found["train"].column_names,
    "conversational": is_conversational(first),
    "first": first["messages"],
}))
"""


@pytest.fixture
def snapshot(import_lines: ImportLines) -> Snapshot:
    talk = [{"role": role, "content": f"{place} é"} for place, role in enumerate(["user", "assistant"] * 2)]
    source = import_lines([line(0, system="Be brief."), {"messages": talk}, *(line(number) for number in range(2, 8))])
    Sample.objects.update(state="accepted")
    return build("Set for the hub", Source.objects.get(pk=source.pk), validation_share=0.25)


def write(snapshot: Snapshot, form: Format, folder: Path) -> Path:
    write_files(folder, snapshot.name, form, Writing(None, Export(name=snapshot.name, snapshot=snapshot)))
    return folder


def test_the_card_names_the_files_of_the_splits(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = write(snapshot, FORMATS["huggingface"], tmp_path / "hub")
    card = (folder / "README.md").read_text()
    assert card.startswith('---\nlicense: "cc0"\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n')
    assert "path: data/validation.parquet" in card
    assert "# Set for the hub" in card
    assert sorted(path.name for path in (folder / "data").iterdir()) == ["train.parquet", "validation.parquet"]


def test_each_file_is_imported_again(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = write(snapshot, FORMATS["huggingface"], tmp_path / "hub")
    with (folder / "data/train.parquet").open("rb") as file:
        rows = list(read_samples(file, "parquet"))
    assert len(rows) == snapshot.train_count
    assert not any(isinstance(row, Reject) for row in rows)


@pytest.mark.trainer
@pytest.mark.skipif(not TRAINER.exists(), reason="needs the trainer's interpreter, which has datasets and trl")
def test_load_dataset_reads_it_and_trl_takes_it_for_a_conversation(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = write(snapshot, FORMATS["huggingface"], tmp_path / "hub")
    environment = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
    command = [str(TRAINER.absolute()), "-c", LOAD, str(folder), str(tmp_path / "cache")]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout.splitlines()[-1])
    assert found["rows"] == {"train": snapshot.train_count, "validation": snapshot.validation_count}
    assert found["conversational"] is True
    assert found["columns"][:4] == ["messages", "kind", "group_id", "tags"]
    assert found["first"][-1]["role"] == "assistant"
