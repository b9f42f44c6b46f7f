"""The two curves of a plan: what more facts bring, and how good a version must be for the gate to let it pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from afsweb.charts import make_figure, style_legend
from afsweb.tokens import Theme, colours
from evals_app.plan.plan import Plan
from evals_app.stats.planning import pass_chance
from evals_app.stats.power import power

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 (a class with a small name)

STEPS = 40
FARTHEST = 0.30


def draw_power(plan: Plan, theme: Theme) -> Figure:
    """The chance to find the true improvement over the number of facts, and the chance that the gate passes it."""
    tokens = colours(theme)
    most = max(60, 3 * plan.facts)
    places = sorted({int(place) for place in np.linspace(3, most, STEPS)} | {plan.facts})
    found = [power(plan.effect / plan.deviation, count) for count in places]
    passed = [pass_chance(plan.effect, plan.deviation, count) for count in places]
    made = make_figure(theme, x_label="facts or personas", y_label="chance", y_range=(-0.02, 1.02))
    made.line(places, found, line_width=2, color=tokens["accent"], legend_label="finds it, p < 0.05")
    made.line(places, passed, line_width=2, color=tokens["gold"], line_dash="dashed", legend_label="the gate passes it")
    _mark(made, plan.facts, tokens["muted"])
    style_legend(made, theme, "bottom_right")
    return made


def draw_gate(plan: Plan, theme: Theme) -> Figure:
    """The chance that the gate passes a version, over how much better it truly is."""
    tokens = colours(theme)
    truths = np.linspace(0.0, FARTHEST, STEPS)
    passed = [pass_chance(float(true), plan.deviation, plan.facts) for true in truths]
    made = make_figure(theme, x_label="true improvement", y_label="chance to pass", y_range=(-0.02, 1.02))
    made.line(truths, passed, line_width=2, color=tokens["accent"])
    _mark(made, plan.effect, tokens["muted"])
    return made


def _mark(made: Figure, place: float, colour: str) -> None:
    made.vspan(x=[place], line_color=colour, line_dash="dotted")


CURVES = {"power": draw_power, "gate": draw_gate}
