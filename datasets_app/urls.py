from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("review/", include("datasets_app.review.urls")),
    path("samples/", include("datasets_app.samples.urls")),
    path("goldens/", include("datasets_app.golden.urls")),
    path("flags/", include("datasets_app.flags.urls")),
    path("comments/", include("datasets_app.comments.urls")),
    path("campaigns/", include("datasets_app.generation.urls")),
    path("facts/", include("datasets_app.facts.urls")),
    path("", include("datasets_app.exchange.urls")),
]
