from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from afsweb.observability import views

# Without a slash at the end: probes and scrapers follow no redirects.
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", views.show_live, name="show_live"),
    path("health/ready", views.show_ready, name="show_ready"),
    path("metrics", views.show_metrics, name="show_metrics"),
]
