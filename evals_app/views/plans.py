"""Planning an evaluation: what it will be able to tell, and what it will take."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow
from evals_app.errors import CannotPlan
from evals_app.models import Suite
from evals_app.plan.charts import CURVES
from evals_app.plan.forms import PlanForm
from evals_app.plan.plan import Plan, make_plan


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_plan(request: HttpRequest) -> HttpResponse:
    """The plan that the address asks for; its assumptions are the form above it."""
    form, plan = _plan(request)
    return render_page(request, "evals/plan.html", {"form": form, "plan": plan, "query": request.GET.urlencode()})


@require_GET
@allow(Role.VIEWER)
def draw_plan(request: HttpRequest) -> HttpResponse:
    """One of the plan's curves, for its page's charts: `curve` is power or gate."""
    _, plan = _plan(request)
    draw = CURVES.get(request.GET.get("curve", "power"))
    if plan is None or draw is None:
        raise Http404("There is no such plan.")
    return chart_response(draw(plan, chart_theme(request)))


def _plan(request: HttpRequest) -> tuple[PlanForm, Plan | None]:
    """The form as it was filled in, with the newest suite where none is chosen; the plan when it can be made."""
    data = request.GET.copy()
    if not data.get("suite"):
        newest = Suite.objects.filter(is_archived=False).order_by("-pk").values_list("uuid", flat=True).first()
        data["suite"] = str(newest or "")
    form = PlanForm(data)
    if not form.is_valid():
        return form, None
    try:
        return form, make_plan(**form.given())
    except CannotPlan as error:
        form.add_error("facts", str(error))
        return form, None
