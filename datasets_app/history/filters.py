"""Which lines of history a list shows: its filters, as the address says them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from afsweb.core.finding import read_uuid
from afsweb.core.jobs.text import storable
from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.history.about import COMMENT, SAMPLE, lines_about
from datasets_app.models import Sample

ANYTHING = ("", "anything")
# What reviewers see; everything else (people, keys, hosts, jobs) is for trainers, as in the admin.
DATA = [
    (SAMPLE, "samples"),
    (COMMENT, "comments"),
    ("datasets.bulkaction", "actions on many samples"),
    ("datasets.source", "sources"),
    ("datasets.campaign", "campaigns"),
    ("datasets.snapshot", "snapshots"),
]
# A line is numbered in its transaction's course, so ids follow time but for transactions that overlap.
OVERLAP = 10_000
LARGEST_ID = 2**63 - 1


class HistoryFilter(forms.Form):
    """The filters of the list of history. A value that makes no sense counts as not given."""

    who = forms.ModelChoiceField(
        User.objects.order_by("username"), to_field_name="username", required=False, empty_label="anybody"
    )
    verb = forms.CharField(required=False, max_length=32, widget=forms.TextInput({"size": 10}))
    about = forms.ChoiceField(choices=[ANYTHING, *DATA], required=False)
    sample = forms.CharField(
        required=False, max_length=40, widget=forms.TextInput({"size": 8}), help_text="Its number or its id."
    )
    source = forms.ChoiceField(choices=[("", "any way"), *EventSource.choices], required=False, label="Way")
    since = forms.DateTimeField(required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))
    until = forms.DateTimeField(required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, Any]:
        """What is filtered by: field -> value, without what was not given or makes no sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def clean_verb(self) -> str:
        return storable(self.cleaned_data["verb"])

    def clean_sample(self) -> int | None:
        """The number of the sample; 0, which no sample has, for a name that no sample has."""
        called = self.cleaned_data["sample"].strip().removeprefix("#")
        if not called:
            return None
        if uuid := read_uuid(called):
            return Sample.objects.filter(uuid=uuid).values_list("pk", flat=True).first() or 0
        return min(int(called), LARGEST_ID) if called.isascii() and called.isdecimal() else 0


def lines_for(user: User, wanted: dict[str, Any]) -> QuerySet[Event]:
    """The lines that `HistoryFilter.wanted` asks for and `user` may see.

    An action on many is one line. All its lines are shown where its batch, or one of its samples, is asked for.
    """
    lines = Event.objects.all()
    if not user.has_role(Role.TRAINER):
        lines = lines.filter(object_type__in=[label for label, _ in DATA])
    return narrow(lines, wanted)


def narrow(lines: QuerySet[Event], wanted: dict[str, Any]) -> QuerySet[Event]:
    """Those of `lines` that `HistoryFilter.wanted` asks for; each says in `is_undone` whether it was taken back."""
    undone = Event.objects.filter(undoes=OuterRef("pk"))
    lines = lines.select_related("actor").annotate(is_undone=Exists(undone))
    if "batch" in wanted:
        lines = lines.filter(batch=wanted["batch"])
    elif "sample" not in wanted:
        lines = lines.filter(is_part=False)
    if "sample" in wanted:
        lines = lines.filter(pk__in=lines_about(wanted["sample"]).values("pk"))
    named = {"who": "actor", "verb": "verb", "about": "object_type", "source": "source", "since": "at__gte"}
    lines = lines.filter(**{column: wanted[name] for name, column in named.items() if name in wanted})
    return lines.filter(at__lte=wanted["until"], pk__lte=_last_before(wanted["until"])) if "until" in wanted else lines


def _last_before(moment: datetime) -> int:
    """An id that no line before `moment` exceeds: where a list of the past begins, not passing all that is newer."""
    next_ones = Event.objects.filter(is_part=False, at__gt=moment).order_by("at").values_list("pk", flat=True)
    first = next_ones.first()
    return LARGEST_ID if first is None else first + OVERLAP
