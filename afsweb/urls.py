"""Every address. Each app names its own pages by verb; there are no namespaces, so a name is the same everywhere."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_GET
from django.views.generic import RedirectView

import afsweb.accounts.admin  # noqa: F401 (puts people into the admin; accounts is no app, so nobody else asks it to)
from afsweb.accounts.views import send_to_log_in
from afsweb.permissions import public
from afsweb.queue_pages import urlpatterns as queue_pages

urlpatterns = [
    path("", include("afsweb.dashboard.urls")),
    path("", include("afsweb.accounts.urls")),
    path("", include("afsweb.core.urls")),
    path("", include("afsweb.observability.urls")),
    path("", include("afsweb.upkeep.urls")),
    path("", include("afsweb.llm.urls")),
    path("", include("datasets_app.urls")),
    path("", include("training_app.urls")),
    path("", include("evals_app.urls")),
    # The admin's own pages for these count no tries and leave no history: ours take their place.
    path("admin/login/", send_to_log_in),
    path("admin/password_change/", public(require_GET(RedirectView.as_view(pattern_name="change_password")))),
    path("admin/", admin.site.urls),
    path("django-rq/", include(queue_pages)),
]
