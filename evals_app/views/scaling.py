"""The scaling page: what size and what data bought on one suite, and what to pay for next."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow
from evals_app.models import EvalRun, Suite
from evals_app.scaling.advice import advise
from evals_app.scaling.charts import draw_curve
from evals_app.scaling.points import NOTHING, Curve, by_data, by_size, recipes_in, scored_on, suites_scored
from training_app.models import Recipe

SIZE, DATA = "base parameters", "training rows"


@dataclass(frozen=True)
class Scaling:
    """What the address asks for, with both curves."""

    suites: list[Suite]
    recipes: list[Recipe]
    suite: Suite | None
    recipe: Recipe | None
    is_plain: bool
    size: Curve
    data: Curve


@require_GET
@with_chart
@allow(Role.VIEWER)
def show_scaling(request: HttpRequest) -> HttpResponse:
    """The ladder of sizes and the learning curve of one suite, with a recommendation that has an interval."""
    asked = _read(request)
    context = {
        "scaling": asked,
        "advice": advise(asked.size.line, asked.data.line),
        "curves": [("Size of the base", SIZE, "size", asked.size), ("Training data", DATA, "data", asked.data)],
        "snapshots": len({one.version.run.snapshot_id for one in asked.size.scored if one.version.run}),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "evals/scaling.html", context)


@require_GET
@allow(Role.VIEWER)
def draw_scaling(request: HttpRequest) -> JsonResponse:
    """One of both curves as a chart: `curve=size` or `curve=data`."""
    asked = _read(request)
    is_data = request.GET.get("curve") == "data"
    curve, label = (asked.data, DATA) if is_data else (asked.size, SIZE)
    return chart_response(draw_curve(curve, label, chart_theme(request)))


def _read(request: HttpRequest) -> Scaling:
    """What cannot be read counts as not asked: the newest suite, the recipe with most versions, trained versions."""
    suites = list(suites_scored()[:50])
    wanted = request.GET.get("suite", "")
    suite = next((one for one in suites if str(one.uuid) == wanted), suites[0] if suites else None)
    runs: list[EvalRun] = scored_on(suite) if suite else []
    recipes = recipes_in(runs)
    recipe = next((one for one in recipes if str(one.uuid) == request.GET.get("recipe", "")), next(iter(recipes), None))
    plain = request.GET.get("bases") == "plain"
    data = by_data(runs, recipe) if recipe else NOTHING
    return Scaling(suites, recipes, suite, recipe, plain, by_size(runs, plain=plain), data)
