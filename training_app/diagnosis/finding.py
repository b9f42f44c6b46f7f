"""What a rule finds: a sentence, the figures that it rests on, and changes of the recipe that may help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from training_app.models import Recipe


class Kind(StrEnum):
    FLAT = "flat loss"
    DIVERGED = "divergence"
    OVERFITS = "overfitting"
    EXPLODES = "exploding gradients"
    FORGETS = "forgetting"
    COLLAPSED = "one answer to everything"


@dataclass(frozen=True)
class Remedy:
    """Settings to change in a clone of the recipe, in words, and why."""

    text: str
    changes: dict[str, Any]

    def address(self, recipe: Recipe) -> str:
        """The form of the recipe's next version with these changes in it; nothing is saved before a person does."""
        given = {"from": recipe.pk, **{name: "" if value is None else value for name, value in self.changes.items()}}
        return f"{reverse('add_recipe')}?{urlencode(given)}"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `since` is the step from which on it shows; `evidence` are sentences with figures."""

    kind: Kind
    text: str
    since: int
    evidence: list[str]
    remedies: list[Remedy]

    def offered(self, recipe: Recipe) -> list[tuple[Remedy, str]]:
        """Its remedies, each with the address of the form that makes it."""
        return [(remedy, remedy.address(recipe)) for remedy in self.remedies]
