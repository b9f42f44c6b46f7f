from __future__ import annotations

from typing import Any, get_args

from django import forms
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from afsweb.core.models import Host, HostState
from datasets_app.models import Domain, Snapshot, SnapshotState
from training_app.backends.params import TrainingParams, problems
from training_app.merges.launching import LARGEST_RANK
from training_app.models import Backend, BaseModel, Method, ModelVersion, Recipe
from training_app.presets.catalog import OURS
from training_app.recipes import GROUPS


class LaunchForm(forms.Form):
    """What to train: a recipe on a snapshot, on any GPU host or a chosen one."""

    name = forms.SlugField(max_length=64, help_text="The version will be called so, such as veran-registers.")
    recipe = forms.ModelChoiceField(Recipe.objects.filter(is_archived=False).select_related("base_model"))
    snapshot = forms.ModelChoiceField(Snapshot.objects.filter(state=SnapshotState.READY, is_archived=False))
    host = forms.ModelChoiceField(
        Host.objects.filter(state=HostState.ACTIVE), required=False, empty_label="any that is free"
    )
    seed = forms.IntegerField(min_value=0, max_value=2**32 - 1, initial=0, help_text="The same seed repeats the run.")
    reason = forms.CharField(
        max_length=300,
        required=False,
        label="Train all the same, because",
        help_text="Only where a gate stops the launch and it is meant. The reason is kept in the history.",
    )


class PreviewForm(forms.Form):
    """What the launch form names so far, and the row of the snapshot to show."""

    recipe = forms.ModelChoiceField(Recipe.objects.filter(is_archived=False).select_related("base_model__weights"))
    snapshot = forms.ModelChoiceField(
        Snapshot.objects.filter(state=SnapshotState.READY, is_archived=False).select_related("artifact")
    )
    row = forms.IntegerField(min_value=1, required=False)


class FetchBaseForm(forms.Form):
    """Which model to fetch from Hugging Face, and on which machine."""

    model_id = forms.RegexField(
        r"^[\w.-]+/[\w.-]+$",
        max_length=200,
        label="Model",
        help_text="Its id at Hugging Face, such as Qwen/Qwen2.5-Coder-1.5B-Instruct.",
        error_messages={"invalid": "Give the id as Hugging Face shows it: owner/name."},
        widget=forms.TextInput(attrs={"list": "known-models", "autocomplete": "off"}),
    )
    revision = forms.CharField(
        max_length=64, required=False, help_text="A branch, tag or commit. Empty: the newest, pinned when it has come."
    )
    host = forms.ModelChoiceField(
        Host.objects.filter(state=HostState.ACTIVE), required=False, empty_label="any that is free"
    )
    anyway = forms.BooleanField(required=False, label="I want it though it was not trained to answer")


class BaseForm(forms.Form):
    """Which domain's words the tiny base model gets."""

    domain = forms.ModelChoiceField(Domain.objects.filter(is_active=True), empty_label=None)


class QuestionForm(forms.Form):
    """The next question of a conversation."""

    question = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class MergeForm(forms.Form):
    """A weight beside each version; those with one are summed."""

    name = forms.SlugField(max_length=64, help_text="The new version will be called so, such as din-merged.")
    rank = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_RANK,
        required=False,
        help_text="Empty for the exact sum, of all ranks added. A lower one leaves something out, and says how much.",
    )

    def __init__(self, versions: list[ModelVersion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = versions
        for version in versions:
            attrs = {"step": "any", "aria-label": f"Weight of {version}"}
            widget = forms.NumberInput(attrs=attrs)
            self.fields[_weight(version)] = forms.FloatField(required=False, widget=widget)

    @property
    def rows(self) -> list[tuple[ModelVersion, forms.BoundField]]:
        """Each version with the field of its weight."""
        return [(version, self[_weight(version)]) for version in self.versions]

    @property
    def parts(self) -> list[tuple[ModelVersion, float]]:
        """The versions that were given a weight."""
        given = [(version, self.cleaned_data.get(_weight(version))) for version in self.versions]
        return [(version, weight) for version, weight in given if weight is not None]


def _weight(version: ModelVersion) -> str:
    return f"weight-{version.uuid}"


class RecipeForm(forms.Form):
    """A recipe's settings, one field each, made from what `TrainingParams` says about them.

    `params` fills them: those of a recipe or preset to begin with; ours without it.
    """

    name = forms.SlugField(max_length=64, help_text="Saving under a name that exists makes its next version.")
    base_model = forms.ModelChoiceField(BaseModel.objects.all(), empty_label=None)
    method = forms.ChoiceField(
        choices=Method.choices,
        initial=Method.LORA,
        help_text="LoRA trains a small adapter; with a base in 8 or 4 bits it takes less memory; full trains all.",
    )
    backend = forms.ChoiceField(
        choices=Backend.choices,
        initial=Backend.TRL,
        help_text="The program that trains; a host needs its interpreter (afs host setup).",
    )
    source = forms.CharField(max_length=300, required=False, help_text="Where the settings come from.")

    def __init__(self, *args: Any, params: dict[str, Any] | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _typed(params or OURS.settings) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for name, info in TrainingParams.model_fields.items():
            self.fields[name] = _field(info)

    def head(self) -> list[forms.BoundField]:
        """What stands above the settings."""
        return [self[name] for name in ("name", "base_model", "method", "backend", "source")]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The settings, group by group."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = {name: data[name] for name in TrainingParams.model_fields if data.get(name) not in (None, "")}
        for name in ("target_modules", "modules_to_save", "trackers"):
            given[name] = tuple(data.get(name, "").replace(",", " ").split())
        try:
            data["params"] = TrainingParams(**given).model_dump(mode="json")
        except ValidationError as error:
            for name, problem in problems(error).items():
                self.add_error(name or None, problem)
        return data


def _typed(params: dict[str, Any]) -> dict[str, Any]:
    """The settings as a person types them: lists with spaces between."""
    return {name: " ".join(value) if isinstance(value, list) else value for name, value in params.items()}


def _field(info: FieldInfo) -> forms.Field:
    shared: dict[str, Any] = {"help_text": info.description or "", "initial": info.default, "required": False}
    shared |= {"label": info.title} if info.title else {}
    text = str(info.annotation)
    if choices := get_args(info.annotation) if "Literal" in text else ():
        return forms.ChoiceField(choices=[(choice, choice) for choice in choices], **shared)
    if info.annotation is bool:
        return forms.BooleanField(**shared)
    if "tuple" in text:
        return forms.CharField(max_length=300, **(shared | {"initial": " ".join(info.default)}))
    if "float" in text:
        return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **shared)
    return forms.IntegerField(**shared)
