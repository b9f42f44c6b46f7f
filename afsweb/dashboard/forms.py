from __future__ import annotations

from django import forms


class SearchForm(forms.Form):
    """What to look for. The field refuses NUL, which Postgres cannot take."""

    q = forms.CharField(max_length=200, required=False, label="Search")
