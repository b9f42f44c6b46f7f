"""The form that imports a symbol map."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from datasets_app.exchange.forms import active_domains
from datasets_app.symbols.maps import LARGEST, NewMap


class SymbolsForm(forms.Form):
    """A symbol file, and whose names they are."""

    domain = forms.ModelChoiceField(active_domains(), to_field_name="slug", empty_label=None)
    file = forms.FileField(
        help_text='JSON like {"$7E0010": "MODE"}, or a WLA symbol file.',
        widget=forms.ClearableFileInput({"accept": ".sym,.json,.txt"}),
    )
    name = forms.CharField(required=False, max_length=200, help_text="The file's own name unless you give one.")
    licence = forms.CharField(required=False, max_length=100, help_text="Such as CC0-1.0, or where to read it.")

    def new_map(self) -> NewMap:
        """What was asked for, once the form is valid."""
        data = self.cleaned_data
        return NewMap(data["domain"], data["name"] or (data["file"].name or "symbols")[-200:], data["licence"])

    def content(self) -> bytes:
        """The file's bytes, one more than is taken at most."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return bytes(file.read(LARGEST + 1))
