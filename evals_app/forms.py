from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, QuerySet
from django.utils.text import slugify

from afsweb.core.models import Endpoint, WorkState
from afsweb.llm.answering import Sampling
from datasets_app.models import Domain
from evals_app.errors import UnknownRegister
from evals_app.inspect_logs.reading import LARGEST
from evals_app.models import EvalRun, Suite
from evals_app.register_suite import DIRECTIONS, areas, registers_of
from evals_app.runs.lengths import LONG, SHORT, usual_tokens
from evals_app.scorers.imported import IMPORTED
from training_app.models import ModelVersion

MOST_VERSIONS = 100
LIMITS = ("may_reuse", "token_limit", "cost_limit")


class SuiteForm(forms.Form):
    """Register questions as a suite: which registers, asked which way."""

    name = forms.CharField(
        max_length=200,
        initial="Register questions",
        help_text="The same name with other cases makes the next version.",
    )
    areas = forms.MultipleChoiceField(
        label="Registers of",
        choices=[(area, area) for area in areas()],
        widget=forms.CheckboxSelectMultiple,
        initial=["PPU"],
        required=False,
        help_text="The parts of the machine. DMA has 88 registers, eight channels of 11, and two more.",
    )
    registers = forms.CharField(
        label="Only these registers",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono"}),
        help_text="Names or addresses, such as INIDISP $2115. They go before the choice above.",
    )
    directions = forms.MultipleChoiceField(
        label="Asked",
        choices=list(DIRECTIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["name"],
        help_text="3 questions for each register and direction, in wordings that no training sample uses.",
    )
    seed = forms.IntegerField(
        min_value=0, max_value=2**31, initial=0, help_text="Which of the held-out wordings are drawn."
    )
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not slugify(name):
            raise forms.ValidationError("A name needs a letter or a digit.")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            data["found"] = registers_of(data.get("registers", ""), data.get("areas", []))
        except UnknownRegister as error:
            self.add_error("registers", str(error))
        else:
            if not data["found"]:
                self.add_error("areas", "Choose a part of the machine, or write registers below.")
        return data


class SuiteChoice(forms.ModelChoiceField[Suite]):
    """A suite, with how many cases it has."""

    def label_from_instance(self, obj: Any) -> str:  # annotated with how many cases it has
        return f"{obj} · {obj.case_count} cases"


TOKEN_LIMIT = partial(
    forms.IntegerField,
    label="Tokens in all, at most",
    required=False,
    min_value=1,
    max_value=10**12,
    help_text="Of questions and answers together. It stops before it takes more; empty for no limit.",
)
COST_LIMIT = partial(
    forms.DecimalField,
    label="US dollars in all, at most",
    required=False,
    min_value=Decimal("0.0001"),
    max_digits=10,
    decimal_places=4,
    help_text="Where the endpoint has a price. It stops before it costs more; empty for no limit.",
)


class LimitForm(forms.Form):
    """What a run may take in all."""

    token_limit = TOKEN_LIMIT()
    cost_limit = COST_LIMIT()


class LaunchForm(forms.Form):
    """Which versions answer which suite, and how answers are drawn."""

    versions = forms.ModelMultipleChoiceField(
        ModelVersion.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="uuid",
        help_text="Each becomes an evaluation of its own; compare them when they are done.",
    )
    suite = SuiteChoice(Suite.objects.none(), to_field_name="uuid")
    repeats = forms.IntegerField(
        min_value=1,
        max_value=20,
        initial=1,
        help_text="How often each case is asked. More than once only tells something above temperature 0.",
    )
    max_new_tokens = forms.IntegerField(
        label="Tokens at most",
        min_value=1,
        max_value=8192,
        required=False,
        help_text=f"For each answer; it is cut there. Empty: {SHORT} for an answer of a line, {LONG} where code, a text"
        " for a judge or a conversation is asked for.",
    )
    temperature = forms.FloatField(
        initial=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(2.0)],
        help_text="0 takes the likeliest token each time, so the same question gives the same answer.",
    )
    seed = forms.IntegerField(min_value=0, max_value=2**31, initial=0)
    simulator = forms.ModelChoiceField(
        Endpoint.objects.filter(is_active=True).order_by("name"),
        required=False,
        to_field_name="uuid",
        help_text="Who plays the user, where the suite holds conversations. The same one for every version.",
    )
    judge = forms.ModelChoiceField(
        Endpoint.objects.none(),
        to_field_name="uuid",
        required=False,
        help_text="Who judges where a rubric decides; needed for a suite with such cases, left aside for others.",
    )
    may_reuse = forms.BooleanField(
        label="Reuse answers",
        required=False,
        help_text="What another evaluation was answered to the very same request is taken, not asked: only at"
        " temperature 0, or where the endpoint honours a seed. A server's model counts as the same while its name is.",
    )
    token_limit = TOKEN_LIMIT()
    cost_limit = COST_LIMIT()
    held_out = forms.BooleanField(
        label="Held-out loss too",
        required=False,
        help_text="How well each version predicts its snapshot's validation split; of versions that were trained here.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judge"].queryset = Endpoint.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        versions = ModelVersion.objects.filter(is_archived=False).order_by("-pk")
        self.fields["versions"].queryset = versions if self.is_bound else versions[:MOST_VERSIONS]  # type: ignore[attr-defined]
        self.fields["suite"].queryset = (  # type: ignore[attr-defined]
            Suite.objects.filter(is_archived=False)
            .exclude(scorer=IMPORTED.name)
            .annotate(case_count=Count("cases"))
            .order_by("-pk")
        )

    def options(self) -> dict[str, Any]:
        """What else `launch_eval` is told, of a valid form."""
        return {name: self.cleaned_data[name] for name in ("repeats", "simulator", "judge", *LIMITS)}

    def sampling(self) -> Sampling:
        """How the answers are drawn, of a valid form."""
        data = self.cleaned_data
        return Sampling(data["temperature"], data["max_new_tokens"] or usual_tokens(data["suite"]), data["seed"])


class LogForm(forms.Form):
    """A log of Inspect, and what it is about."""

    file = forms.FileField(
        widget=forms.ClearableFileInput({"accept": ".json,.eval"}),
        help_text="An Inspect log, .json or .eval, of 64 MiB at most.",
    )
    domain = forms.ModelChoiceField(Domain.objects.filter(is_active=True), to_field_name="slug", initial="text")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(f"It is larger than {LARGEST // 2**20} MiB.")
        return file


class RunChoice(forms.ModelChoiceField[EvalRun]):
    """A finished evaluation, with its score."""

    def label_from_instance(self, obj: EvalRun) -> str:
        return f"{obj} · {obj.score:.2f} · {obj.finished_at:%Y-%m-%d %H:%M}"


class ComparisonForm(forms.Form):
    """Two finished evaluations of one suite."""

    baseline = RunChoice(EvalRun.objects.none(), to_field_name="uuid", help_text="What it is measured against.")
    candidate = RunChoice(EvalRun.objects.none(), to_field_name="uuid", help_text="What should be better.")

    def __init__(self, *args: Any, suite: Suite | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("baseline", "candidate"):
            self.fields[name].queryset = comparable_runs(suite)  # type: ignore[attr-defined]


def comparable_runs(suite: Suite | None) -> QuerySet[EvalRun]:
    """The finished evaluations, newest first; with `suite` only those of the same cases."""
    runs = EvalRun.objects.filter(state=WorkState.SUCCEEDED).select_related("suite", "version")
    return (runs.filter(suite__sha256=suite.sha256) if suite else runs).order_by("-pk")
