"""What machines ask the hub for when they join and when they look whether it knows them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from afsweb.accounts.errors import TooManyTries, TriesUnknown
from afsweb.accounts.tries import client_address, count_try, forget_tries
from afsweb.core.host_tokens import SCHEME
from afsweb.core.joining.errors import InviteUnknown, JoiningError
from afsweb.core.joining.invites import PREFIX
from afsweb.core.joining.join import join
from afsweb.permissions import calling_host, for_hosts, for_newcomers

ACCOUNT = "a machine that joins"  # under which its tries are counted


@for_newcomers
@require_POST
@never_cache
@sensitive_variables()
def join_host(request: HttpRequest) -> HttpResponse:
    """Let the machine in whose invitation's token the request carries, and answer with its settings."""
    token = request.headers.get("Authorization", "").removeprefix(SCHEME)
    if not token.startswith(PREFIX):
        return _refused(InviteUnknown(), 401)
    address = client_address(request)
    try:
        count_try(ACCOUNT, address)
        given = join(token, request.get_host().rpartition(":")[0] or request.get_host())
        forget_tries(ACCOUNT, address)
    except TooManyTries as error:
        response = _refused(error, 429)
        response["Retry-After"] = str(error.seconds)
        return response
    except InviteUnknown as error:
        return _refused(error, 401)
    except (TriesUnknown, JoiningError) as error:
        return _refused(error, 503)
    return JsonResponse({"version": settings.VERSION, "settings": given})


@require_GET
@never_cache
@for_hosts
def greet_host(request: HttpRequest) -> HttpResponse:
    """Tell a machine by what name the hub knows it, and which version the hub is."""
    host = calling_host(request)
    return JsonResponse({"name": host.name, "state": host.state, "version": settings.VERSION})


def _refused(error: Exception, status: int) -> HttpResponse:
    return HttpResponse(f"{error}\n", status=status, content_type="text/plain")
