"""What is offered past the last rung: recipes that need less memory. Each is prepared, none is applied by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from afsweb.core.models import EventSource, User, WorkState
from training_app.errors import NotOffered
from training_app.models import BaseModel, Method, Recipe, TrainingRun
from training_app.recipes import save_recipe

LEAST_RANK = 4


@dataclass(frozen=True)
class Lighter:
    """A recipe that needs less: `kind` names it in addresses and commands, `text` says what it changes."""

    kind: str
    text: str
    method: str
    base: BaseModel
    params: dict[str, Any]


def lighter_recipes(run: TrainingRun) -> list[Lighter]:
    """What a failed run may be launched with instead, if it failed for want of memory; nothing of any other run."""
    if run.shown_state != WorkState.FAILED or all(rung.settings for rung in run.rungs.all()):
        return []
    offers = (_lower_rank, _eight_bits, _four_bits, _smaller_base)
    return [found for offer in offers if (found := offer(run.recipe))]


def prepare_lighter(run: TrainingRun, kind: str, by: User | None, source: EventSource = EventSource.UI) -> Recipe:
    """Save the recipe of that kind as a new version, for the launch form to open with. Raises NotOffered."""
    chosen = next((one for one in lighter_recipes(run) if one.kind == kind), None)
    if chosen is None:
        raise NotOffered(run=run)
    note = f"{run.recipe} with {chosen.text}, as {run} ran out of memory"[:300]
    return save_recipe(
        run.recipe.name, chosen.base, chosen.params, by=by, note=note, source=source, method=chosen.method
    )


def _lower_rank(recipe: Recipe) -> Lighter | None:
    """Half the rank, and half the alpha: what the adapter adds keeps its scale."""
    rank, alpha = recipe.params["rank"], recipe.params["alpha"]
    if recipe.method == Method.FULL or rank // 2 < LEAST_RANK:
        return None
    params = {**recipe.params, "rank": rank // 2, "alpha": max(1, alpha // 2)}
    return Lighter("rank", f"rank {rank} → {rank // 2}", recipe.method, recipe.base_model, params)


def _quantised(kind: str, method: Method, heavier: tuple[Method, ...]) -> Callable[[Recipe], Lighter | None]:
    def offer(recipe: Recipe) -> Lighter | None:
        if recipe.method not in heavier:
            return None
        return Lighter(kind, f"{method.label}", method, recipe.base_model, dict(recipe.params))

    return offer


_eight_bits = _quantised("8bit", Method.LORA8, (Method.FULL, Method.LORA))
_four_bits = _quantised("4bit", Method.QLORA, (Method.FULL, Method.LORA, Method.LORA8))


def _smaller_base(recipe: Recipe) -> Lighter | None:
    """The largest base that is smaller and has its weights here."""
    smaller = BaseModel.objects.filter(parameters__lt=recipe.base_model.parameters or 0, weights__isnull=False)
    base = smaller.exclude(pk=recipe.base_model_id).order_by(F("parameters").desc(), "pk").first()
    return Lighter("base", f"the smaller {base}", recipe.method, base, dict(recipe.params)) if base else None
