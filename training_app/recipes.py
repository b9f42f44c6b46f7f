"""Recipes: a change makes the next version; a version that exists is never changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from training_app.backends.params import LoraParams
from training_app.models import BaseModel, Recipe

# What lets a tiny base with random weights learn a small domain on a CPU: its embeddings know nothing yet, so they are
# trained whole beside the adapter. Measured by `make demo`.
TINY = LoraParams(
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


def settings_of(recipe: Recipe) -> list[tuple[str, Any, str]]:
    """The recipe's settings: name, value, what it does."""
    fields = LoraParams.model_fields
    return [(name, value, fields[name].description or "") for name, value in recipe.params.items() if name in fields]


def save_recipe(
    name: str,
    base_model: BaseModel,
    params: dict[str, Any],
    *,
    by: User | None,
    note: str = "",
    source: EventSource = EventSource.UI,
) -> Recipe:
    """The next version of recipe `name`; the newest one when nothing differs."""
    with transaction.atomic():
        newest = Recipe.objects.select_for_update().filter(name=name).order_by("-number").first()
        if newest and (newest.params, newest.base_model_id, newest.source) == (params, base_model.pk, note):
            return newest
        number = (Recipe.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0) + 1
        recipe = Recipe.objects.create(
            name=name, number=number, base_model=base_model, params=params, source=note, created_by=by
        )
        record("save", recipe, actor=by, source=source, after={"name": str(recipe), **params})
    return recipe
