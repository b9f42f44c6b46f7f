from __future__ import annotations

from django import forms


class InviteForm(forms.Form):
    name = forms.CharField(
        max_length=50, label="Name of the machine", help_text="Letters, digits, dots, hyphens and underscores."
    )
    keys = forms.BooleanField(
        required=False,
        label="It may use provider keys",
        help_text="Needed for jobs with paid endpoints. It can then read every key that is kept here.",
    )
