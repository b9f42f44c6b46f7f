"""A plan: how many facts, how sure, how dear."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evals_app.compare.usage import cost
from evals_app.errors import CannotPlan
from evals_app.models import Suite
from evals_app.plan.earlier import Deviation, Spending, deviation_of, spending_of
from evals_app.stats.planning import LEAST, facts_needed, pass_chance
from evals_app.stats.power import detectable_difference, power
from training_app.models import ModelVersion

CHANCES = (0.80, 0.90)
EFFECTS = (0.05, 0.10, 0.15, 0.20)
TRUTHS = (0.0, 0.05, 0.10, 0.15, 0.20)


@dataclass(frozen=True)
class Size:
    """How much a suite asks: `facts` (or personas) count as observations, several `cases` may ask about one."""

    facts: int
    cases: int


@dataclass(frozen=True)
class Plan:
    """What a comparison over `facts` facts can tell, when their differences deviate by `deviation`.

    `effect` is the true improvement it should find. Everything else follows.
    """

    suite: Suite
    size: Size
    facts: int
    repeats: int
    effect: float
    deviation: float
    earlier: Deviation
    spending: Spending

    @property
    def cases(self) -> int:
        """How many cases so many facts are, at as many cases a fact as the suite has."""
        return round(self.facts * self.size.cases / self.size.facts) if self.size.facts else self.facts

    @property
    def answers(self) -> int:
        """How many answers one version gives."""
        return self.cases * self.repeats

    @cached_property
    def chance(self) -> float:
        """The chance to find the effect with p < 0.05."""
        return power(self.effect / self.deviation, self.facts) if self.deviation > 0 else 1.0

    @cached_property
    def detectable(self) -> float:
        """What it finds 4 times in 5."""
        return detectable_difference(self.deviation, self.facts)

    @cached_property
    def needed(self) -> list[tuple[float, list[int | None]]]:
        """For each true improvement the facts that it takes to find it 80 and 90 % of times."""
        effects = sorted({*EFFECTS, self.effect})
        return [(effect, [facts_needed(self.deviation, effect, chance) for chance in CHANCES]) for effect in effects]

    @cached_property
    def passing(self) -> list[tuple[float, float]]:
        """For each true improvement the chance that the usual gate passes: 0.10 or more observed, and p < 0.05."""
        truths = sorted({*TRUTHS, self.effect})
        return [(true, pass_chance(true, self.deviation, self.facts)) for true in truths]

    @property
    def least(self) -> float:
        return LEAST

    @property
    def seconds(self) -> float | None:
        """How long one version's answers take, at the pace of earlier runs."""
        return None if self.spending.seconds is None else self.answers * self.spending.seconds

    @property
    def dollars(self) -> float | None:
        """What one version's answers cost, at today's price and the tokens of earlier runs."""
        tokens = (self.spending.input_tokens, self.spending.output_tokens)
        asked, answered = (None if each is None else each * self.answers for each in tokens)
        return cost(self.spending.price, asked, answered)


def size_of(suite: Suite) -> Size:
    """How many facts and cases the suite has. Two queries."""
    return Size(suite.cases.order_by().values("cluster").distinct().count(), suite.cases.count())


def make_plan(
    suite: Suite,
    version: ModelVersion | None = None,
    *,
    facts: int | None = None,
    repeats: int = 1,
    effect: float = LEAST,
    deviation: float | None = None,
) -> Plan:
    """A plan for the suite; what is not given comes from the suite and its earlier comparisons. Raises CannotPlan."""
    size, earlier = size_of(suite), deviation_of(suite)
    count = size.facts if facts is None else facts
    if count < 2:
        raise CannotPlan(suite=suite, count=count)
    assumed = earlier.value if deviation is None else deviation
    return Plan(suite, size, count, repeats, effect, assumed, earlier, spending_of(suite, version))
