"""History is append-only in the database itself, not by agreement."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only: a line of core_event cannot be changed or removed';
END $$;
CREATE TRIGGER core_event_append_only BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION core_event_is_append_only();
"""
BACKWARD = "DROP TRIGGER core_event_append_only ON core_event; DROP FUNCTION core_event_is_append_only();"


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
