"""The admin's pages about people and their roles."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.accounts.errors import LastAdmin
from afsweb.accounts.forms import PersonForm, RoleForm
from afsweb.accounts.people import add_person as make_person
from afsweb.accounts.people import change_role as give_role
from afsweb.accounts.people import reset_password as make_new_password
from afsweb.accounts.people import switch_off, switch_on
from afsweb.core.models import Event, Role, User
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow
from afsweb.permissions import person as who_asks


@require_GET
@allow(Role.ADMIN)
def list_people(request: HttpRequest) -> HttpResponse:
    """Everyone, newest first."""
    return render_page(request, "accounts/people.html", {"page": keyset_page(User.objects.all(), request)})


@require_http_methods(["GET", "POST"])
@never_cache
@allow(Role.ADMIN)
def add_person(request: HttpRequest) -> HttpResponse:
    """A form for a new person; its answer shows the one-time password, once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        role = Role(values.pop("role"))
        person, password = make_person(values.pop("username"), role, by=who_asks(request), **values)
        return _show_password(request, person, password)
    return render_page(request, "accounts/add_person.html", {"form": form})


@require_GET
@allow(Role.ADMIN)
def show_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: role, what an admin can do, and what was done to and by them lately."""
    person = get_object_or_404(User, uuid=person_id)
    about = Event.objects.filter(object_type="core.user", object_id=person.pk).select_related("actor").order_by("-pk")
    context = {
        "person": person,
        "form": RoleForm(initial={"role": person.role}),
        "about": about[:20],
        "is_me": person == request.user,
    }
    return render_page(request, "accounts/person.html", context)


@require_POST
@allow(Role.ADMIN)
def change_role(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a person another role."""
    person = get_object_or_404(User, uuid=person_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "There is no such role.")
        return redirect("show_person", person.uuid)
    try:
        give_role(person, form.chosen(), by=who_asks(request))
        messages.success(request, f"{person.username} is now {person.get_role_display()}.")
    except LastAdmin as error:
        messages.error(request, str(error))
    return redirect("show_person", person.uuid)


@require_POST
@allow(Role.ADMIN)
def deactivate_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Let a person no longer in."""
    person = get_object_or_404(User, uuid=person_id)
    try:
        switch_off(person, by=who_asks(request))
        messages.success(request, f"{person.username} can no longer log in. What they did stays.")
    except LastAdmin as error:
        messages.error(request, str(error))
    return redirect("show_person", person.uuid)


@require_POST
@allow(Role.ADMIN)
def activate_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Let a person in again."""
    person = get_object_or_404(User, uuid=person_id)
    switch_on(person, by=who_asks(request))
    messages.success(request, f"{person.username} can log in again.")
    return redirect("show_person", person.uuid)


@require_POST
@never_cache
@allow(Role.ADMIN)
def reset_password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Make a new one-time password and show it, once. One's own is changed with the old one, not here."""
    person = get_object_or_404(User, uuid=person_id)
    if person == request.user:
        raise PermissionDenied("Change your own password on your profile, with the old one.")
    return _show_password(request, person, make_new_password(person, by=who_asks(request)))


def _show_password(request: HttpRequest, person: User, password: str) -> HttpResponse:
    return render_page(request, "accounts/one_time_password.html", {"person": person, "password": password})
