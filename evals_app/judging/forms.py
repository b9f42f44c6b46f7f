"""The forms of rubrics and judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import slugify

from afsweb.core.models import Endpoint
from evals_app.judging.rubrics import LONGEST_TEXT, MOST_ANCHORS, MOST_CRITERIA, RubricDraft
from evals_app.models import Rubric

SPARE = 3  # empty rows below those that are there; the next version has more


class NameForm(forms.Form):
    """What the rubric is called; the same name makes the next version."""

    name = forms.CharField(max_length=200, help_text="The same name with other content makes the next version.")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not slugify(name):
            raise forms.ValidationError("A name needs a letter or a digit.")
        return name


class RuleForm(forms.Form):
    """A safety rule."""

    name = forms.CharField(max_length=80, required=False)
    text = forms.CharField(
        label="What breaks it",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CriterionForm(forms.Form):
    """A criterion with its weight."""

    name = forms.CharField(max_length=80, required=False)
    weight = forms.FloatField(min_value=0.01, max_value=100, required=False, initial=1)
    text = forms.CharField(
        label="What earns 4", max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnchorForm(forms.Form):
    """A fixed answer with the mark that people gave it."""

    key = forms.CharField(label="Name", max_length=80, required=False)
    mark = forms.FloatField(min_value=0, max_value=1, required=False, help_text="0 to 1, as people gave it.")
    question = forms.CharField(max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    answer = forms.CharField(max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}))


PARTS: Mapping[str, tuple[type[forms.Form], int]] = {
    "criteria": (CriterionForm, MOST_CRITERIA),
    "safety": (RuleForm, MOST_CRITERIA),
    "anchors": (AnchorForm, MOST_ANCHORS),
}


class RubricForms:
    """The page's forms: the name, and a row for each criterion, safety rule and anchor. Empty rows count not."""

    def __init__(self, data: Any = None, before: Rubric | None = None) -> None:
        self.name = NameForm(data, initial={"name": before.name} if before else None)
        self.parts = {
            part: forms.formset_factory(form, extra=SPARE, max_num=most, validate_max=True)(
                data, prefix=part, initial=getattr(before, part) if before else None
            )
            for part, (form, most) in PARTS.items()
        }

    def is_valid(self) -> bool:
        """Whether each field holds what it may; the rubric as a whole is checked when it is made."""
        return all([self.name.is_valid(), *(part.is_valid() for part in self.parts.values())])

    def draft(self) -> RubricDraft:
        """The rubric of valid forms."""
        name = self.name.cleaned_data["name"]
        rows = {part: [_filled(row) for row in formset.cleaned_data] for part, formset in self.parts.items()}
        return RubricDraft(slugify(name)[:64], name, **{part: [one for one in of if one] for part, of in rows.items()})


class JudgeForm(forms.Form):
    """Which judge is asked, by which rubric."""

    judge = forms.ModelChoiceField(Endpoint.objects.filter(is_active=True), to_field_name="uuid")
    rubric = forms.ModelChoiceField(Rubric.objects.all(), to_field_name="uuid", required=False)


class PairsForm(JudgeForm):
    """The same where there is no rubric without a choice."""

    rubric = forms.ModelChoiceField(Rubric.objects.all(), to_field_name="uuid")


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row holds; nothing when all its texts are empty."""
    texts = {name: value for name, value in row.items() if isinstance(value, str)}
    if not any(text.strip() for text in texts.values()):
        return {}
    return dict(row) if row.get("weight", 1) is not None else {**row, "weight": 1}
