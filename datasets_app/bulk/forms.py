"""What the list of samples may ask for: which action, with which argument, on the selected ones or on all results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from afsweb.core.models import Role, User
from datasets_app.bulk.drafting import PICKED_LIMIT, Wish
from datasets_app.models import BulkVerb, RejectReason
from datasets_app.review.forms import LONGEST_NOTE, parse_uuid, storable
from datasets_app.search.filters import SampleFilter, read_filter

SELECTED, ALL = "selected", "all"


class BulkForm(forms.Form):
    """One action on many samples. What its action does not need is ignored."""

    verb = forms.ChoiceField(choices=[("", "choose…"), *BulkVerb.choices], label="Action")
    reject_reason = forms.ChoiceField(choices=[("", "choose…"), *RejectReason.choices], required=False, label="Reason")
    tag = forms.CharField(max_length=48, required=False, validators=[storable], widget=forms.TextInput({"size": 12}))
    assignee = forms.ModelChoiceField(
        User.objects.none(), to_field_name="username", required=False, empty_label="nobody", label="To"
    )
    note = forms.CharField(max_length=LONGEST_NOTE, required=False, validators=[storable])
    scope = forms.ChoiceField(choices=[(SELECTED, "the selected samples"), (ALL, "all results")])

    def __init__(self, data: Any = None, people: Iterable[User] | None = None) -> None:
        """`people`: whom samples can be assigned to, where they are known already."""
        super().__init__(data, initial={"scope": SELECTED})
        assignee: Any = self.fields["assignee"]
        assignee.queryset = User.objects.filter(is_active=True).exclude(role=Role.VIEWER).order_by("username")
        if people is not None:
            assignee.choices = [("", assignee.empty_label), *((user.username, user.username) for user in people)]

    def clean_tag(self) -> str:
        tag = " ".join(self.cleaned_data["tag"].split())
        if "," in tag:
            raise ValidationError("One tag at a time, without a comma.")
        return tag

    def wish(self, address: QueryDict, user: User) -> Wish:
        """What `user` asks for; the filters are those of the list's `address`. Raises FilterGone."""
        told = dict(self.cleaned_data)
        verb, scope = BulkVerb(told.pop("verb")), told.pop("scope")
        if verb != BulkVerb.REJECT:
            told["reject_reason"] = ""
        picked = picked_in(self.data) if scope == SELECTED else None
        wanted = read_filter(filters_in(address), user) if picked is None else {}
        return Wish(verb, wanted, picked, **told)


def filters_in(address: QueryDict) -> dict[str, str]:
    """What the list's address says about filters, without the rest of it."""
    return {name: str(value) for name, value in address.dict().items() if name in SampleFilter.base_fields}


def picked_in(data: Any) -> list[UUID]:
    """The uuids of the samples that were selected, each once; one too many at the most."""
    named = data.getlist("sample")[: PICKED_LIMIT + 1]
    return list(dict.fromkeys(uuid for uuid in map(parse_uuid, named) if uuid))
