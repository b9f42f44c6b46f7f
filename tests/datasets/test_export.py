"""A snapshot's export gives the same bytes each time, in every format."""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq
import pytest

from afsweb.core.artifacts import artifact_path
from datasets_app.exchange.errors import NotReady, NotWritten
from datasets_app.exchange.exporting import export
from datasets_app.exchange.formats import FORMATS, WRITTEN
from datasets_app.models import Sample, Snapshot, Source, Split
from datasets_app.snapshots.building import Plan, start_snapshot
from tests.datasets.conftest import ImportLines, line
from tests.datasets.test_snapshot import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(import_lines: ImportLines) -> Snapshot:
    talk = [("user", "What is $2100?"), ("assistant", "INIDISP."), ("user", "And é\u2028?"), ("assistant", "OBSEL.")]
    chat = {"messages": [{"role": role, "content": content} for role, content in talk]}
    source = import_lines([line(0, system="Be brief."), line(1, input="LDA $2101"), chat, line(3, group_id="")])
    Sample.objects.update(state="accepted")
    return build("exported", Source.objects.get(pk=source.pk), validation_share=0.25)


def lines(snapshot: Snapshot, key: str) -> list[dict[str, object]]:
    return [json.loads(one) for one in b"".join(export(snapshot, FORMATS[key])).decode().strip().split("\n")]


def test_the_chat_export_of_a_split_is_its_file(snapshot: Snapshot) -> None:
    assert snapshot.artifact is not None
    folder = artifact_path(snapshot.artifact)
    for split in Split:
        assert b"".join(export(snapshot, FORMATS["chat"], split)) == (folder / f"{split}.jsonl").read_bytes()


@pytest.mark.parametrize("key", WRITTEN)
def test_exporting_again_gives_the_same_bytes_whatever_became_of_the_samples(snapshot: Snapshot, key: str) -> None:
    first = b"".join(export(snapshot, FORMATS[key]))
    Sample.objects.update(state="archived", tags=["late"], topic="later")
    assert b"".join(export(snapshot, FORMATS[key])) == first


def test_one_split_after_the_other_is_the_whole(snapshot: Snapshot) -> None:
    parts = [b"".join(export(snapshot, FORMATS["jsonl"], split)) for split in Split]
    assert b"".join(parts) == b"".join(export(snapshot, FORMATS["jsonl"]))
    assert [json.loads(one)["split"] for one in b"".join(parts).splitlines()] == ["train"] * 3 + ["validation"]


def test_our_own_form_says_where_a_sample_came_from(snapshot: Snapshot) -> None:
    told = {one["sha256"]: one for one in lines(snapshot, "jsonl")}
    sample = Sample.objects.select_related("current").order_by("pk")[1]
    assert sample.current is not None
    said = told[sample.current.sha256]
    assert (said["instruction"], said["input"]) == (sample.current.instruction, "LDA $2101")
    assert (said["sample"], said["source"], said["licence"]) == (str(sample.uuid), "lines.jsonl", "CC0")
    assert (said["group_id"], said["kind"], said["domain"]) == ("fact-2101", "register_fact", "asm65816")


def test_a_group_of_ones_own_is_not_written_down(snapshot: Snapshot) -> None:
    assert [one.get("group_id") for one in lines(snapshot, "jsonl") if one.get("kind")].count(None) == 1


def test_alpaca_has_its_fields(snapshot: Snapshot) -> None:
    by_output = {one["output"]: one for one in lines(snapshot, "alpaca")}
    assert by_output["$2100 is INIDISP."]["system"] == "Be brief."
    assert by_output["$2101 is OBSEL."]["input"] == "LDA $2101"
    assert by_output["OBSEL."] == {
        "instruction": "And é\u2028?",
        "input": "",
        "output": "OBSEL.",
        "history": [["What is $2100?", "INIDISP."]],
    }


def test_sharegpt_has_its_names(snapshot: Snapshot) -> None:
    talks = [one["conversations"] for one in lines(snapshot, "sharegpt")]
    assert {"from": "system", "value": "Be brief."} in [turn for talk in talks for turn in talk]  # type: ignore[attr-defined]
    assert [turn["from"] for turn in max(talks, key=len)] == ["human", "gpt", "human", "gpt"]  # type: ignore[arg-type,attr-defined]


def test_what_completions_cannot_hold_is_left_out(snapshot: Snapshot) -> None:
    assert sorted(one["completion"] for one in lines(snapshot, "mlx-completions")) == [  # type: ignore[type-var]
        "$2101 is OBSEL.",
        "$2103 is OAMADDH.",
    ]


def test_parquet_is_a_table_of_our_fields(snapshot: Snapshot) -> None:
    table = pq.read_table(io.BytesIO(b"".join(export(snapshot, FORMATS["parquet"]))))
    assert table.num_rows == 4
    rows = {row["output"] or row["messages"][-1]["content"]: row for row in table.to_pylist()}
    assert (rows["$2101 is OBSEL."]["input"], rows["$2101 is OBSEL."]["messages"]) == ("LDA $2101", None)
    assert (rows["OBSEL."]["instruction"], len(rows["OBSEL."]["messages"])) == (None, 4)


def test_what_is_not_ready_is_not_exported(snapshot: Snapshot) -> None:
    other = start_snapshot(Plan("not built"), by=None)
    with pytest.raises(NotReady, match="nothing to export"):
        export(other, FORMATS["chat"])


def test_what_is_only_read_is_not_written(snapshot: Snapshot) -> None:
    with pytest.raises(NotWritten, match="Choose one of jsonl, chat, alpaca"):
        export(snapshot, FORMATS["pairs"])
