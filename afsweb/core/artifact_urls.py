from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from afsweb.core.views import artifacts

urlpatterns: list[URLPattern | URLResolver] = [
    path("", artifacts.list_artifacts, name="list_artifacts"),
    path("<uuid:artifact_id>/", artifacts.show_artifact, name="show_artifact"),
]
