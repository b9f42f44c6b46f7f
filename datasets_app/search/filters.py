"""Which samples a list shows: its filters, as the address says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from afsweb.core.jobs.text import storable
from afsweb.core.models import User
from datasets_app.domains.catalog import DOMAINS
from datasets_app.errors import DatasetError
from datasets_app.models import Decider, MapSelection, Sample, SampleState, Score, Source
from datasets_app.search.conditions import BELOW, FROM, NOBODY, NONE, SOMEBODY, narrow
from datasets_app.search.hybrid import SIMILARITY, find_candidates
from datasets_app.search.offers import read_offers

__all__ = ["BELOW", "FROM", "LADDER", "SampleFilter", "filter_samples", "listed_samples", "read_filter"]

ANY = ("", "any")
SHOWN_CHARACTERS = 200
LONGEST_WORDS, LONGEST_LIKE = 300, 1_000  # characters; a longer address is refused by the web server
LARGEST_KEY = 2**63 - 1
# Of the first domain that has one. So far there is no other.
LADDER = next(domain.ladder for domain in DOMAINS.values() if domain.verifier)
YES_NO = (ANY, ("yes", "yes"), ("no", "no"))
ME = "me"


class FilterGone(DatasetError):
    """The filter “{name}” does not know “{value}” any more. Choose another value for it, or leave it out."""


class Tags(forms.CharField):
    """Tags between commas, all of which a sample must have."""

    def to_python(self, value: Any) -> Any:
        parts = storable(super().to_python(value) or "").split(",")
        return [tag for tag in map(str.strip, parts) if tag]


class SampleFilter(forms.Form):
    """The filters of the list of samples. A value that makes no sense counts as not given.

    `user` is who “me” means. Without a user, “me” makes no sense.
    """

    q = forms.CharField(required=False, max_length=LONGEST_WORDS, label="Words")
    like = forms.CharField(required=False, max_length=LONGEST_LIKE, label="Like")
    domain = forms.TypedChoiceField(required=False, empty_value=None)
    state = forms.ChoiceField(choices=[("", "every state"), *SampleState.choices], required=False)
    decided_by = forms.ChoiceField(
        choices=[("", "anybody"), (NOBODY, "nobody yet"), *Decider.choices[1:]], required=False, label="Decided by"
    )
    assigned_to = forms.TypedChoiceField(required=False, empty_value=None, label="Assigned to")
    passes = forms.ChoiceField(choices=(ANY, ("yes", "passes"), ("no", "fails")), required=False, label="Gate")
    score_min = forms.FloatField(required=False, min_value=0, max_value=1, label="Score from")
    score_max = forms.FloatField(required=False, min_value=0, max_value=1, label="Score to")
    disagree = forms.ChoiceField(choices=(ANY, ("yes", "disagree")), required=False, label="Verdict and score")
    reached = forms.ChoiceField(required=False, label="Checks")
    finding = forms.ChoiceField(required=False)
    golden = forms.ChoiceField(choices=YES_NO, required=False)
    disputed = forms.ChoiceField(choices=YES_NO, required=False)
    flagged = forms.ChoiceField(choices=YES_NO, required=False)
    kind = forms.CharField(required=False, max_length=48, widget=forms.TextInput({"size": 8}))
    topic = forms.CharField(required=False, max_length=48, widget=forms.TextInput({"size": 8}))
    tags = Tags(required=False, max_length=300, widget=forms.TextInput({"size": 8}))
    cluster = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput)
    source = forms.ModelChoiceField(
        Source.objects.all(), to_field_name="uuid", required=False, widget=forms.HiddenInput
    )
    near = forms.ModelChoiceField(
        Sample.objects.filter(current__isnull=False).select_related("current").defer("current__search"),
        to_field_name="uuid",
        required=False,
        widget=forms.HiddenInput,
        label="Like",
    )
    selection = forms.ModelChoiceField(
        MapSelection.objects.defer("sample_ids"), to_field_name="uuid", required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None, user: User | None = None) -> None:
        super().__init__(data)
        self._offer("reached", [ANY, *rungs()])
        self.offers = offers = cache(read_offers)
        self._offer("finding", lambda: [ANY, *((code, code.replace("_", " ")) for code in offers().codes)])
        self._offer("domain", lambda: [("", "every domain"), *_named(offers().domains)])
        self._mean("domain", lambda slug: offers().domains[slug])
        standing = [(NOBODY, "nobody"), (SOMEBODY, "somebody")] + ([(ME, "me")] if user else [])
        self._offer("assigned_to", lambda: [("", "anybody"), *standing, *_named(offers().people)])
        meant = {NOBODY: NOBODY, SOMEBODY: SOMEBODY, ME: user}
        self._mean("assigned_to", lambda to: meant[to] if to in meant else offers().people[to])

    def _offer(self, name: str, choices: Any) -> None:
        """The choices of a field; a function is called once they are needed, else never."""
        field: Any = self.fields[name]
        field.choices = choices

    def _mean(self, name: str, meant: Callable[[str], Any]) -> None:
        field: Any = self.fields[name]
        field.coerce = meant

    def wanted(self) -> dict[str, Any]:
        """What is filtered by: field -> value, without what was not given or makes no sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}

    def given(self) -> dict[str, str]:
        """The same as an address says it, field -> text: what a saved view and a bulk action keep.

        `SampleFilter(given, user).wanted()` wants the same again.
        """
        return {name: str(self[name].data).strip() for name in self.wanted()}

    def problems(self) -> list[str]:
        """A sentence for each value that makes no sense."""
        return [
            f"{self[name].label}: {' '.join(map(str, said))} It was left out." for name, said in self.errors.items()
        ]

    def clean_q(self) -> str:
        return storable(self.cleaned_data["q"])

    def clean_like(self) -> str:
        return storable(self.cleaned_data["like"])

    def clean_kind(self) -> str:
        return storable(self.cleaned_data["kind"])

    def clean_topic(self) -> str:
        return storable(self.cleaned_data["topic"])


