"""An export gives the same bytes each time, and what it says can be imported again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afsweb.core.artifacts import artifact_path
from datasets_app.exchange.errors import NotReady
from datasets_app.exchange.exporting import LINE_OF, Form, export
from datasets_app.exchange.reading import read_line
from datasets_app.models import Message, Sample, Snapshot, Source, Split, Text
from datasets_app.snapshots.building import Plan, start_snapshot
from tests.datasets.conftest import ImportLines, line
from tests.datasets.test_snapshot import build


@pytest.fixture
def snapshot(import_lines: ImportLines) -> Snapshot:
    talk = [("user", "What is $2100?"), ("assistant", "INIDISP."), ("user", "And é\u2028?"), ("assistant", "OBSEL.")]
    chat = {"messages": [{"role": role, "content": content} for role, content in talk]}
    source = import_lines([line(0, system="Be brief."), line(1, input="LDA $2101"), chat, line(3)])
    Sample.objects.update(state="accepted")
    return build("exported", Source.objects.get(pk=source.pk), validation_share=0.25)


@pytest.mark.django_db
def test_the_chat_export_of_a_split_is_its_file(snapshot: Snapshot) -> None:
    assert snapshot.artifact is not None
    folder = artifact_path(snapshot.artifact)
    for split in Split:
        assert b"".join(export(snapshot, Form.CHAT, split)) == (folder / f"{split}.jsonl").read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize("form", Form)
def test_exporting_again_gives_the_same_bytes(snapshot: Snapshot, form: Form) -> None:
    first = b"".join(export(snapshot, form))
    assert b"".join(export(snapshot, form)) == first
    assert first.count(b"\n") == 4
    parts = [b"".join(export(snapshot, form, split)) for split in Split]
    assert b"".join(parts) == first


@pytest.mark.django_db
def test_alpaca_has_its_fields(snapshot: Snapshot) -> None:
    lines = [json.loads(one) for one in b"".join(export(snapshot, Form.ALPACA)).decode().strip().split("\n")]
    by_output = {one["output"]: one for one in lines}
    assert by_output["$2100 is INIDISP."]["system"] == "Be brief."
    assert by_output["$2101 is OBSEL."]["input"] == "LDA $2101"
    assert by_output["OBSEL."] == {
        "instruction": "And é\u2028?",
        "input": "",
        "output": "OBSEL.",
        "history": [["What is $2100?", "INIDISP."]],
    }


@pytest.mark.django_db
def test_what_is_not_ready_is_not_exported(snapshot: Snapshot) -> None:
    other = start_snapshot(Plan("not built"), by=None)
    with pytest.raises(NotReady, match="nothing to export"):
        export(other, Form.CHAT)


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)
PLAIN = st.builds(Text, instruction=WORDS, input=WORDS | st.just(""), output=WORDS, system=WORDS | st.just(""))


def talk(turns: list[str], system: str) -> Text:
    roles = ["user", "assistant"] * len(turns)
    messages: list[Message] = [{"role": r, "content": c} for r, c in zip(roles, turns * 2, strict=True)]
    return Text.of_chat(([{"role": "system", "content": system}] if system else []) + messages)


TEXTS = PLAIN | st.builds(talk, st.lists(WORDS, min_size=2, max_size=5), WORDS | st.just(""))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(Form))
def test_what_is_exported_reads_back_as_the_same_chat(text: Text, form: Form) -> None:
    line = LINE_OF[form](text)
    assert line.endswith(b"\n") and b"\n" not in line[:-1]
    found = read_line(line, 2)
    assert isinstance(found, tuple)
    assert found[1].text.chat() == text.chat()


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_alpaca_keeps_the_very_text(text: Text) -> None:
    found = read_line(LINE_OF[Form.ALPACA](text), 2)
    assert isinstance(found, tuple)
    assert found[1].text == text
