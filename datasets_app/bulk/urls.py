from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.bulk import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.preview_bulk, name="preview_bulk"),
    path("<uuid:action_id>/", views.show_bulk, name="show_bulk"),
    path("<uuid:action_id>/confirm/", views.confirm_bulk, name="confirm_bulk"),
    path("<uuid:action_id>/stop/", views.stop_bulk, name="stop_bulk"),
    path("<uuid:action_id>/continue/", views.continue_bulk, name="continue_bulk"),
    path("<uuid:action_id>/undo/", views.undo_bulk, name="undo_bulk"),
]
