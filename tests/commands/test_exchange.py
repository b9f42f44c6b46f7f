"""`afs import`, `afs sample export`, `afs snapshot export`: formats in and out, columns explained, rejects mended."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from datasets_app.models import Sample, SampleVersion, Source, Text
from tests.commands.conftest import Afs
from tests.datasets.conftest import ImportLines, line
from tests.datasets.test_snapshot import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "notes.csv"
    path.write_text("question,answer,topic\nWhich?,That.,a\nWhat?,,b\n")
    return path


@pytest.mark.usefixtures("worker")
def test_columns_are_explained_on_the_command_line(afs: Afs, table: Path) -> None:
    words = ("import", table, "--domain", "text", "--keep-good")
    said = afs(
        *words, "--map", "instruction=question,output=answer", "--map", "kind=topic", "--constant", "system=Be, brief."
    )
    assert (said.status, "1 imported, 1 lines rejected" in said.out) == (0, True), said
    assert SampleVersion.objects.get().text() == Text("Which?", "", "That.", "Be, brief.")
    assert Sample.objects.get().kind == "a"


def test_unknown_columns_are_named_with_what_they_were_the_last_time(afs: Afs, table: Path) -> None:
    said = afs("import", table, "--domain", "text")
    assert (said.status, said.out) == (1, "")
    assert "Its columns are question, answer, topic" in said.err and "--map instruction=…" in said.err
    assert not Source.objects.exists()
    columns, mapping = ["question", "answer", "topic"], {"columns": {"output": "answer"}, "constants": {}}
    Source.objects.create(domain_id=1, kind="import", name="x", columns=columns, mapping=mapping)
    assert "the last time it was --map output=answer." in afs("import", table, "--domain", "text").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--map", "instruction"), "“instruction” does not say which is which. Write FIELD=COLUMN"),
        (("--constant", "kind="), "Write FIELD=TEXT, such as kind=qa"),
        (("--map", "instruction=question,output=nothing"), "There is no column “nothing”"),
        (("--map", "colour=question"), "Samples have no field “colour”"),
        (("--map", "kind=topic"), "Say which column is the instruction"),
    ],
)
def test_a_bad_mapping_is_a_sentence(afs: Afs, table: Path, words: tuple[str, ...], said: str) -> None:
    found = afs("import", table, "--domain", "text", *words)
    assert (found.status, found.err.count("\n")) == (1, 1)
    assert said in found.err
    assert not Source.objects.exists()


@pytest.mark.usefixtures("worker")
def test_a_format_can_be_said(afs: Afs, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"prompt": "q", "chosen": "a", "rejected": "b", "completion": "c"}\n')
    assert afs("import", path, "--domain", "text", "--format", "mlx-completions").status == 0
    assert SampleVersion.objects.get().output == "c"
    assert afs("import", path, "--domain", "text", "--format", "xml").status == 2


@pytest.mark.usefixtures("worker")
def test_mended_rejects_are_taken_in(afs: Afs, import_bytes: ImportLines, tmp_path: Path) -> None:
    import_bytes(json.dumps(line(0)).encode() + b'\n{"instruction": "only"}\n', keep=True)
    path = tmp_path / "rejects.jsonl"
    afs("source", "rejects", "lines.jsonl", "--output", path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"output": "An answer."}))
    said = afs("source", "continue", "lines.jsonl", path)
    assert (said.status, "2 imported, 0 lines rejected" in said.out) == (0, True), said
    assert "cannot be read" in afs("source", "continue", "lines.jsonl", tmp_path / "none").err


def test_samples_are_written_as_the_filters_ask(afs: Afs, samples: list[Sample], tmp_path: Path) -> None:
    Sample.objects.filter(pk=samples[0].pk).update(state="accepted")
    lines = afs("sample", "export", "--state", "accepted", "--domain", "asm65816").out.splitlines()
    assert [json.loads(one)["sample"] for one in lines] == [str(samples[0].uuid)]
    path = tmp_path / "all.parquet"
    said = afs("sample", "export", "--format", "parquet", "--source", "lines.jsonl", "--output", path)
    assert said.out == f"5 samples written to {path}\n"
    assert pq.read_table(path).num_rows == 5
    assert "No sample fits" in afs("sample", "export", "--kind", "nothing").err


def test_what_is_left_out_is_said(afs: Afs, import_lines: ImportLines, tmp_path: Path) -> None:
    import_lines([line(0), line(1, system="Be brief.")])
    folder = tmp_path / "mlx"
    said = afs("sample", "export", "--format", "mlx-completions", "--output", folder)
    assert said.out.startswith(f"1 samples written to {folder}; 1 left out: Samples with a system prompt")
    assert [path.name for path in folder.iterdir()] == ["train.jsonl"]


def test_a_folder_needs_a_new_place(afs: Afs, samples: list[Sample], tmp_path: Path) -> None:
    Sample.objects.update(state="accepted")
    build("first", samples[0].source, validation_share=0.4)
    assert (
        "Name one that is not there yet with --output"
        in afs("snapshot", "export", "first", "--format", "huggingface").err
    )
    said = afs("snapshot", "export", "first", "--format", "huggingface", "--output", tmp_path / "hub")
    assert (said.status, said.out) == (0, f"5 samples written to {tmp_path}/hub\n")
    assert (tmp_path / "hub/README.md").exists()
    assert "is there already" in afs("snapshot", "export", "first", "--format", "mlx", "--output", tmp_path / "hub").err
    assert "cannot be written" in afs("snapshot", "export", "first", "--output", tmp_path / "none/x.jsonl").err


def test_one_split_of_a_snapshot(afs: Afs, samples: list[Sample]) -> None:
    Sample.objects.update(state="accepted")
    build("first", samples[0].source, validation_share=0.4)
    both = afs("snapshot", "export", "first", "--format", "sharegpt").out
    parts = [
        afs("snapshot", "export", "first", "--format", "sharegpt", "--split", one).out
        for one in ("train", "validation")
    ]
    assert both == "".join(parts)
    assert len(parts[1].splitlines()) == 2
