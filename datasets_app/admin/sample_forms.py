"""What the admin may be told about samples."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm

from datasets_app.models import Decision, RejectReason, Sample
from datasets_app.review.changes import last_change
from datasets_app.review.errors import SampleChanged

ARCHIVE = "archive"


class ReasonForm(ActionForm):
    """The list's actions, with the reason that a rejection needs."""

    reason = forms.ChoiceField(required=False, choices=[("", "— reason, to reject —"), *RejectReason.choices])


class SampleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person may change here: the kind, and the decision. `revision` says what they had seen."""

    decision = forms.ChoiceField(
        required=False,
        choices=[
            ("", "leave it as it is"),
            *((one, Decision(one).label) for one in (Decision.ACCEPT, Decision.GOLDEN, Decision.REJECT)),
            (ARCHIVE, "archive"),
        ],
    )
    reason = forms.ChoiceField(required=False, choices=[("", "—"), *RejectReason.choices])
    note = forms.CharField(required=False, max_length=300)

    class Meta:
        model = Sample
        fields = ("kind", "revision")
        widgets = {"revision": forms.HiddenInput}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("revision") != Sample.objects.values_list("revision", flat=True).get(pk=self.instance.pk):
            raise forms.ValidationError(str(SampleChanged(change=last_change(self.instance))))
        if (data.get("decision") == Decision.REJECT) != bool(data.get("reason")):
            raise forms.ValidationError("A rejection needs one of the nine reasons, and only a rejection has one.")
        return data
