"""What looks like a secret in a text; and a purge, the one thing that is stronger than a ready snapshot.

A ready snapshot may become “purged”, which empties its artifact and changes nothing else, and no other change leads
there or away from it. Entries may leave a purged snapshot, as the purged sample's must, and never join it or change.
"""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = """
CREATE OR REPLACE FUNCTION datasets_ready_snapshot_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := '{name,is_archived,job_id}';
    purged CONSTANT text[] := free || '{state,artifact_id}';
BEGIN
    IF OLD.state NOT IN ('ready', 'purged') OR to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'ready' AND NEW.state = 'purged' AND NEW.artifact_id IS NULL
            AND to_jsonb(NEW) - purged = to_jsonb(OLD) - purged THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a ready snapshot is immutable: % keeps what it is', OLD.name
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION datasets_ready_snapshot_keeps_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held CONSTANT text[] := CASE TG_OP WHEN 'DELETE' THEN '{ready}' ELSE '{ready,purged}' END;
BEGIN
    IF held && ARRAY(
        SELECT state::text FROM datasets_snapshot
        WHERE id IN (SELECT snapshot_id FROM touched) FOR NO KEY UPDATE
    ) THEN
        RAISE EXCEPTION 'a ready snapshot is immutable: no entry joins it, changes or leaves it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION datasets_ready_snapshot_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := '{name,is_archived,job_id}';
BEGIN
    IF OLD.state = 'ready' AND to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'a ready snapshot is immutable: % keeps what it is', OLD.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION datasets_ready_snapshot_keeps_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF 'ready' = ANY (ARRAY(
        SELECT state FROM datasets_snapshot WHERE id IN (SELECT snapshot_id FROM touched) FOR NO KEY UPDATE
    )) THEN
        RAISE EXCEPTION 'a ready snapshot is immutable: no entry joins it, changes or leaves it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_own_keys_and_order'),
        ('datasets', '0015_golden_comments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SecretFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('field', models.CharField(help_text='As in comments: a field, or turn-1 and so on.', max_length=16)),
                ('line', models.PositiveIntegerField(help_text='From 1 in that field.')),
                ('kind', models.CharField(max_length=32)),
                ('excerpt', models.CharField(max_length=60)),
                ('digest', models.CharField(help_text="HMAC-SHA256 of the secret under this installation's key.", max_length=64)),
                ('found_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('how', models.CharField(blank=True, choices=[('', 'open'), ('false_alarm', 'false alarm'), ('allowed', 'allowed'), ('removed', 'removed by an edit')], default='', max_length=16)),
                ('for_all', models.BooleanField(default=False, help_text='Equal ones that are found later pass too.')),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SecretScan',
            fields=[
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='secret_scan', serialize=False, to='datasets.sampleversion')),
                ('edition', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.AlterField(
            model_name='snapshot',
            name='state',
            field=models.CharField(choices=[('building', 'building'), ('ready', 'ready'), ('failed', 'failed'), ('purged', 'held a purged sample')], default='building', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'purged'), _negated=True), ('artifact__isnull', True), _connector='OR'), name='purged_snapshot_has_no_files'),
        ),
        migrations.AddField(
            model_name='secretfinding',
            name='resolved_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='secretfinding',
            name='sample',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='datasets.sample'),
        ),
        migrations.AddField(
            model_name='secretfinding',
            name='version',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='secrets', to='datasets.sampleversion'),
        ),
        migrations.AddIndex(
            model_name='secretfinding',
            index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('how__in', ('', 'removed'))), name='secret_held_back'),
        ),
        migrations.AddIndex(
            model_name='secretfinding',
            index=models.Index(fields=['digest'], name='secret_equal'),
        ),
        migrations.AddIndex(
            model_name='secretfinding',
            index=models.Index(fields=['sample', 'version'], name='secret_of_sample'),
        ),
        migrations.AddConstraint(
            model_name='secretfinding',
            constraint=models.UniqueConstraint(fields=('version', 'field', 'kind', 'digest'), name='a_secret_once_per_field'),
        ),
        migrations.AddConstraint(
            model_name='secretfinding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', ''), ('resolved_at__isnull', True)), models.Q(models.Q(('how', ''), _negated=True), ('resolved_at__isnull', False)), _connector='OR'), name='resolved_secret_says_when'),
        ),
        migrations.RunSQL(IMMUTABLE, AS_BEFORE),
    ]
