"""Who may do what. Deny by default: a view that does not say who may use it answers 403 to everyone.

Pages and actions are allowed by role (`@allow(Role.REVIEWER)`), rows by their getters, the admin by
`ADMIN_PERMISSIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from afsweb.core.models import Role, User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]

PUBLIC = "public"
ADMIN_METHODS = ("GET", "HEAD", "POST")

# What a reviewer does in the admin; a trainer adds the rest below, an admin (a superuser) may do everything.
REVIEWER_PERMISSIONS = frozenset(
    f"datasets.{verb}_{model}"
    for model in ("sample", "sampleversion", "review", "source", "score", "verdict", "domain", "gateversion", "golden")
    for verb in ("view",)
) | {"datasets.change_sample"}
TRAINER_PERMISSIONS = REVIEWER_PERMISSIONS | {
    f"{app}.view_{model}"
    for app, models in {
        "core": ("job", "host", "artifact", "endpoint", "call", "event"),
        "datasets": ("campaign", "snapshot", "domain", "gateversion", "bulkaction", "embeddingmap", "mapselection"),
        "training": ("basemodel", "recipe", "trainingrun", "checkpoint", "modelversion", "expert", "promotion"),
        "evals": ("suite", "case", "evalrun", "result", "comparison"),
    }.items()
    for model in models
}
ADMIN_PERMISSIONS = {
    Role.VIEWER: frozenset[str](),
    Role.REVIEWER: REVIEWER_PERMISSIONS,
    Role.TRAINER: TRAINER_PERMISSIONS,
}


class RoleBackend(ModelBackend):
    """Admin permissions follow from the role alone, so there are no groups to keep in step."""

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return set(ADMIN_PERMISSIONS.get(Role(user_obj.role), frozenset()))


def allow(role: Role) -> Callable[[Callable[P, R]], Callable[P, HttpResponseBase]]:
    """Let people of `role` and above use the view; others get 403, and anonymous people the login page."""

    def decorate(view: Callable[P, R]) -> Callable[P, HttpResponseBase]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request: Any = args[0]
            if not request.user.is_authenticated:
                return ask_to_log_in(request)
            if not request.user.has_role(role):
                raise PermissionDenied(f"This needs the role {role.label}; yours is {request.user.role}.")
            return view(*args, **kwargs)

        guarded.allowed = role  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Let everyone use the view, also without logging in."""
    view.allowed = PUBLIC  # type: ignore[attr-defined]
    return view


def person(request: HttpRequest) -> User:
    """Who asks. Only for views behind `allow`, which has made sure that it is somebody."""
    assert isinstance(request.user, User)
    return request.user


def ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """The way to the login page: a redirect; for a fragment an HX-Redirect, or it would show a page in the page."""
    redirect = redirect_to_login(request.get_full_path())
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": redirect.url})
    return redirect


class DenyByDefaultMiddleware:
    """Refuse every view that does not say who may use it. The admin's views guard themselves, but for their methods."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        if getattr(view, "allowed", None) is not None:
            return None
        match = request.resolver_match
        if match is None or match.namespaces[:1] != ["admin"]:
            raise PermissionDenied("This page does not say who may use it, so nobody may.")
        return None if request.method in ADMIN_METHODS else HttpResponseNotAllowed(ADMIN_METHODS)
