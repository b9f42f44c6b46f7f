"""One conversation: what was said, why it ended, what it was worth."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow
from evals_app.models import Result
from evals_app.results.answers import answers_to
from evals_app.simulate.stops import SIMULATORS, StopReason

OTHERS = 20
TONES = {StopReason.GOAL: "ok", StopReason.VERSION_ERROR: "bad", StopReason.SILENT: "bad"}


@require_GET
@allow(Role.VIEWER)
def show_conversation(request: HttpRequest, run_id: UUID, case_id: UUID, repeat: int) -> HttpResponse:
    """What a persona and a version said to each other; 404 for a case that is no conversation."""
    rows = Result.objects.select_related("case__suite", "run__suite", "run__version", "run__simulator")
    rows = rows.filter(case__expected__has_key="persona")
    result = get_object_or_404(rows, run__uuid=run_id, case__uuid=case_id, repeat=repeat)
    context = {
        "result": result,
        "run": result.run,
        "case": result.case,
        "persona": result.case.expected["persona"],
        "stop_tone": "warn" if result.stop_reason in SIMULATORS else TONES.get(result.stop_reason, ""),  # type: ignore[call-overload]
        "marks": result.scores.select_related("by").order_by("-pk")[:OTHERS],
        "others": answers_to(result.case).exclude(pk=result.pk).order_by("-pk")[:OTHERS],
    }
    return render_page(request, "evals/conversation.html", context)
