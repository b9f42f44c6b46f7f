"""Logging in and out, one's own password and profile."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from afsweb.accounts.errors import TooManyTries, TriesUnknown
from afsweb.accounts.forms import LogInForm, ProfileForm, SettingsForm
from afsweb.accounts.tries import client_address, count_try, forget_tries
from afsweb.core.history import record
from afsweb.core.models import EventSource, Role, User
from afsweb.pages import render_page
from afsweb.permissions import allow, person, public


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@never_cache
@public
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page. Tries are limited for each account and address; see tries.py."""
    if request.method == "GET":
        return redirect(_next(request)) if request.user.is_authenticated else _log_in_page(request, LogInForm(request))
    try:
        return _try_to_log_in(request)
    except TooManyTries as error:
        response = render_page(request, "429.html", {"error": error}, status=429)
        response["Retry-After"] = str(error.seconds)
        return response
    except TriesUnknown as error:
        return render_page(request, "503.html", {"error": error}, status=503)


def _try_to_log_in(request: HttpRequest) -> HttpResponse:
    account, address = request.POST.get("username", ""), client_address(request)
    count_try(account, address)
    form = LogInForm(request, request.POST)
    if not form.is_valid():
        return _log_in_page(request, form)
    forget_tries(account, address)
    login(request, form.get_user())
    return redirect(_next(request))


def _log_in_page(request: HttpRequest, form: LogInForm) -> HttpResponse:
    next_url = request.POST.get("next", request.GET.get("next", ""))
    return render_page(request, "accounts/log_in.html", {"form": form, "next": next_url})


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, when that is a page of ours; else the dashboard."""
    wish = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure()):
        return wish
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
@allow(Role.VIEWER)
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("log_in")


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@allow(Role.VIEWER)
def change_password(request: HttpRequest) -> HttpResponse:
    """Choose a new password. With a one-time password it is the only page that opens."""
    user = person(request)
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user.must_change_password = False
            form.save()
            record("change password", user, actor=user, source=EventSource.UI)
        update_session_auth_hash(request, user)
        messages.success(request, "Your password is changed. Other places where you were logged in are logged out.")
        return redirect("show_dashboard")
    return render_page(request, "accounts/change_password.html", {"form": form, "forced": user.must_change_password})


@require_http_methods(["GET", "POST"])
@allow(Role.VIEWER)
def edit_profile(request: HttpRequest) -> HttpResponse:
    """One's name and e-mail address."""
    form = ProfileForm(request.POST or None, instance=person(request))
    if request.method == "POST" and form.is_valid():
        return _saved(request, form, "edit profile", "edit_profile")
    return render_page(request, "accounts/profile.html", {"form": form})


@require_http_methods(["GET", "POST"])
@allow(Role.VIEWER)
def edit_settings(request: HttpRequest) -> HttpResponse:
    """How the pages look to oneself, the order of one's reviews, and the keys."""
    form = SettingsForm(person(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form, "edit settings", "edit_settings")
    return render_page(request, "accounts/settings.html", {"form": form, "has_own_keys": bool(person(request).keys)})


@require_POST
@allow(Role.VIEWER)
def reset_keys(request: HttpRequest) -> HttpResponse:
    """Give every key its default again."""
    user = person(request)
    with transaction.atomic():
        before, user.keys = user.keys, {}
        user.save(update_fields=["keys"])
        record("reset keys", user, actor=user, source=EventSource.UI, before={"keys": before})
    messages.success(request, "Every key is the default again.")
    return redirect("edit_settings")


def _saved(request: HttpRequest, form: ModelForm[User], verb: str, page: str) -> HttpResponse:
    with transaction.atomic():
        user = form.save()
        record(verb, user, actor=user, source=EventSource.UI, after={"fields": form.changed_data})
    messages.success(request, "Saved.")
    return redirect(page)


@require_http_methods(["GET", "POST"])
@public
def send_to_log_in(request: HttpRequest) -> HttpResponse:
    """The admin's own log-in page, which counts no tries: everyone goes through ours."""
    if isinstance(request.user, User):
        if request.user.is_staff:
            return redirect("admin:index")
        raise PermissionDenied("The admin is for reviewers, trainers and admins.")
    return redirect_to_login(request.GET.get("next", "/admin/"))
