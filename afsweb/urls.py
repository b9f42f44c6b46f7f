"""Every address. Each app names its own pages by verb; there are no namespaces, so a name is the same everywhere."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("afsweb.dashboard.urls")),
    path("", include("afsweb.accounts.urls")),
    path("", include("afsweb.core.urls")),
    path("", include("afsweb.llm.urls")),
    path("", include("datasets_app.urls")),
    path("", include("training_app.urls")),
    path("", include("evals_app.urls")),
    path("admin/", admin.site.urls),
    path("django-rq/", include("django_rq.urls")),
]
