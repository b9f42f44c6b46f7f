from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from afsweb.core.views import artifacts

urlpatterns: list[URLPattern | URLResolver] = [
    path("", artifacts.list_artifacts, name="list_artifacts"),
    path("<uuid:artifact_id>/", artifacts.show_artifact, name="show_artifact"),
    path("<uuid:artifact_id>/verify/", artifacts.verify_artifact, name="verify_artifact"),
    path("<uuid:artifact_id>/fetch/", artifacts.fetch_artifact, name="fetch_artifact"),
    path("sizes/", artifacts.draw_sizes, name="draw_sizes"),
    path("collect/", artifacts.collect_artifacts, name="collect_artifacts"),
]
