"""A line of history may lose people's words, and nothing else: a purge must reach what quotes what was purged.

Who, when, about what and which verb stay. What was emptied says so, and no line can be made to say anything else.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION core_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words CONSTANT text[] := '{before,after,reason}';
    emptied CONSTANT jsonb := '{"purged": true}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - words = to_jsonb(OLD) - words
            AND NEW.before = emptied AND NEW.after = emptied AND NEW.reason = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'history is append-only: a line of core_event cannot be changed or removed';
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION core_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only: a line of core_event cannot be changed or removed';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0007_own_keys_and_order")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
