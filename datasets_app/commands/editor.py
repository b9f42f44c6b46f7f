"""Editing a sample's text in a person's own editor, as the edit page does in its form."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from afsweb.core.models import EventSource, User
from afsweb.refusal import Refusal
from afsweb.terminal import say
from datasets_app.commands.cards import say_difference
from datasets_app.models import SampleVersion
from datasets_app.review.diff import differences
from datasets_app.review.edit import edit
from datasets_app.review.errors import EditConflict, NothingChanged, ReviewError
from datasets_app.review.forms import EditForm

HELP = "Edit, save, close. The lines that begin with {fence} divide the parts: leave them as they are."


class NoEditor(Refusal):
    """There is no editor to open: set EDITOR, such as EDITOR=nano."""


class EditorFailed(Refusal):
    """The editor “{editor}” {problem}, so nothing was saved. Set EDITOR to one that works here."""


class PartsBroken(ReviewError):
    """Not saved: the lines that divide the parts are not as they were. Put them back."""


class TextRefused(ReviewError):
    """Not saved: {problems}"""


def edit_in_editor(user: User, version: SampleVersion) -> SampleVersion | None:
    """Let `user` edit `version`, again after each problem until it is saved; None when they leave it at that.

    What was typed and not saved stays in its file, which is then named. Raises NothingChanged, NoEditor, EditorFailed.
    """
    path, new = _write(version), None
    before = path.read_bytes()
    try:
        new = _until_saved(user, version, path)
        return new
    finally:
        if new is None and path.exists() and path.read_bytes() != before:
            say(f"What you wrote is in {path}")
        else:
            path.unlink(missing_ok=True)


def _until_saved(user: User, version: SampleVersion, path: Path) -> SampleVersion | None:
    while True:
        open_editor(path)
        try:
            return _save(user, version, path)
        except NothingChanged:
            raise
        except ReviewError as error:
            say(error)
            version = _newest(version) if isinstance(error, EditConflict) else version
        if not _again():
            return None


def open_editor(path: Path) -> None:
    """Run VISUAL or EDITOR on the file until it is closed. Raises NoEditor, EditorFailed."""
    told = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(told)
    except ValueError as error:
        raise EditorFailed(editor=told, problem=f"cannot be read ({error})") from None
    if not command:
        raise NoEditor
    try:
        status = subprocess.run([*command, str(path)], check=False).returncode
    except OSError as error:
        raise EditorFailed(editor=command[0], problem=f"cannot be started ({error.strerror})") from None
    if not path.is_file():
        raise EditorFailed(editor=command[0], problem="left no file")
    if status:
        raise EditorFailed(editor=command[0], problem=f"ended with the status {status}")


def _save(user: User, version: SampleVersion, path: Path) -> SampleVersion:
    form = EditForm(version)
    names, told = list(form.fields), read_parts(path.read_text(encoding="utf-8", errors="replace"), form)
    form = EditForm(version, dict(zip(names, told, strict=True)))
    if not form.is_valid():
        said = [f"{field.label}: {' '.join(map(str, field.errors))}" for field in form if field.errors]
        raise TextRefused(problems="; ".join([*said, *map(str, form.non_field_errors())]))
    return edit(user, version, form.text(), source=EventSource.CLI)


def _newest(version: SampleVersion) -> SampleVersion:
    """What somebody else saved meanwhile, which the person is shown and edits from now on."""
    theirs = SampleVersion.objects.select_related("sample").get(current_of=version.sample_id)
    say("What they changed:")
    for difference in differences(version.text(), theirs.text()):
        say_difference(difference)
    return theirs


def _again() -> bool:
    try:
        return input("Open the editor with your text again? [Y/n] ").strip().lower() not in ("n", "no")
    except EOFError:
        return False


def _write(version: SampleVersion) -> Path:
    form = EditForm(version)
    fence = fence_of(form)
    lines = [HELP.format(fence=fence)]
    for field in form:
        lines += [f"{fence} {field.label}", str(field.initial)]
    handle, path = tempfile.mkstemp(prefix=f"afs-sample-{version.sample_id}-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(lines) + "\n")
    return Path(path)


def read_parts(text: str, form: EditForm) -> list[str]:
    """The parts of an edited file, in the order of the form's fields. Raises PartsBroken."""
    fence, found = fence_of(form), list[tuple[str, list[str]]]()
    for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        if line.startswith(f"{fence} "):
            found.append((line, []))
        elif found:
            found[-1][1].append(line)
    if [head for head, _ in found] != [f"{fence} {field.label}" for field in form]:
        raise PartsBroken
    return ["\n".join(lines) for _, lines in found]


def fence_of(form: EditForm) -> str:
    """What divides the parts: as many equals signs as no line of the text begins with."""
    fence = "==="
    while any(line.startswith(fence) for text in form.initial.values() for line in str(text).split("\n")):
        fence += "="
    return fence
