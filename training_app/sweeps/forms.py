from __future__ import annotations

from typing import Any

from django import forms

from afsweb.core.models import Host, HostState
from datasets_app.models import Snapshot, SnapshotState
from training_app.models import Recipe
from training_app.sweeps.grid import MOST, read_values


class SweepForm(forms.Form):
    """Which recipe to vary, on what, and the values of each axis."""

    name = forms.SlugField(max_length=60, help_text="The points' runs and recipes are called so, with a number.")
    recipe = forms.ModelChoiceField(Recipe.objects.filter(is_archived=False).select_related("base_model"))
    snapshot = forms.ModelChoiceField(Snapshot.objects.filter(state=SnapshotState.READY, is_archived=False))
    learning_rate = forms.CharField(
        max_length=400,
        required=False,
        label="Learning rates",
        help_text="Such as 1e-4 2e-4 5e-4 1e-3. Empty: the recipe's own.",
    )
    rank = forms.CharField(
        max_length=400, required=False, label="Ranks", help_text="Such as 8 16 32. Alpha keeps its ratio to the rank."
    )
    epochs = forms.CharField(
        max_length=400, required=False, label="Epochs", help_text="Such as 1 3 5. They go before the recipe's steps."
    )
    host = forms.ModelChoiceField(
        Host.objects.filter(state=HostState.ACTIVE), required=False, empty_label="any that is free"
    )
    seed = forms.IntegerField(
        min_value=0, max_value=2**32 - 1, initial=0, help_text=f"The same for every point; {MOST} points at most."
    )

    def clean_learning_rate(self) -> list[float]:
        return self._numbers("learning_rate", float)

    def clean_rank(self) -> list[float]:
        return self._numbers("rank", int)

    def clean_epochs(self) -> list[float]:
        return self._numbers("epochs", float)

    def grid(self) -> dict[str, list[float]]:
        """Setting -> its values, of a form that is valid."""
        names = ("learning_rate", "rank", "epochs")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}

    def _numbers(self, name: str, kind: type[int] | type[float]) -> list[float]:
        try:
            return read_values(self.cleaned_data[name], kind)
        except ValueError:
            wanted = "whole numbers" if kind is int else "numbers"
            raise forms.ValidationError(f"Give {wanted} with spaces or commas between them.") from None

    def launched_with(self) -> dict[str, Any]:
        """What else `launch_sweep` takes."""
        return {name: self.cleaned_data[name] for name in ("name", "host", "seed")}
