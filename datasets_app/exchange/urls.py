from __future__ import annotations

from django.urls import path

from datasets_app.exchange import source_views as sources

urlpatterns = [
    path("sources/", sources.list_sources, name="list_sources"),
    path("sources/import/", sources.import_source, name="import_source"),
    path("sources/<uuid:source_id>/", sources.show_source, name="show_source"),
    path("sources/<uuid:source_id>/rejects/", sources.download_rejects, name="download_rejects"),
    path("sources/<uuid:source_id>/import-good-lines/", sources.import_good_lines, name="import_good_lines"),
    path("sources/<uuid:source_id>/retry/", sources.retry_import, name="retry_import"),
    path("sources/<uuid:source_id>/undo/", sources.undo_import, name="undo_source"),
    path("sources/<uuid:source_id>/archive/", sources.archive, name="archive_source"),
    path("sources/<uuid:source_id>/restore/", sources.restore, name="restore_source"),
    path("sources/<uuid:source_id>/gate/", sources.let_gate, name="let_gate_decide"),
    path("sources/<uuid:source_id>/examine/", sources.examine_again, name="examine_source"),
]
