from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.coverage import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.show_coverage, name="show_coverage"),
    path("count/", views.count_coverage, name="count_coverage"),
]
