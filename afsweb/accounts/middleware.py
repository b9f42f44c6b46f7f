"""A one-time password lets its owner do one thing: choose a password of their own."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

ALLOWED = ("change_password", "log_out")


class PasswordChangeMiddleware:
    """Send people whose password must be changed to the page that does it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponseBase | None:
        match = request.resolver_match
        if getattr(request.user, "must_change_password", False) and match is not None and match.url_name not in ALLOWED:
            if getattr(request, "htmx", False):
                return HttpResponse(status=204, headers={"HX-Redirect": reverse("change_password")})
            return redirect("change_password")
        return None
