from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinValueValidator

from afsweb.core.models import Endpoint
from datasets_app.models import Domain
from evals_app.errors import EvalError
from evals_app.models import Rubric
from evals_app.simulate.generate import MOST_CONVERSATIONS
from evals_app.simulate.personas import FIRST, MOST, MOST_TURNS, PersonaFile, check_seed, read_personas
from evals_app.simulate.suites import CONVERSATIONS, PERSONAS, TURNS

MOST_BYTES = 5_000_000


class PersonasForm(forms.Form):
    """Personas by a seed, or those of a file."""

    domain = forms.ModelChoiceField(
        Domain.objects.filter(is_active=True), to_field_name="slug", empty_label=None, help_text="What they talk about."
    )
    count = forms.IntegerField(
        label="Personas", min_value=1, max_value=MOST, initial=PERSONAS, help_text="Each is one observation."
    )
    conversations = forms.IntegerField(
        label="Conversations each", min_value=1, max_value=MOST_CONVERSATIONS, initial=CONVERSATIONS
    )
    seed = forms.IntegerField(
        validators=[MinValueValidator(0)],
        max_value=2**31 - MOST,
        initial=FIRST,
        help_text="Of the first persona; each next one has the next seed. Those of training, 0 to 4999, are refused.",
    )
    turns = forms.IntegerField(
        label="Answers at most", min_value=1, max_value=MOST_TURNS, initial=TURNS, help_text="In each conversation."
    )
    rubric = forms.ModelChoiceField(
        Rubric.objects.all(),
        required=False,
        to_field_name="uuid",
        help_text="What the judge is told to look for; that of conversations in general unless you choose one.",
    )
    worded_by = forms.ModelChoiceField(
        Endpoint.objects.filter(is_active=True).order_by("name"),
        required=False,
        to_field_name="uuid",
        help_text="An endpoint that words them for the domain. Without one they keep the program's plain words.",
    )
    file = forms.FileField(
        required=False,
        label="Or a file of personas",
        widget=forms.ClearableFileInput({"accept": ".json"}),
        help_text="As this page or afs eval personas writes it. What is chosen above does not count then.",
    )

    def clean_seed(self) -> int:
        seed: int = self.cleaned_data["seed"]
        try:
            check_seed(seed)
        except EvalError as error:
            raise forms.ValidationError(str(error)) from None
        return seed

    def clean_file(self) -> PersonaFile | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if not file:
            return None
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError("A file of personas has 5 MB at most. Choose another file.")
        try:
            return read_personas(file.read())
        except EvalError as error:
            raise forms.ValidationError(str(error)) from None
