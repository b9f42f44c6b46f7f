from __future__ import annotations

from typing import Any, get_args

from django import forms
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from afsweb.core.models import Host, HostState
from datasets_app.models import Domain, Snapshot, SnapshotState
from training_app.backends.params import LoraParams, problems
from training_app.models import BaseModel, Recipe


class LaunchForm(forms.Form):
    """What to train: a recipe on a snapshot, on any GPU host or a chosen one."""

    name = forms.SlugField(max_length=64, help_text="The version will be called so, such as veran-registers.")
    recipe = forms.ModelChoiceField(Recipe.objects.filter(is_archived=False).select_related("base_model"))
    snapshot = forms.ModelChoiceField(Snapshot.objects.filter(state=SnapshotState.READY, is_archived=False))
    host = forms.ModelChoiceField(
        Host.objects.filter(state=HostState.ACTIVE), required=False, empty_label="any that is free"
    )
    seed = forms.IntegerField(min_value=0, max_value=2**32 - 1, initial=0, help_text="The same seed repeats the run.")


class BaseForm(forms.Form):
    """Which domain's words the tiny base model gets."""

    domain = forms.ModelChoiceField(Domain.objects.filter(is_active=True), empty_label=None)


class QuestionForm(forms.Form):
    question = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class RecipeForm(forms.Form):
    """A recipe's settings, one field each, made from what `LoraParams` says about them."""

    name = forms.SlugField(max_length=64)
    base_model = forms.ModelChoiceField(BaseModel.objects.all(), empty_label=None)
    source = forms.CharField(max_length=300, required=False, help_text="Where the settings come from.")

    def __init__(self, *args: Any, recipe: Recipe | None = None, **kwargs: Any) -> None:
        if recipe is not None:
            lists = {key: " ".join(value) for key, value in recipe.params.items() if isinstance(value, list)}
            kwargs["initial"] = {"name": recipe.name, "base_model": recipe.base_model, **recipe.params, **lists}
        super().__init__(*args, **kwargs)
        for name, info in LoraParams.model_fields.items():
            self.fields[name] = _field(info)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = {name: data[name] for name in LoraParams.model_fields if data.get(name) not in (None, "")}
        for name in ("target_modules", "modules_to_save"):
            given[name] = tuple(data.get(name, "").replace(",", " ").split())
        try:
            data["params"] = LoraParams(**given).model_dump(mode="json")
        except ValidationError as error:
            for name, problem in problems(error).items():
                self.add_error(name or None, problem)
        return data


def _field(info: FieldInfo) -> forms.Field:
    shared: dict[str, Any] = {"help_text": info.description or "", "initial": info.default, "required": False}
    text = str(info.annotation)
    if choices := get_args(info.annotation) if "Literal" in text else ():
        return forms.ChoiceField(choices=[(choice, choice) for choice in choices], **shared)
    if "tuple" in text:
        return forms.CharField(max_length=300, **(shared | {"initial": " ".join(info.default)}))
    if "float" in text:
        return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **shared)
    return forms.IntegerField(**shared)
