from __future__ import annotations

from typing import Any

from django import forms

from datasets_app.maps.errors import UmapNotInstalled
from datasets_app.maps.making import UMAP_BOUND, MapPlan
from datasets_app.maps.projecting import has_umap
from datasets_app.models import Domain, Method


class MapForm(forms.Form):
    """What to lay out, and how."""

    domain = forms.ModelChoiceField(
        Domain.objects.filter(is_active=True), to_field_name="slug", empty_label=None, label="Domain"
    )
    method = forms.ChoiceField(
        choices=[(Method.PCA, "PCA: seconds, the same map each time"), (Method.UMAP, "UMAP: minutes, islands")],
        initial=Method.PCA,
        widget=forms.RadioSelect,
    )
    bound = forms.IntegerField(
        min_value=100,
        max_value=200_000,
        initial=UMAP_BOUND,
        required=False,
        label="UMAP: fit on at most",
        help_text="Vectors drawn at random; the others are placed among them. More take longer and more memory.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_umap():
            self.fields["method"].help_text = str(UmapNotInstalled())

    def plan(self) -> MapPlan:
        """What was asked for, once the form is valid."""
        data = self.cleaned_data
        return MapPlan(data["domain"], Method(data["method"]), data["bound"] or UMAP_BOUND)
