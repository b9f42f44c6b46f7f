"""The forms of imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from datasets_app.exchange.errors import EmptyUpload, UploadTooLarge
from datasets_app.exchange.sources import Wish
from datasets_app.models import Domain


def active_domains() -> Any:
    """The domains that new data may come for."""
    return Domain.objects.filter(is_active=True)


class ImportForm(forms.Form):
    """A file to import, and what to make of it."""

    domain = forms.ModelChoiceField(active_domains(), to_field_name="slug", empty_label=None)
    file = forms.FileField(
        help_text="One JSON object per line: instruction, input, output; or Alpaca; or chat messages.",
        widget=forms.ClearableFileInput({"accept": ".jsonl,.json,.txt,application/jsonl"}),
    )
    name = forms.CharField(required=False, max_length=200, help_text="The file's own name unless you give one.")
    licence = forms.CharField(required=False, max_length=100, help_text="Such as CC0-1.0, or where to read it.")
    keep_good_lines = forms.BooleanField(
        required=False,
        label="Import the good lines even if others are rejected",
        help_text="Otherwise one bad line keeps the whole file out, and the report says which.",
    )

    def __init__(self, *args: Any, oversized: bool = False, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.fields["file"].error_messages
        said["empty"] = str(EmptyUpload())
        if oversized:
            said["required"] = str(UploadTooLarge(limit=filesizeformat(limit)))

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        data = self.cleaned_data
        file: UploadedFile[Any] = data["file"]
        name = data["name"] or (file.name or "upload.jsonl")[-200:]
        return Wish(data["domain"], name, data["licence"], data["keep_good_lines"])
