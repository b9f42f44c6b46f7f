"""The page of what checks found wrong in what is stored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from afsweb.core.findings import open_findings
from afsweb.core.models import Finding, Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow


@require_GET
@allow(Role.VIEWER)
def list_findings(request: HttpRequest) -> HttpResponse:
    """What is wrong now, newest first; `?settled=yes` shows what is right again."""
    settled = request.GET.get("settled") == "yes"
    rows = Finding.objects.filter(settled_at__isnull=False) if settled else open_findings()
    context = {"page": keyset_page(rows.select_related("job"), request), "settled": settled}
    return render_page(request, "core/findings.html", context)
