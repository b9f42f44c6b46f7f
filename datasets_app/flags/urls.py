from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.flags import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_flags, name="list_flags"),
    path("<uuid:review_id>/resolve/", views.resolve_flag, name="resolve_flag"),
]
