"""A promotion is a signature: what was signed is never changed or taken back. And no current version is archived."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION training_promotion_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a promotion is signed: it cannot be changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER training_promotion_kept BEFORE UPDATE OR DELETE ON training_promotion
    FOR EACH ROW EXECUTE FUNCTION training_promotion_is_kept();
CREATE FUNCTION training_current_version_is_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM training_expert WHERE current_version_id = NEW.id) THEN
        RAISE EXCEPTION 'an expert''s current version cannot be archived' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_current_version_in_use BEFORE UPDATE OF is_archived ON training_modelversion
    FOR EACH ROW WHEN (NEW.is_archived AND NOT OLD.is_archived)
    EXECUTE FUNCTION training_current_version_is_in_use();
CREATE FUNCTION training_archived_is_not_current() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Held, so that nobody archives it before this transaction is over.
    IF EXISTS (SELECT FROM training_modelversion WHERE id = NEW.current_version_id AND is_archived FOR SHARE) THEN
        RAISE EXCEPTION 'an archived version cannot become current' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_archived_not_current BEFORE UPDATE OF current_version_id ON training_expert
    FOR EACH ROW WHEN (NEW.current_version_id IS DISTINCT FROM OLD.current_version_id)
    EXECUTE FUNCTION training_archived_is_not_current();
"""
BACKWARD = """
DROP TRIGGER training_archived_not_current ON training_expert; DROP FUNCTION training_archived_is_not_current();
DROP TRIGGER training_current_version_in_use ON training_modelversion;
DROP FUNCTION training_current_version_is_in_use();
DROP TRIGGER training_promotion_kept ON training_promotion; DROP FUNCTION training_promotion_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0003_trainings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
