"""What a command was told, held to the same form as a page's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from afsweb.refusal import Refusal


class NotSaved(Refusal):
    """Not saved: {problems}"""


def check(form: forms.Form | forms.ModelForm[Any]) -> None:
    """Raise NotSaved, with what is wrong with each field, unless the form is valid."""
    if not form.is_valid():
        problems = [_said(form, name, errors) for name, errors in form.errors.items()]
        raise NotSaved(problems="; ".join(problems))


def _said(form: forms.Form | forms.ModelForm[Any], name: str, errors: Iterable[object]) -> str:
    said = " ".join(str(error) for error in errors)
    return f"{form[name].label.lower()}: {said}" if name in form.fields else said
