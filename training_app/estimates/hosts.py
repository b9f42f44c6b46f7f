"""Hosts and their backends side by side: does it fit, how long, what for, is it set up; and which one to take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings

from afsweb.core.models import Host
from training_app.backends.hosts import has_backend
from training_app.backends.params import TrainingParams
from training_app.estimates.priors import TOKENS, Prior, priors_for
from training_app.estimates.speed import Speed, speeds
from training_app.models import Backend, Recipe
from training_app.preview.fit import Fit, fits
from training_app.preview.looking import Look


@dataclass(frozen=True)
class Offer:
    """One card of one host for this launch. `seconds` is None before a run like it was measured there, `cost` without
    a price; `lacks` says what keeps it from training, "" where nothing does.
    """

    fit: Fit
    backends: tuple[str, ...]
    lacks: str
    speed: Speed | None
    seconds: float | None
    watts: float | None
    cost: float | None
    why: str = ""

    @property
    def may_train(self) -> bool:
        return not self.lacks and self.fit.verdict != "does not fit"


@dataclass(frozen=True)
class Amount:
    """What a launch goes through: rows, and tokens from the mean length of the rows that were looked at."""

    rows: int
    tokens: float

    @classmethod
    def of(cls, recipe: Recipe, look: Look) -> Amount:
        params = TrainingParams(**recipe.params)
        rows = look.steps * params.rows_per_step
        return cls(rows, rows * min(look.lengths.mean, params.max_length))


def offers(recipe: Recipe, look: Look, hosts: Iterable[Host], power: Mapping[int, float]) -> list[Offer]:
    """An offer for each card, the recommended one first and with its reason; `power` in watts by host."""
    measured, amount = speeds(recipe), Amount.of(recipe, look)
    told = [
        _offer(recipe, fit, amount, measured.get(fit.host.pk), power.get(fit.host.pk))
        for fit in fits(look.memory, hosts)
    ]
    return _recommend(sorted(told, key=_order))


def _offer(recipe: Recipe, fit: Fit, amount: Amount, speed: Speed | None, power: float | None) -> Offer:
    seconds = amount.tokens / speed.tokens_per_second if speed else None
    backends = backends_of(fit.host)
    return Offer(fit, backends, _lacks(recipe, fit.host, backends), speed, seconds, power, cost_of(seconds, power))


def cost_of(seconds: float | None, power: float | None) -> float | None:
    """Dollars: kilowatts × hours × AFS_PRICE_PER_KWH; None where one of them is not known."""
    price = settings.PRICE_PER_KWH
    return None if seconds is None or power is None or price is None else power / 1000 * seconds / 3600 * price


def from_priors(recipe: Recipe, look: Look) -> list[tuple[Prior, float, float]]:
    """What guides' speeds come to for this launch: from and to, in seconds, the nearest base first."""
    amount = Amount.of(recipe, look)
    told = []
    for prior in priors_for(recipe.base_model.parameters):
        much = amount.tokens if prior.unit == TOKENS else amount.rows
        told.append((prior, much / prior.high, much / prior.low))
    return told


def backends_of(host: Host) -> tuple[str, ...]:
    """Which backends the host has interpreters for, as its doctor last said."""
    return tuple(backend.value for backend in Backend if has_backend(host, backend))


def _lacks(recipe: Recipe, host: Host, backends: Sequence[str]) -> str:
    if recipe.backend in backends:
        return ""
    if not host.findings:
        return "its doctor has not looked yet"
    return f"run `afs host setup --backend {recipe.backend}` there"


def _order(offer: Offer) -> tuple[bool, bool, float, float]:
    """What may train first, then what surely fits, the quickest, the roomiest."""
    return (
        not offer.may_train,
        offer.fit.verdict != "fits",
        offer.seconds if offer.seconds is not None else float("inf"),
        -(offer.fit.free or 0),
    )


def _recommend(ordered: list[Offer]) -> list[Offer]:
    if not ordered or not ordered[0].may_train:
        return ordered
    best = ordered[0]
    if best.fit.verdict != "fits":
        why = (
            "is set up; whether it fits is not known" if best.fit.free is None else "is set up and fits, but only just"
        )
    elif best.seconds is not None:
        why = "fits, is set up, and is the quickest measured"
    else:
        why = "fits, is set up, and has the most memory free"
    return [replace(best, why=why), *ordered[1:]]
