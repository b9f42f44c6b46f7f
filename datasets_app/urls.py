from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("review/", include("datasets_app.review.urls")),
    path("samples/bulk/", include("datasets_app.bulk.urls")),
    path("samples/", include("datasets_app.samples.urls")),
    path("history/", include("datasets_app.history.urls")),
    path("goldens/", include("datasets_app.golden.urls")),
    path("flags/", include("datasets_app.flags.urls")),
    path("comments/", include("datasets_app.comments.urls")),
    path("secrets/", include("datasets_app.secrets.urls")),
    path("campaigns/", include("datasets_app.generation.urls")),
    path("coverage/", include("datasets_app.coverage.urls")),
    path("maps/", include("datasets_app.maps.urls")),
    path("snapshots/", include("datasets_app.snapshots.urls")),
    path("facts/", include("datasets_app.facts.urls")),
    path("preferences/", include("datasets_app.preferences.urls")),
    path("", include("datasets_app.exchange.urls")),
]
