"""What the review pages may be told: a queue's address, a decision, an edited text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from datasets_app.models import Decision, Domain, RejectReason, SampleVersion, Text
from datasets_app.review.errors import BadTicket
from datasets_app.review.queue import Show
from datasets_app.review.ticket import Ticket, read_ticket

DECISIONS = [choice for choice in Decision.choices if choice[0] != Decision.EDIT]
# Bytes that a sample's text may have: a search vector of Postgres holds no more than 1 MB.
TEXT_LIMIT = 300_000
LARGEST_REVISION = 2**31 - 1
LONGEST_NOTE = 300  # characters
LONGEST_SECONDS = 86_400


def storable(value: str) -> None:
    """Refuse half of a surrogate pair, which JSON can carry and a database cannot."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValidationError("This text has a broken character; remove it.") from error


class AddressForm(forms.Form):
    """The part of a queue's address that the review page offers to change."""

    domain = forms.SlugField(required=False, max_length=50, widget=forms.Select)
    show = forms.ChoiceField(required=False, choices=Show, label="Samples")
    source = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.CharField(required=False, max_length=48, widget=forms.HiddenInput)
    queue = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def offer_domains(self) -> None:
        """Fill the list of domains; only the page itself needs it."""
        domains = Domain.objects.filter(is_active=True).values_list("slug", "name")
        self.fields["domain"].widget.choices = [("", "every domain"), *domains]


class DecisionForm(forms.Form):
    """One decision. A reason alone means a rejection, so that one press of a reason's button is enough."""

    decision = forms.ChoiceField(choices=DECISIONS, required=False)
    reason = forms.ChoiceField(choices=RejectReason, required=False)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False, validators=[storable])
    seconds = forms.FloatField(min_value=0, max_value=LONGEST_SECONDS, required=False)
    key = forms.UUIDField()
    revision = forms.IntegerField(min_value=0, max_value=LARGEST_REVISION)
    ticket = forms.CharField(max_length=300, required=False)

    def clean_ticket(self) -> Ticket:
        try:
            return read_ticket(self.cleaned_data["ticket"])
        except BadTicket as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("decision"):
            if not data.get("reason"):
                raise ValidationError("Say what you decide: accept, reject with a reason, skip, golden or flag.")
            data["decision"] = Decision.REJECT.value
        return data


class SentDecision(DecisionForm):
    """A decision that the page's script sends, with the version it is about."""

    version = forms.UUIDField()


class EditForm(forms.Form):
    """A sample's text: its fields, or its turns when it has more than one."""

    system = forms.CharField(required=False, strip=False, max_length=TEXT_LIMIT)
    instruction = forms.CharField(strip=False, max_length=TEXT_LIMIT)
    input = forms.CharField(required=False, strip=False, max_length=TEXT_LIMIT)
    output = forms.CharField(strip=False, max_length=TEXT_LIMIT)

    def __init__(self, version: SampleVersion, data: Any = None) -> None:
        text = version.text()
        self.turns = [message["role"] for message in text.messages or []]
        initial = {name: getattr(text, name) for name in ("system", "instruction", "input", "output")}
        initial |= {f"turn-{index}": message["content"] for index, message in enumerate(text.messages or [])}
        super().__init__(data, initial=initial)
        if self.turns:
            self.fields = {f"turn-{index}": _turn(role) for index, role in enumerate(self.turns)}
        for name, field in self.fields.items():
            long = len(str(initial[name]).splitlines())
            field.widget = forms.Textarea({"rows": min(max(long + 1, 2), 24), "class": "mono", "spellcheck": "false"})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if sum(len(value.encode()) for value in data.values()) > TEXT_LIMIT:
            raise ValidationError(f"This is more than {TEXT_LIMIT:,} bytes of text: make two samples of it.")
        return data

    def text(self) -> Text:
        """The text as edited; a browser sends line ends as CR LF, the samples have LF."""
        told = {name: value.replace("\r\n", "\n") for name, value in self.cleaned_data.items()}
        if not self.turns:
            return Text(told["instruction"], told["input"], told["output"], told["system"])
        return Text.of_chat([{"role": role, "content": told[f"turn-{i}"]} for i, role in enumerate(self.turns)])


def _turn(role: str) -> forms.CharField:
    return forms.CharField(strip=False, max_length=TEXT_LIMIT, label=role.capitalize(), required=role != "system")


def parse_uuid(value: object) -> UUID | None:
    """The uuid that `value` writes, or None."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
