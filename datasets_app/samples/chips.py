"""What is filtered by, in words, each with the address of the list without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from datasets_app.search.filters import SampleFilter

PAGING = ("before", "from")


@dataclass(frozen=True)
class Chip:
    """One filter: its name, its value as people say it, and where the list without it is."""

    label: str
    said: str
    url: str


def chips_of(form: SampleFilter, address: QueryDict) -> list[Chip]:
    """A chip for each filter that is used, in the order of the form."""
    return [
        Chip(str(form[name].label), _said(form, name, value), _without(name, address))
        for name, value in form.wanted().items()
    ]


def _said(form: SampleFilter, name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(_flat(field.choices).get(str(form[name].data), value))
    return str(value)


def _flat(choices: Any) -> dict[str, Any]:
    """The choices of a field, those in groups too, value -> label."""
    flat: dict[str, Any] = {}
    for value, label in choices:
        flat |= dict(label) if isinstance(label, list) else {value: label}
    return flat


def _without(name: str, address: QueryDict) -> str:
    rest = address.copy()
    for gone in (name, *PAGING):
        rest.pop(gone, None)
    return f"?{rest.urlencode()}"
