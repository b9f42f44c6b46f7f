"""The forms of imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from datasets_app.exchange.errors import EmptyUpload, NoRoomForUpload, UploadTooLarge
from datasets_app.exchange.formats import FORMATS
from datasets_app.exchange.mapping import FIELDS, ColumnMapping
from datasets_app.exchange.sources import Wish
from datasets_app.models import Domain


def active_domains() -> Any:
    """The domains that new data may come for."""
    return Domain.objects.filter(is_active=True)


class ImportForm(forms.Form):
    """A file to import, and what to make of it."""

    domain = forms.ModelChoiceField(active_domains(), to_field_name="slug", empty_label=None)
    file = forms.FileField(
        help_text="Lines of JSON, CSV or Parquet. Columns that no format has are explained on the next page.",
        widget=forms.ClearableFileInput({"accept": ".jsonl,.json,.txt,.csv,.tsv,.parquet,.pq"}),
    )
    format = forms.ChoiceField(
        choices=[("", "each line tells"), *((one.key, one.name) for one in FORMATS.values())],
        required=False,
        help_text="Say it only where lines could be read in two ways.",
    )
    name = forms.CharField(required=False, max_length=200, help_text="The file's own name unless you give one.")
    licence = forms.CharField(required=False, max_length=100, help_text="Such as CC0-1.0, or where to read it.")
    keep_good_lines = forms.BooleanField(
        required=False,
        label="Import the good lines even if others are rejected",
        help_text="Otherwise one bad line keeps the whole file out, and the report says which.",
    )

    def __init__(self, *args: Any, oversized: bool = False, no_room: str = "", limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.fields["file"].error_messages
        said["empty"] = str(EmptyUpload())
        if oversized:
            said["required"] = str(UploadTooLarge(limit=filesizeformat(limit)))
        if no_room:
            said["required"] = str(NoRoomForUpload(reason=no_room))

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        data = self.cleaned_data
        file: UploadedFile[Any] = data["file"]
        name = data["name"] or (file.name or "upload.jsonl")[-200:]
        keep, format_ = data["keep_good_lines"], data["format"]
        return Wish(data["domain"], name, data["licence"], keep, format=format_, asks=True)


class ContinueForm(forms.Form):
    """A file of mended rejects."""

    file = forms.FileField(widget=forms.ClearableFileInput({"accept": ".jsonl,.json,.csv,.tsv,.parquet,.pq"}))


class MappingForm(forms.Form):
    """For each field of a sample the column that says it, or a text for all."""

    def __init__(self, *args: Any, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        choices = [("", "—"), *((str(place), name) for place, name in enumerate(columns))]
        for name in FIELDS:
            self.fields[f"column_{name}"] = forms.ChoiceField(choices=choices, required=False)
            if name != "messages":
                self.fields[f"constant_{name}"] = forms.CharField(required=False, strip=False)

    @classmethod
    def showing(cls, mapping: ColumnMapping, columns: Sequence[str]) -> MappingForm:
        """The form with a mapping filled in."""
        places = {name: str(place) for place, name in enumerate(columns)}
        initial = {f"column_{name}": places.get(column, "") for name, column in mapping.columns.items()}
        initial |= {f"constant_{name}": text for name, text in mapping.constants.items()}
        return cls(columns=columns, initial=initial)

    def mapping(self) -> ColumnMapping:
        """What was said, once the form is valid."""
        data = self.cleaned_data
        chosen = {name: self.columns[int(place)] for name in FIELDS if (place := data[f"column_{name}"])}
        texts = {name: text for name in FIELDS if (text := data.get(f"constant_{name}"))}
        return ColumnMapping(chosen, texts)

    def rows(self) -> list[tuple[str, Any, Any]]:
        """Each field of a sample, with its two inputs."""
        return [(name, self[f"column_{name}"], self.texts().get(name)) for name in FIELDS]

    def texts(self) -> dict[str, Any]:
        """The inputs of the texts for all."""
        return {name: self[f"constant_{name}"] for name in FIELDS if name != "messages"}
