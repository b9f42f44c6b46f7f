"""What programs ask of the hub to know how it is: probes without a name, Prometheus with a token."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from afsweb.core.models import Role
from afsweb.observability.health import OK, readiness
from afsweb.observability.metrics import exposition
from afsweb.permissions import allow, public

SCHEME = "Bearer "


@require_safe
@never_cache
@public
def show_live(_request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@public
def show_ready(_request: HttpRequest) -> HttpResponse:
    """200 when the database, its migrations, Valkey and a worker are there; else 503; which is not, in one word."""
    parts = readiness()
    response = JsonResponse(parts, status=200 if set(parts.values()) == {OK} else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's mark: probes come every few seconds
    return response


def scraper_or_admin(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let in who shows AFS_METRICS_TOKEN, and admins; a token that is another's gets 401, no page to log in."""
    for_admins = allow(Role.ADMIN)(view)

    def guarded(request: HttpRequest) -> HttpResponseBase:
        shown = request.headers.get("Authorization", "")
        if not shown:
            return for_admins(request)
        token = settings.METRICS_TOKEN
        if token and secrets.compare_digest(shown.encode(), f"{SCHEME}{token}".encode()):
            return view(request)
        text = "This is not the token of AFS_METRICS_TOKEN.\n"
        return HttpResponse(text, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})

    guarded.allowed = Role.ADMIN  # type: ignore[attr-defined]
    return guarded


@require_safe
@never_cache
@scraper_or_admin
def show_metrics(_request: HttpRequest) -> HttpResponse:
    """Everything that Prometheus reads."""
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
