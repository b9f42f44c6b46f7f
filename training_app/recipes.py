"""Recipes: a change makes the next version; a version that exists is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from afsweb.core.archiving import set_archived
from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from training_app.backends.params import TrainingParams
from training_app.errors import PresetStays
from training_app.models import Backend, BaseModel, Method, Recipe
from training_app.presets.catalog import BY_SLUG

# The settings as a form and a page show them: what belongs together stands together.
GROUPS: dict[str, tuple[str, ...]] = {
    "What it learns": ("objective", "beta"),
    "Adapter": ("rank", "alpha", "dropout", "target_modules", "modules_to_save", "use_rslora", "use_dora"),
    "Optimizer": (
        "learning_rate",
        "scheduler",
        "warmup_steps",
        "warmup_ratio",
        "optimizer",
        "weight_decay",
        "max_grad_norm",
    ),
    "Length": ("epochs", "max_steps", "max_length"),
    "Batches and memory": (
        "batch_size",
        "gradient_accumulation",
        "devices",
        "packing",
        "precision",
        "gradient_checkpointing",
        "chunked_loss",
        "may_shorten",
    ),
    "Validation and checkpoints": (
        "save_every",
        "eval_every",
        "early_stopping",
        "keep",
        "domain_samples",
        "trackers",
    ),
}

# What lets a tiny base with random weights learn a small domain on a CPU: its embeddings know nothing yet, so they are
# trained whole beside the adapter. Measured by `make demo`.
TINY = TrainingParams(
    rank=32,
    alpha=32,
    dropout=0.1,
    modules_to_save=("embed_tokens", "lm_head"),
    learning_rate=4e-3,
    warmup_steps=10,
    max_steps=400,
    batch_size=32,
    gradient_accumulation=1,
    max_length=256,
    save_every=100,
    eval_every=50,
)


@dataclass(frozen=True)
class Setting:
    """One setting of a recipe: its value, what it does, and whether it is another than where nobody chose."""

    name: str
    value: Any
    meaning: str
    is_changed: bool

    @property
    def shown(self) -> str:
        """The value as a person reads it."""
        return in_words(self.value)


def in_words(value: Any) -> str:
    """A setting's value in words: lists with commas, a switch as on or off, nothing as a dash."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None or value in ("", [], ()):
        return "—"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def settings_of(params: dict[str, Any]) -> list[tuple[str, list[Setting]]]:
    """The settings group by group; those that an older recipe does not have are at what they are without it."""
    return [(title, [_setting(name, params) for name in names]) for title, names in GROUPS.items()]


def _setting(name: str, params: dict[str, Any]) -> Setting:
    info = TrainingParams.model_fields[name]
    usual = list(info.default) if isinstance(info.default, tuple) else info.default
    value = params.get(name, usual)
    return Setting(name, value, info.description or "", value != usual)


def save_recipe(
    name: str,
    base_model: BaseModel,
    params: dict[str, Any],
    *,
    by: User | None,
    note: str = "",
    method: str = Method.LORA,
    backend: str = Backend.TRL,
    source: EventSource = EventSource.UI,
) -> Recipe:
    """The next version of recipe `name`; the newest one when nothing differs. Raises PresetStays for a preset."""
    if name in BY_SLUG:
        raise PresetStays(recipe=name)
    made_of = {"params": params, "method": method, "backend": backend, "source": note}
    with transaction.atomic():
        newest = Recipe.objects.select_for_update().filter(name=name).order_by("-number").first()
        if newest and newest.base_model_id == base_model.pk and _is_made_of(newest, made_of):
            return newest
        number = (Recipe.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0) + 1
        recipe = Recipe.objects.create(name=name, number=number, base_model=base_model, created_by=by, **made_of)
        after = {"name": str(recipe), "method": method, "backend": backend, **params}
        record("save", recipe, actor=by, source=source, after=after)
    return recipe


def _is_made_of(recipe: Recipe, made_of: dict[str, Any]) -> bool:
    return all(getattr(recipe, name) == value for name, value in made_of.items())


def archive_recipe(recipe: Recipe, archived: bool, *, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Take a recipe out of the lists, or bring it back. Raises PresetStays."""
    if recipe.is_preset:
        raise PresetStays(recipe=recipe)
    set_archived(recipe, archived, by=by, source=source)
