"""Who asks; and that a one-time password lets its owner do one thing: choose a password of their own."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from afsweb.core.models import User

ALLOWED = ("change_password", "log_out")


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, but the person comes with the session: one statement less in every request."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: session_user(request) or get_user(request))  # type: ignore[assignment]


def session_user(request: HttpRequest) -> User | None:
    """The person that the session was read with, where all that Django would check is as it should be.

    Where anything is not, Django is asked: it knows older keys, and ends a session whose password has changed.
    """
    told = {key: request.session.get(key, "") for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY)}
    user: User | None = getattr(request.session, "user", None)
    if user is None or not user.is_active or told[SESSION_KEY] != str(user.pk):
        return None
    if told[BACKEND_SESSION_KEY] not in settings.AUTHENTICATION_BACKENDS:
        return None
    return user if constant_time_compare(told[HASH_SESSION_KEY], user.get_session_auth_hash()) else None


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
