from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from afsweb.accounts import people_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.log_in, name="log_in"),
    path("logout/", views.log_out, name="log_out"),
    path("profile/", views.edit_profile, name="edit_profile"),
    path("profile/settings/", views.edit_settings, name="edit_settings"),
    path("profile/settings/keys/", views.reset_keys, name="reset_keys"),
    path("profile/password/", views.change_password, name="change_password"),
    path("people/", people_views.list_people, name="list_people"),
    path("people/new/", people_views.add_person, name="add_person"),
    path("people/<uuid:person_id>/", people_views.show_person, name="show_person"),
    path("people/<uuid:person_id>/role/", people_views.change_role, name="change_role"),
    path("people/<uuid:person_id>/deactivate/", people_views.deactivate_person, name="deactivate_person"),
    path("people/<uuid:person_id>/activate/", people_views.activate_person, name="activate_person"),
    path("people/<uuid:person_id>/password/", people_views.reset_password, name="reset_password"),
]
