from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.history import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.list_history, name="list_history"),
    path("<int:event_id>/undo/", views.undo_event, name="undo_event"),
    path("moment/", views.show_moment, name="show_moment"),
    path("moment/export/", views.export_moment, name="export_moment"),
]
