from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.purge import views as purge_views
from datasets_app.samples import saved_pages, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_samples, name="list_samples"),
    path("count/", views.show_count, name="count_samples"),
    path("views/add/", saved_pages.add_view, name="save_view"),
    path("views/<uuid:view_id>/rename/", saved_pages.rename_saved_view, name="rename_view"),
    path("views/<uuid:view_id>/replace/", saved_pages.replace_saved_view, name="replace_view"),
    path("views/<uuid:view_id>/archive/", saved_pages.archive_saved_view, name="archive_view"),
    path("<uuid:sample_id>/", views.show_sample, name="show_sample"),
    path("<uuid:sample_id>/purge/", purge_views.purge_sample, name="purge_sample"),
    path("<uuid:sample_id>/archive/", views.archive_sample, name="archive_sample"),
    path("<uuid:sample_id>/restore/", views.restore_sample, name="restore_sample"),
]
