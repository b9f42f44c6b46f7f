from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.samples import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_samples, name="list_samples"),
    path("<uuid:sample_id>/", views.show_sample, name="show_sample"),
    path("<uuid:sample_id>/archive/", views.archive_sample, name="archive_sample"),
    path("<uuid:sample_id>/restore/", views.restore_sample, name="restore_sample"),
]
