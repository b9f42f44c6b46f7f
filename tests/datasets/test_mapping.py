"""Columns that no format has are explained by a person; the explanation is kept and offered again."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Event, Job, Role
from datasets_app.errors import DatasetError
from datasets_app.exchange.mapping import ColumnMapping, guess
from datasets_app.exchange.problems import LineProblem
from datasets_app.models import Sample, SampleVersion, Source, SourceState, Text
from tests.datasets.conftest import run_queue

ClientAs = Callable[[Any], Client]
COLUMNS = ["topic name", "frage", "antwort"]
TABLE = b"topic name,frage,antwort\r\nvideo,Which?,That.\r\nvideo,What?,\r\naudio,=1+1,Two.\r\n"


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.TRAINER)


def upload(client: Client, content: bytes = TABLE, name: str = "notes.csv", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import_source"), {"domain": "text", "file": file, "keep_good_lines": "on"} | more)


def mapped(**chosen: Any) -> dict[str, Any]:
    return {"column_instruction": "1", "column_output": "2"} | chosen


@pytest.mark.django_db
def test_unknown_columns_wait_for_a_person(client: Client) -> None:
    response = upload(client)
    source = Source.objects.get()
    assert response["Location"] == reverse("map_columns", args=[source.uuid])
    assert (source.state, source.columns, source.container) == (SourceState.UNMAPPED, COLUMNS, "csv")
    assert not Job.objects.exists()
    page = client.get(response["Location"]).content.decode()
    assert "<th>frage</th>" in page and "Which?" in page
    assert "Say what the columns are" in client.get(source.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_the_preview_shows_samples_as_they_will_be_and_what_would_be_rejected(client: Client) -> None:
    page = client.post(upload(client)["Location"], mapped(column_group_id="0", constant_kind="qa")).content.decode()
    assert "What comes of the first 3 rows" in page
    assert "1 of them would be rejected" in page
    assert "Line 3: “output” is missing" in page
    assert "kind qa" in page and "group video" in page
    assert '<option value="2" selected>antwort</option>' in page
    assert Source.objects.get().state == SourceState.UNMAPPED


@pytest.mark.django_db
def test_a_mapping_imports_and_is_kept(client: Client) -> None:
    where = upload(client)["Location"]
    source = Source.objects.get()
    response = client.post(where, mapped(constant_system="Be brief.", column_group_id="0", do="import"))
    assert response["Location"] == source.get_absolute_url()
    run_queue()
    source.refresh_from_db()
    assert (source.state, source.imported, source.rejected) == (SourceState.ACTIVE, 2, 1)
    texts = [version.text() for version in SampleVersion.objects.order_by("pk")]
    assert texts == [Text("Which?", "", "That.", "Be brief."), Text("=1+1", "", "Two.", "Be brief.")]
    assert list(Sample.objects.order_by("pk").values_list("group_id", flat=True)) == ["video", "audio"]
    assert "the column <code>frage</code>" in client.get(source.get_absolute_url()).content.decode()
    assert Event.objects.filter(verb="map columns").count() == 1
    assert client.get(where)["Location"] == source.get_absolute_url()


@pytest.mark.django_db
def test_the_same_columns_are_offered_what_was_said_before(client: Client) -> None:
    client.post(upload(client)["Location"], mapped(constant_kind="qa", do="import"))
    page = client.get(upload(client, TABLE + b"x,y,z\r\n", "more.csv")["Location"]).content.decode()
    assert "had the same columns" in page
    assert '<option value="1" selected>frage</option>' in page
    assert 'value="qa"' in page


@pytest.mark.django_db
def test_columns_of_other_names_are_guessed(client: Client) -> None:
    page = client.get(upload(client, b"question,answer\r\na,b\r\n")["Location"]).content.decode()
    assert '<option value="0" selected>question</option>' in page
    assert '<option value="1" selected>answer</option>' in page


def test_a_guess_takes_a_conversation_for_everything() -> None:
    assert guess(["id", "Dialogue", "answer"]).columns == {"messages": "Dialogue"}
    assert guess(["id", "Prompt", "Response", "Context"]).columns == {
        "instruction": "Prompt",
        "input": "Context",
        "output": "Response",
    }


@pytest.mark.django_db
def test_known_columns_are_imported_at_once(client: Client) -> None:
    for name, content in (("a.csv", b"instruction,output\r\na,b\r\n"), ("b.jsonl", b'{"conversations": []}')):
        upload(client, content, name)
        assert Source.objects.get(name=name).state == SourceState.LOADING
    upload(client, b"nonsense\n", "c.jsonl")
    assert Source.objects.get(name="c.jsonl").state == SourceState.LOADING


@pytest.mark.django_db
def test_parquet_and_lines_of_unknown_columns_are_asked_about_too(client: Client) -> None:
    file = io.BytesIO()
    pq.write_table(
        pa.table({"q": ["a"], "turns": [[{"from": "human", "value": "x"}, {"from": "gpt", "value": "y"}]]}), file
    )
    where = upload(client, file.getvalue(), "x.parquet")["Location"]
    assert "1 of them" not in client.post(where, {"column_messages": "1"}).content.decode()
    client.post(where, {"column_messages": "1", "do": "import"})
    client.post(upload(client, b'{"q": "a", "a": "b"}', "x.jsonl")["Location"], mapped(
        column_instruction="0", column_output="1", do="import"))  # fmt: skip
    run_queue()
    assert list(SampleVersion.objects.order_by("pk").values_list("output", flat=True)) == ["y", "b"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"column_instruction": "", "column_output": "2"}, "Say which column is the instruction"),
        (mapped(column_messages="0"), "which are instruction, output, not both"),
        (mapped(constant_output="x"), "“output” is given a column and a constant text"),
        (mapped(constant_kind="k" * 20_001), "more than 20,000 characters"),
        (mapped(column_kind="9"), "Select a valid choice"),
        (mapped(constant_kind="a\0"), "Null characters are not allowed"),
    ],
)
def test_a_bad_mapping_is_a_sentence(client: Client, chosen: dict[str, Any], said: str) -> None:
    response = client.post(upload(client)["Location"], chosen | {"do": "import"})
    assert response.status_code == 200
    assert said in response.content.decode()
    assert Source.objects.get().state == SourceState.UNMAPPED


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (
            ColumnMapping({"instruction": "frage", "output": "none"}),
            "There is no column “none” in this file. There are",
        ),
        (ColumnMapping({"question": "frage"}), "Samples have no field “question”. There are instruction, input"),
        (ColumnMapping({}, {"messages": "x"}), "Messages cannot be the same in every sample"),
        (ColumnMapping({}, {}), "Say which column is the instruction"),
    ],
)
def test_a_mapping_that_makes_no_samples_is_refused(mapping: ColumnMapping, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        mapping.check(COLUMNS)


def test_a_cell_that_holds_no_messages_names_its_column() -> None:
    mapping = ColumnMapping({"messages": "talk"})
    with pytest.raises(LineProblem, match="“talk” should hold JSON, and does not"):
        mapping.read({"talk": "hello"})
    with pytest.raises(LineProblem, match="“talk” is not a list"):
        mapping.read({"talk": None})
    said = mapping.read({"talk": '[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]', "x": 1})
    assert (said.text, said.ignored) == (Text("a", "", "b"), ("x",))


@pytest.mark.django_db
def test_a_lost_upload_says_what_to_do(client: Client, settings: Any) -> None:
    where = upload(client)["Location"]
    for path in settings.MEDIA_ROOT.glob("**/*.jsonl"):
        path.unlink()
    assert "no longer there" in client.get(where).content.decode()
    assert "Undo this import, then upload the file again" in client.post(where, mapped()).content.decode()


@pytest.mark.django_db
def test_only_trainers_say_what_columns_are(client: Client, client_as: ClientAs) -> None:
    where = upload(client)["Location"]
    assert client_as(Role.REVIEWER).get(where).status_code == 403


@pytest.mark.django_db
def test_a_waiting_source_can_be_discarded(client: Client) -> None:
    upload(client)
    source = Source.objects.get()
    client.post(reverse("undo_source", args=[source.uuid]))
    source.refresh_from_db()
    assert (source.state, source.upload) == (SourceState.UNDONE, "")
