from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.secrets import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_secrets, name="list_secrets"),
    path("<uuid:finding_id>/resolve/", views.resolve_secret, name="resolve_secret"),
]
