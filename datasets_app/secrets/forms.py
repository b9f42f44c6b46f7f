"""The filters of the list of findings, and a decision on one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from datasets_app.models import Domain, PreferencePair, Resolution, Sample, SecretFinding, Snapshot, Source
from datasets_app.preferences.pairs import usable
from datasets_app.secrets.deciding import CHOICES
from datasets_app.secrets.guard import held_back, open_findings
from datasets_app.secrets.scanning import KINDS


class SecretFilter(forms.Form):
    """The filters of the list. A value that makes no sense counts as not given.

    A snapshot and the pairs ask for their own texts, earlier versions among them; all else for current texts.
    """

    kind = forms.ChoiceField(
        choices=[("", "every kind"), *sorted(KINDS.items(), key=lambda one: one[1])],
        required=False,
        widget=forms.Select({"aria-label": "Kind"}),
    )
    source = forms.ModelChoiceField(
        Source.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label="every source",
        widget=forms.Select({"aria-label": "Source"}),
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(), to_field_name="slug", required=False, widget=forms.HiddenInput
    )
    sample = forms.ModelChoiceField(
        Sample.objects.all(), to_field_name="uuid", required=False, widget=forms.HiddenInput
    )
    snapshot = forms.ModelChoiceField(
        Snapshot.objects.all(), to_field_name="uuid", required=False, widget=forms.HiddenInput
    )
    pairs = forms.ChoiceField(choices=[("", ""), ("yes", "yes")], required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["source"]
        field.queryset = Source.objects.filter(pk__in=held_back().values("sample__source")).order_by("name")

    def wanted(self) -> dict[str, Any]:
        """What is filtered by: field -> value, without what was not given or makes no sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def findings(self) -> QuerySet[SecretFinding]:
        """The findings that are asked for."""
        wanted = self.wanted()
        paths = {"source": "sample__source", "domain": "sample__domain", "kind": "kind", "sample": "sample"}
        found = _among(wanted)
        return found.filter(**{path: wanted[name] for name, path in paths.items() if name in wanted})


def _among(wanted: dict[str, Any]) -> QuerySet[SecretFinding]:
    if "snapshot" in wanted:
        return held_back().filter(version__snapshot_entries__snapshot=wanted["snapshot"])
    if "pairs" in wanted:
        pairs = usable(PreferencePair.objects.order_by())
        return held_back().filter(Q(version__in=pairs.values("chosen")) | Q(version__in=pairs.values("rejected")))
    return open_findings()


class ResolveForm(forms.Form):
    """What a person says about a finding, and whether of its equals too."""

    how = forms.ChoiceField(choices=[(one.value, one.label) for one in CHOICES])
    equal = forms.BooleanField(required=False)

    def said(self) -> tuple[Resolution, bool]:
        return Resolution(self.cleaned_data["how"]), self.cleaned_data["equal"]
