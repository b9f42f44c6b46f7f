"""A ready snapshot is immutable in the database itself: it goes whole, or it stays as it is.

The columns that may still change are named, not those that may not: a column that comes later is held too.
Entries are looked at once per statement, for a snapshot may have a million.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION datasets_ready_snapshot_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := '{name,is_archived,job_id}';
BEGIN
    IF OLD.state = 'ready' AND to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'a ready snapshot is immutable: % keeps what it is', OLD.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER datasets_ready_snapshot_immutable BEFORE UPDATE ON datasets_snapshot
    FOR EACH ROW EXECUTE FUNCTION datasets_ready_snapshot_is_immutable();

-- The lock: nothing joins or leaves a snapshot while another transaction makes it ready.
-- A snapshot that was deleted first is not found here, so its entries may follow it.
CREATE FUNCTION datasets_ready_snapshot_keeps_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF 'ready' = ANY (ARRAY(
        SELECT state FROM datasets_snapshot WHERE id IN (SELECT snapshot_id FROM touched) FOR NO KEY UPDATE
    )) THEN
        RAISE EXCEPTION 'a ready snapshot is immutable: no entry joins it, changes or leaves it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER datasets_entry_joins AFTER INSERT ON datasets_snapshotentry
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION datasets_ready_snapshot_keeps_entries();
CREATE TRIGGER datasets_entry_changes_from AFTER UPDATE ON datasets_snapshotentry
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION datasets_ready_snapshot_keeps_entries();
CREATE TRIGGER datasets_entry_changes_to AFTER UPDATE ON datasets_snapshotentry
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION datasets_ready_snapshot_keeps_entries();
CREATE TRIGGER datasets_entry_leaves AFTER DELETE ON datasets_snapshotentry
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION datasets_ready_snapshot_keeps_entries();
"""
BACKWARD = """
DROP TRIGGER datasets_entry_leaves ON datasets_snapshotentry;
DROP TRIGGER datasets_entry_changes_to ON datasets_snapshotentry;
DROP TRIGGER datasets_entry_changes_from ON datasets_snapshotentry;
DROP TRIGGER datasets_entry_joins ON datasets_snapshotentry;
DROP FUNCTION datasets_ready_snapshot_keeps_entries();
DROP TRIGGER datasets_ready_snapshot_immutable ON datasets_snapshot;
DROP FUNCTION datasets_ready_snapshot_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("datasets", "0002_first_rows")]
    operations = [
        migrations.AlterField(
            model_name="snapshotentry",
            name="snapshot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="entries", to="datasets.snapshot"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
