"""People in the admin: to look at and to search. They are changed on their own page, which keeps rules and history."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse

from afsweb.core.models import User

# Roles decide everything (afsweb.permissions); a group would be a second truth.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ("username", "role", "is_active", "must_change_password", "last_login")
    list_filter = ("role", "is_active", "must_change_password")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("-pk",)
    fields = ("username", "first_name", "last_name", "email", "role", "is_active", "must_change_password", "theme")

    def view_on_site(self, person: User) -> str:
        return reverse("show_person", args=[person.uuid])

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _person: User | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _person: User | None = None) -> bool:
        return False
