"""`afs version edit` and `import`: what people know about versions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.forms.models import model_to_dict

from afsweb.core.finding import find_called
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, say
from training_app.errors import BadEdit, BadRecord
from training_app.models import ModelVersion, Standing
from training_app.registry.editing import VersionForm, form_for, save_version
from training_app.registry.importing import import_document, read_document

FIELDS = VersionForm.Meta.fields


def add_verbs(verbs: Verbs) -> None:
    """Register both."""
    edit = verbs.add_parser("edit", help="what no run can know about a version; an empty text takes it away")
    edit.add_argument("version", help="such as veran-registers, for the newest, or veran-registers:2")
    for name in FIELDS:
        choices = ["", *Standing.values] if name == "standing" else None
        edit.add_argument(f"--{name.replace('_', '-')}", dest=name, choices=choices)
    edit.set_defaults(run=edit_command)
    importing = verbs.add_parser("import", help="versions that were trained elsewhere, as a document claims them")
    importing.add_argument("file", type=Path, help="JSON; docs/models.md says what it may hold")
    importing.set_defaults(run=import_command)


def edit_command(arguments: argparse.Namespace) -> None:
    version = find_called(ModelVersion.objects.all(), arguments.version)
    given = {name: value for name in FIELDS if (value := getattr(arguments, name)) is not None}
    form = form_for(version, _plain(model_to_dict(version, FIELDS)) | {k: storable(v) for k, v in given.items()})
    if not form.is_valid():
        problems = "; ".join(f"{name}: {' '.join(map(str, said))}" for name, said in form.errors.items())
        raise BadEdit(version=version, problems=problems)
    save_version(form, by=None, source=EventSource.CLI)
    say(f"{version}: {', '.join(form.changed_data) or 'nothing'} changed  {version.get_absolute_url()}")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if value is None else value for name, value in values.items()}


def import_command(arguments: argparse.Namespace) -> None:
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise BadRecord(problems=f"{arguments.file} does not open ({error.strerror})") from None
    made, known = import_document(read_document(data), by=None, source=EventSource.CLI)
    for version in made:
        say(f"{version}: imported, its record claimed and without weights  {version.get_absolute_url()}")
    for version in known:
        say(f"{version}: is here already, and stays as it is  {version.get_absolute_url()}")
