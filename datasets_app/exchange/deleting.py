"""Deleting an export: its row and its files go, a line of history stays."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.artifacts import drop_artifact
from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.exchange.errors import ExportBusy, NotYourExport
from datasets_app.models import Export


@transaction.atomic
def delete_export(export: Export, *, by: User | None, via: EventSource = EventSource.UI) -> bool:
    """Delete an export with its files; `by` is nobody on the command line, where everything may be done.

    Files that another row has as well stay: then it gives False. Raises `NotYourExport`, `ExportBusy`.
    """
    if by is not None and not export.may_delete(by):
        maker = export.created_by
        raise NotYourExport(export=export.name, who=f"{maker} or an admin" if maker else "an admin")
    locked = Export.objects.select_for_update(of=("self",)).select_related("job", "artifact").get(pk=export.pk)
    if locked.job is not None and not locked.job.is_final:
        raise ExportBusy(export=locked.name)
    artifact = locked.artifact
    before = {"name": locked.name, "format": locked.format, "sha256": artifact.sha256 if artifact else ""}
    record("delete", locked, actor=by, source=via, before=before)
    locked.delete()
    return artifact is None or drop_artifact(artifact)
