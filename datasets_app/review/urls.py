from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets_app.review import editing, panels, queue_views, views, wire

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.review, name="review"),
    path("next/", wire.claim_cards, name="claim_cards"),
    path("cards/", wire.show_cards, name="show_cards"),
    path("decisions/", wire.send_decisions, name="send_decisions"),
    path("decisions/undo/", views.undo_newest, name="undo_newest"),
    path("decisions/<uuid:review_id>/undo/", views.undo_review, name="undo_review"),
    path("versions/<uuid:version_id>/", editing.show_sample_version, name="show_sample_version"),
    path("versions/<uuid:version_id>/decide/", views.decide_sample_version, name="decide_sample_version"),
    path("samples/<uuid:sample_id>/near/", panels.list_neighbours, name="list_neighbours"),
    path("versions/<uuid:version_id>/verify/", panels.verify_sample_version, name="verify_sample_version"),
    path("versions/<uuid:version_id>/cluster/", panels.decide_near_duplicates, name="decide_near_duplicates"),
    path("versions/<uuid:version_id>/edit/", editing.edit_sample_version, name="edit_sample_version"),
    path("versions/<uuid:version_id>/check/", editing.check_sample_version, name="check_sample_version"),
    path("versions/<uuid:version_id>/save/", editing.save_sample_version, name="save_sample_version"),
    path("queues/", queue_views.list_queues, name="list_queues"),
    path("queues/new/", queue_views.new_queue, name="new_queue"),
    path("queues/<uuid:queue_id>/", queue_views.show_queue, name="show_queue"),
    path("queues/<uuid:queue_id>/edit/", queue_views.edit_queue, name="edit_queue"),
    path("queues/<uuid:queue_id>/archive/", queue_views.archive, name="archive_queue"),
    path("queues/<uuid:queue_id>/restore/", queue_views.restore, name="restore_queue"),
]
