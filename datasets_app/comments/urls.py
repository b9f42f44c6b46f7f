from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.comments import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("on/<uuid:version_id>/", views.add_comment, name="add_comment"),
    path("<uuid:comment_id>/answer/", views.answer_comment, name="answer_comment"),
    path("<uuid:comment_id>/edit/", views.edit_comment, name="edit_comment"),
    path("<uuid:comment_id>/delete/", views.delete_comment, name="delete_comment"),
    path("<uuid:comment_id>/settle/", views.settle_comment, name="settle_comment"),
]
