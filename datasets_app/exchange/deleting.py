"""Deleting an export: its row and its files go, a line of history stays."""

from __future__ import annotations

from django.db import connection, transaction

from afsweb.core.artifacts import drop_artifact
from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.exchange.errors import ExportBusy, NotYourExport
from datasets_app.models import Export


@transaction.atomic
def delete_export(export: Export, *, by: User | None, via: EventSource = EventSource.UI) -> bool:
    """Delete an export with its files; `by` is nobody on the command line, where everything may be done.

    Files that another row has as well stay: then it gives False. Deleting twice is deleting once. Raises
    `NotYourExport`, `ExportBusy`.
    """
    if by is not None and not export.may_delete(by):
        maker = export.created_by
        raise NotYourExport(export=export.name, who=f"{maker} or an admin" if maker else "an admin")
    locked = _lock(export)
    if locked is None:
        return True
    if locked.job is not None and not locked.job.is_final:
        raise ExportBusy(export=locked.name)
    artifact = locked.artifact
    before = {"name": locked.name, "format": locked.format, "sha256": artifact.sha256 if artifact else ""}
    record("delete", locked, actor=by, source=via, before=before)
    locked.delete()
    return artifact is None or drop_artifact(artifact)


def _lock(export: Export) -> Export | None:
    """The export as it stands, for this transaction alone; None where somebody else deleted it."""
    with connection.cursor() as cursor:
        # A purge locks the table and then rows of it: who holds a row and then waits for the table would never get it.
        cursor.execute("LOCK TABLE datasets_export IN ROW EXCLUSIVE MODE")
    rows = Export.objects.select_for_update(of=("self",)).select_related("job", "artifact")
    return rows.filter(pk=export.pk).first()
