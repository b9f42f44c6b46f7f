"""Where recipes, or recipes and presets, differ, setting by setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training_app.models import Recipe
from training_app.presets.catalog import Preset
from training_app.recipes import in_words, settings_of


@dataclass(frozen=True)
class Value:
    """A setting on one side, in words; `is_said` is False where a preset's source does not name it."""

    text: str
    is_said: bool = True


@dataclass(frozen=True)
class Difference:
    """One setting with its value on each side."""

    name: str
    values: tuple[Value, ...]

    @property
    def differs(self) -> bool:
        return len({value.text for value in self.values}) > 1


def compare_settings(sides: Sequence[Recipe | Preset]) -> list[Difference]:
    """Every setting of all sides: base model, method and backend first, then in the order of a recipe's page."""
    told = [_told(side) for side in sides]
    return [Difference(name, tuple(one[name] for one in told)) for name in told[0]] if told else []


def _told(side: Recipe | Preset) -> dict[str, Value]:
    params = side.settings if isinstance(side, Preset) else side.params
    said = {**side.params, **side.reasons} if isinstance(side, Preset) else params
    settings = [one for _, group in settings_of(params) for one in group]
    told = {one.name: Value(in_words(one.value), one.name in said or isinstance(side, Recipe)) for one in settings}
    return {name: Value(text) for name, text in _made_of(side).items()} | told


def _made_of(side: Recipe | Preset) -> dict[str, str]:
    if isinstance(side, Preset):
        base, method, backend = side.base_id or "any", side.method.label, side.backend.label
    else:
        base, method, backend = str(side.base_model), side.get_method_display(), side.get_backend_display()
    return {"base model": base, "method": str(method), "backend": str(backend)}