def read_filter(kept: Mapping[str, str], user: User | None) -> dict[str, Any]:
    """What `SampleFilter.given` kept, as `filter_samples` takes it.

    Raises FilterGone where a value makes no sense any more: without its filter, an action would reach all the others.
    """
    wanted = SampleFilter(kept, user).wanted()
    for name, value in kept.items():
        if name not in wanted and str(value).strip():
            raise FilterGone(name=name, value=value)
    return wanted


def listed_samples(wanted: dict[str, Any]) -> QuerySet[Sample]:
    """What a list shows of the samples that `SampleFilter.wanted` asks for: the beginnings of their texts, no more."""
    return filter_samples(with_beginnings(Sample.objects.all()), wanted)


def with_beginnings(samples: QuerySet[Sample]) -> QuerySet[Sample]:
    """These samples as a list shows them: what it names, and the beginnings of question and answer.

    `passes` says whether the current gate passes the text, None where it has not scored it.
    """
    score = Score.objects.filter(version=OuterRef("current"), gate__is_current=True)
    texts = (f"current__{name}" for name in ("search", "messages", "system", "instruction", "input", "output"))
    return (
        samples.filter(current__isnull=False)
        .select_related("domain", "source", "current", "assigned_to")
        .defer(*texts)
        .annotate(
            question=Left("current__instruction", SHOWN_CHARACTERS),
            answer=Left("current__output", SHOWN_CHARACTERS),
            passes=Subquery(score.values("passes")[:1]),
        )
    )


def filter_samples(samples: QuerySet[Sample], wanted: dict[str, Any]) -> QuerySet[Sample]:
    """Those of `samples` that `SampleFilter.wanted` asks for. Without a state asked for, archived ones stay out.

    With similarity asked for (`near`, `like`), those among the best candidates of all samples, found here and now.
    """
    if SIMILARITY.isdisjoint(wanted):
        return narrow(samples, wanted)
    return samples.filter(pk__in=find_candidates(wanted).ids or NONE)


def _named(rows: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(key, str(row)) for key, row in rows.items()]


def rungs() -> list[tuple[str, list[tuple[str, str]]]]:
    """The rungs that a text can have reached or not, in two groups, as the choices of a field."""
    steps = [(place, f"{place}: {label}") for place, label in enumerate(LADDER) if place]
    return [
        ("reached", [(f"{FROM}-{place}", f"at least {label}") for place, label in steps]),
        ("not reached", [(f"{BELOW}-{place}", f"below {label}") for place, label in steps]),
    ]
