from __future__ import annotations

from django.urls import path

from datasets_app.exchange import export_views as exports
from datasets_app.exchange import mapping_views as mapping
from datasets_app.exchange import reject_views as rejects
from datasets_app.exchange import source_views as sources

urlpatterns = [
    path("sources/", sources.list_sources, name="list_sources"),
    path("sources/import/", sources.import_source, name="import_source"),
    path("sources/<uuid:source_id>/", sources.show_source, name="show_source"),
    path("sources/<uuid:source_id>/columns/", mapping.map_columns, name="map_columns"),
    path("sources/<uuid:source_id>/rejects/", rejects.download_rejects, name="download_rejects"),
    path("sources/<uuid:source_id>/continue/", rejects.continue_source, name="continue_source"),
    path("sources/<uuid:source_id>/import-good-lines/", sources.import_good_lines, name="import_good_lines"),
    path("sources/<uuid:source_id>/retry/", sources.retry_import, name="retry_import"),
    path("sources/<uuid:source_id>/undo/", sources.undo_import, name="undo_source"),
    path("sources/<uuid:source_id>/archive/", sources.archive, name="archive_source"),
    path("sources/<uuid:source_id>/restore/", sources.restore, name="restore_source"),
    path("sources/<uuid:source_id>/gate/", sources.let_gate, name="let_gate_decide"),
    path("sources/<uuid:source_id>/examine/", sources.examine_again, name="examine_source"),
    path("snapshots/<uuid:snapshot_id>/write/", exports.write_snapshot, name="write_snapshot"),
    path("exports/", exports.list_exports, name="list_exports"),
    path("exports/samples/", exports.export_samples, name="export_samples"),
    path("exports/<uuid:export_id>/", exports.show_export, name="show_export"),
    path("exports/<uuid:export_id>/download/", exports.download_export, name="download_export"),
    path("exports/<uuid:export_id>/delete/", exports.delete, name="delete_export"),
]
