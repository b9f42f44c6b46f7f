"""`afs review edit`, `afs sample edit`: a text in a person's own editor, never lost, never over somebody else's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from afsweb.core.models import Event, Job, User
from datasets_app.models import Sample, SampleVersion, Text
from datasets_app.review.edit import edit
from datasets_app.samples.adding import NewSample, add_samples
from tests.commands.conftest import Afs
from tests.review.making import version

pytestmark = pytest.mark.django_db
MakeEditor = Callable[[str], None]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where edited texts lie meanwhile."""
    place = tmp_path / "edited"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    monkeypatch.delenv("VISUAL", raising=False)
    return place


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MakeEditor:
    """`editor("text.replace('a', 'b')")`: an editor that leaves the value of that expression in the file."""

    def make(expression: str) -> None:
        script = tmp_path / "editor.py"
        program = f"path = pathlib.Path(sys.argv[1]); text = path.read_text()\npath.write_text({expression})\n"
        script.write_text(f"import pathlib, sys\n{program}")
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    return make


def current(sample: Sample) -> SampleVersion:
    return SampleVersion.objects.get(current_of=sample)


def test_an_edit_is_a_new_version_that_waits(
    afs: Afs, reviewer: User, sample: Sample, editor: MakeEditor, folder: Path
) -> None:
    editor("text.replace('register number 0', 'INIDISP')")
    assert "saved as version 2" in afs("review", "edit", sample.pk).out
    new = current(sample)
    assert new.text() == Text("What is at $2100?", "", "It is INIDISP.")
    assert (new.author, Event.objects.order_by("-pk")[0].source) == (reviewer, "cli")
    assert Job.objects.filter(kind="datasets.examine_source").exists()
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        Text("Ends with\n\nempty lines\n\n", " kept ", "\n\nlda $2100\n\t=== not a divider\n", "Be brief."),
        Text("=== at the start", "==== and longer", "output"),
        Text.of_chat(
            [
                {"role": "user", "content": "What is $2100?"},
                {"role": "assistant", "content": "=== Assistant"},
                {"role": "user", "content": "Sure?"},
                {"role": "assistant", "content": "Yes."},
            ]
        ),
    ],
)
def test_what_was_not_touched_stays_as_it_was(
    afs: Afs, reviewer: User, sample: Sample, editor: MakeEditor, folder: Path, text: Text
) -> None:
    strange = add_samples(sample.source, [NewSample(text)])[0]
    editor("text")
    said = afs("sample", "edit", strange.pk)
    assert (said.status, said.err) == (1, "afs: This is the text as it was: nothing to save.\n")
    assert current(strange).number == 1
    assert not list(folder.iterdir())


def test_a_turn_of_a_conversation_is_edited(afs: Afs, reviewer: User, sample: Sample, editor: MakeEditor) -> None:
    turns = ["What is $2100?", "VMAIN.", "Sure?", "Yes."]
    roles = ["user", "assistant"] * 2
    chat = [{"role": role, "content": content} for role, content in zip(roles, turns, strict=True)]
    talk = add_samples(sample.source, [NewSample(Text.of_chat(chat))])[0]
    editor("text.replace('VMAIN', 'INIDISP')")
    assert afs("sample", "edit", talk.pk).status == 0
    assert [one["content"] for one in current(talk).chat()] == ["What is $2100?", "INIDISP.", "Sure?", "Yes."]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("text.replace('=== Output', 'Output')", "the lines that divide the parts are not as they were"),
        ("''", "the lines that divide the parts are not as they were"),
        ("text.partition('=== Output')[0] + '=== Output'", "Output: This field is required"),
        ("text + 'long ' * 100_000", "at most"),
    ],
)
def test_what_cannot_be_saved_is_kept_and_named(
    afs: Afs, reviewer: User, sample: Sample, editor: MakeEditor, folder: Path, expression: str, said: str
) -> None:
    editor(expression)
    ended = afs("review", "edit", sample.pk, typed="n\n")
    assert ended.status == 1
    assert said in ended.out
    (kept,) = folder.iterdir()
    assert f"What you wrote is in {kept}" in ended.out
    assert current(sample).number == 1


def test_after_a_problem_the_editor_opens_again_with_my_text(
    afs: Afs, reviewer: User, sample: Sample, editor: MakeEditor
) -> None:
    editor("text.replace('Broken', '=== Output') if 'Broken' in text else text.replace('=== Output', 'Broken\\nNew.')")
    assert afs("review", "edit", sample.pk, typed="y\n").status == 0
    assert current(sample).output == "New.\nIt is register number 0."


def test_of_two_who_edit_at_once_the_second_sees_both(
    afs: Afs, reviewer: User, trainer: User, sample: Sample, editor: MakeEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = Text("What is at $2100?", "", "INIDISP, they say.")
    editor("text.replace('register number 0', 'mine') if 'mine' not in text else text.replace('mine', 'of both')")
    monkeypatch.setattr(
        "datasets_app.commands.editor.open_editor", _while_another_saves(lambda: edit(trainer, version(sample), theirs))
    )
    said = afs("review", "edit", sample.pk, "--as", "a-reviewer", typed="y\n")
    assert re.search("Not saved yet: a-trainer edited it just now", said.out)
    assert "[+INIDISP" in said.out
    assert (current(sample).output, current(sample).number) == ("It is of both.", 3)
    assert current(sample).parent is not None and current(sample).parent.text() == theirs  # type: ignore[union-attr]


def _while_another_saves(save: Callable[[], object]) -> Callable[[Path], None]:
    from datasets_app.commands.editor import open_editor

    def opened(path: Path) -> None:
        open_editor(path)
        if SampleVersion.objects.count() == 1:
            save()

    return opened


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("", "There is no editor to open: set EDITOR"),
        ("no-such-editor-here", "“no-such-editor-here” cannot be started"),
        ("nano 'half", "“nano 'half” cannot be read (No closing quotation)"),
        ("false", "“false” ended with the status 1"),
        ("rm", "“rm” left no file"),
    ],
)
def test_an_editor_that_does_not_work_is_a_sentence(
    afs: Afs,
    reviewer: User,
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    command: str,
    said: str,
) -> None:
    monkeypatch.setenv("EDITOR", command)
    ended = afs("review", "edit", sample.pk)
    assert (ended.status, said in ended.err) == (1, True)
    assert not list(folder.iterdir())


def test_a_viewer_may_not_edit(afs: Afs, viewer: User, sample: Sample, editor: MakeEditor) -> None:
    editor("text.replace('register', 'thing')")
    assert "This needs the role reviewer" in afs("sample", "edit", sample.pk, "--as", "a-viewer").err
    assert current(sample).number == 1
