"""Who may do what. Deny by default: a view that does not say who may use it answers 403 to everyone.

Pages and actions are allowed by role (`@allow(Role.REVIEWER)`), rows by their getters, the admin by
`ADMIN_PERMISSIONS`, what machines ask for by their token (`@for_hosts`).
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

from afsweb.core.host_tokens import host_of
from afsweb.core.models import Host, Role, User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]

PUBLIC, HOSTS = "public", "hosts"
NO_TOKEN = "The hub does not know this machine, or it was revoked. Join it anew: its Hosts page makes a token.\n"
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
        "core": (
            *(
                "job",
                "host",
                "artifact",
                "artifactcopy",
                "shelf",
                "endpoint",
                "call",
                "event",
                "schedule",
                "scheduledrun",
            ),
            *("catalogueitem", "cataloguepoint", "watcheditem", "finding", "artifactcheck", "modelbackup"),
            *("pulse", "gpureading"),
        ),
        "datasets": ("campaign", "snapshot", "domain", "gateversion", "bulkaction", "embeddingmap", "mapselection"),
        "training": ("basemodel", "recipe", "trainingrun", "checkpoint", "modelversion", "expert", "promotion"),
        "evals": ("suite", "case", "evalrun", "result", "comparison", "rubric", "judgecheck", "gate", "contamination"),
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


def for_hosts(view: Callable[P, R]) -> Callable[P, HttpResponseBase]:
    """Let machines use the view that show a token of this hub; others, people too, get 401 and a sentence.

    `calling_host` tells the view which machine it is. A browser does not send such a token by itself, so no page of
    somebody else can make it, and no form's token is asked for.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request: Any = args[0]
        request.calling_host = host_of(request)
        if request.calling_host is None:
            return HttpResponse(NO_TOKEN, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
        return view(*args, **kwargs)

    guarded.allowed = HOSTS  # type: ignore[attr-defined]
    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def for_newcomers(view: Callable[P, R]) -> Callable[P, R]:
    """Let machines use the view that the hub does not know yet: the view itself refuses who shows no invitation.

    As with `for_hosts` no form's token is asked for, because no browser shows an invitation by itself.
    """
    view.allowed = HOSTS  # type: ignore[attr-defined]
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


def calling_host(request: HttpRequest) -> Host:
    """Which machine asks. Only for views behind `for_hosts`."""
    host = request.calling_host  # type: ignore[attr-defined]
    assert isinstance(host, Host)
    return host


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
