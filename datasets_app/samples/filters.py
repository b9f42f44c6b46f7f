"""Which samples a list shows: its filters, as the address says them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Left

from afsweb.core.jobs.text import storable
from datasets_app.domains.catalog import DOMAINS
from datasets_app.flags.flags import open_flags
from datasets_app.models import Decider, Domain, GateVersion, Sample, SampleState, Score, Source, Verdict
from datasets_app.quality.finding_codes import codes_found, said_by_todays_verifiers

ANY = ("", "any")
SHOWN_CHARACTERS = 200
FROM, BELOW = "from", "below"
# Of the first domain that has one. So far there is no other.
LADDER = next(domain.ladder for domain in DOMAINS.values() if domain.verifier)
YES_NO = (ANY, ("yes", "yes"), ("no", "no"))


class SampleFilter(forms.Form):
    """The filters of the list of samples. A value that makes no sense counts as not given."""

    q = forms.CharField(required=False, max_length=300, label="Text")
    domain = forms.ModelChoiceField(
        Domain.objects.all(), to_field_name="slug", required=False, empty_label="every domain"
    )
    state = forms.ChoiceField(choices=[("", "every state"), *SampleState.choices], required=False)
    decided_by = forms.ChoiceField(
        choices=[("", "anybody"), ("nobody", "nobody yet"), *Decider.choices[1:]], required=False, label="Decided by"
    )
    golden = forms.ChoiceField(choices=YES_NO, required=False)
    flagged = forms.ChoiceField(choices=YES_NO, required=False)
    passes = forms.ChoiceField(choices=(ANY, ("yes", "passes"), ("no", "fails")), required=False, label="Gate")
    reached = forms.ChoiceField(required=False, label="Checks")
    finding = forms.ChoiceField(required=False)
    kind = forms.CharField(required=False, max_length=48, widget=forms.TextInput({"size": 8}))
    source = forms.ModelChoiceField(
        Source.objects.all(), to_field_name="uuid", required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reached"].choices = [ANY, *rungs()]  # type: ignore[attr-defined]
        found = [(code, code.replace("_", " ")) for code in codes_found()]
        self.fields["finding"].choices = [ANY, *found]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What is filtered by: field -> value, without what was not given or makes no sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def clean_q(self) -> str:
        return storable(self.cleaned_data["q"])

    def clean_kind(self) -> str:
        return storable(self.cleaned_data["kind"])


def listed_samples(wanted: dict[str, Any]) -> QuerySet[Sample]:
    """What a list shows of the samples that `SampleFilter.wanted` asks for: the beginnings of their texts, no more."""
    texts = (f"current__{name}" for name in ("search", "messages", "system", "instruction", "input", "output"))
    samples = (
        Sample.objects.filter(current__isnull=False)
        .select_related("domain", "source", "current")
        .defer(*texts)
        .annotate(
            question=Left("current__instruction", SHOWN_CHARACTERS), answer=Left("current__output", SHOWN_CHARACTERS)
        )
        .prefetch_related(Prefetch("current__scores", Score.objects.filter(gate__is_current=True)))
    )
    return filter_samples(samples, wanted)


def filter_samples(samples: QuerySet[Sample], wanted: dict[str, Any]) -> QuerySet[Sample]:
    """Those of `samples` that `SampleFilter.wanted` asks for. Without a state asked for, archived ones stay out."""
    plain = {name: wanted[name] for name in ("domain", "state", "kind", "source") if name in wanted}
    samples = (
        samples.filter(**plain) if "state" in plain else samples.filter(**plain).exclude(state=SampleState.ARCHIVED)
    )
    if "decided_by" in wanted:
        samples = samples.filter(decided_by="" if wanted["decided_by"] == "nobody" else wanted["decided_by"])
    if "golden" in wanted:
        samples = samples.filter(is_golden=wanted["golden"] == "yes")
    if "flagged" in wanted:
        flagged = Exists(open_flags().filter(sample=OuterRef("pk")))
        samples = samples.filter(flagged if wanted["flagged"] == "yes" else ~flagged)
    if "passes" in wanted:
        gate = GateVersion.objects.get(is_current=True)
        samples = samples.filter(current__scores__gate=gate, current__scores__passes=wanted["passes"] == "yes")
    if "reached" in wanted:
        way, _, rung = wanted["reached"].rpartition("-")
        samples = samples.filter(Exists(_verdicts(**{"level__gte" if way == FROM else "level__lt": int(rung)})))
    if "finding" in wanted:
        samples = samples.filter(Exists(_verdicts(codes__contains=[wanted["finding"]])))
    if "q" in wanted:
        samples = samples.filter(current__search=SearchQuery(wanted["q"], search_type="websearch", config="simple"))
    return samples


def rungs() -> list[tuple[str, list[tuple[str, str]]]]:
    """The rungs that a text can have reached or not, in two groups, as the choices of a field."""
    steps = [(place, f"{place}: {label}") for place, label in enumerate(LADDER) if place]
    return [
        ("reached", [(f"{FROM}-{place}", f"at least {label}") for place, label in steps]),
        ("not reached", [(f"{BELOW}-{place}", f"below {label}") for place, label in steps]),
    ]


def _verdicts(**conditions: Any) -> QuerySet[Verdict]:
    """What today's verifiers said of the current version of the sample outside."""
    return Verdict.objects.filter(said_by_todays_verifiers(), version=OuterRef("current"), **conditions)
