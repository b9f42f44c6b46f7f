from __future__ import annotations

from django.urls import path

from datasets_app.snapshots import views

urlpatterns = [
    path("", views.list_snapshots, name="list_snapshots"),
    path("build/", views.build_snapshot, name="build_snapshot"),
    path("<uuid:snapshot_id>/", views.show_snapshot, name="show_snapshot"),
    path("<uuid:snapshot_id>/compare/", views.compare_snapshots, name="compare_snapshots"),
    path("<uuid:snapshot_id>/README.md", views.download_card, name="download_card"),
    path("<uuid:snapshot_id>/shares.json", views.draw_shares, name="draw_shares"),
    path("<uuid:snapshot_id>/export/", views.export_snapshot, name="export_snapshot"),
    path("<uuid:snapshot_id>/archive/", views.archive, name="archive_snapshot"),
    path("<uuid:snapshot_id>/restore/", views.restore, name="restore_snapshot"),
    path("<uuid:snapshot_id>/delete/", views.delete, name="delete_snapshot"),
]
