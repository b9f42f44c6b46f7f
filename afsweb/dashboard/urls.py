from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from afsweb.dashboard import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.show_dashboard, name="show_dashboard"),
    path("running/", views.show_running, name="show_running"),
    path("search/", views.search, name="search"),
]
