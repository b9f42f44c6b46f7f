from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.preferences import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_preferences, name="list_preferences"),
    path("export/", views.export_preferences, name="export_preferences"),
    path("pick/", views.pick_preference, name="pick_preference"),
    path("choose/", views.choose_preference, name="choose_preference"),
    path("<uuid:pair_id>/take-back/", views.take_back_preference, name="take_back_preference"),
]
