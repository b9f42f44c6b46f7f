"""Where artifacts lie, how long unused ones stay, and how large each kind is, counted by a trigger."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

KINDS = ("base_model", "snapshot", "checkpoint", "adapter", "export", "map")
KEEP_DAYS = 30
COUNTED = """
CREATE FUNCTION core_count_artifact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO core_shelf AS shelf (kind, artifacts, size_bytes) VALUES (NEW.kind, 1, NEW.size_bytes)
        ON CONFLICT (kind) DO UPDATE
        SET artifacts = shelf.artifacts + 1, size_bytes = shelf.size_bytes + EXCLUDED.size_bytes;
    ELSE
        UPDATE core_shelf SET artifacts = artifacts - 1, size_bytes = size_bytes - OLD.size_bytes
        WHERE kind = OLD.kind;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER core_artifact_counted AFTER INSERT OR DELETE ON core_artifact
    FOR EACH ROW EXECUTE FUNCTION core_count_artifact();
"""
NOT_COUNTED = "DROP TRIGGER core_artifact_counted ON core_artifact; DROP FUNCTION core_count_artifact();"


def fill_shelves(apps, _schema_editor):
    """One shelf of each kind, with what is there."""
    Artifact, Shelf = apps.get_model("core", "Artifact"), apps.get_model("core", "Shelf")
    counts = Artifact.objects.values("kind").annotate(artifacts=models.Count("pk"), size_bytes=models.Sum("size_bytes"))
    counted = {row.pop("kind"): row for row in counts.order_by()}
    Shelf.objects.bulk_create(Shelf(kind=kind, keep_days=KEEP_DAYS, **counted.get(kind, {})) for kind in KINDS)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0011_host_tokens'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArtifactCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verified_at', models.DateTimeField(help_text='When they were last read there to the end, and found whole.')),
            ],
            options={
                'verbose_name_plural': 'artifact copies',
            },
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('kind', models.CharField(choices=[('base_model', 'base model'), ('snapshot', 'snapshot'), ('checkpoint', 'checkpoint'), ('adapter', 'adapter'), ('export', 'export'), ('map', 'map')], max_length=16, primary_key=True, serialize=False)),
                ('artifacts', models.PositiveIntegerField(default=0, editable=False)),
                ('size_bytes', models.BigIntegerField(default=0, editable=False)),
                ('keep_days', models.PositiveSmallIntegerField(blank=True, help_text='What nothing uses goes so many days after it was last stored.', null=True)),
                ('keep_newest', models.PositiveSmallIntegerField(blank=True, help_text='What nothing uses goes unless it is among so many newest of its kind.', null=True)),
            ],
            options={
                'verbose_name_plural': 'shelves',
                'ordering': ['kind'],
            },
        ),
        migrations.AddField(
            model_name='artifact',
            name='kept_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, help_text='When equal files were last stored; what nothing uses ages from here.'),
        ),
        migrations.AddIndex(
            model_name='artifact',
            index=django.contrib.postgres.indexes.GinIndex(fields=['manifest'], name='artifact_content', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddIndex(
            model_name='artifact',
            index=models.Index(fields=['kind', '-id'], name='artifact_kind_newest'),
        ),
        migrations.AddField(
            model_name='artifactcopy',
            name='artifact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='core.artifact'),
        ),
        migrations.AddField(
            model_name='artifactcopy',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='core.host'),
        ),
        migrations.AddConstraint(
            model_name='artifactcopy',
            constraint=models.UniqueConstraint(fields=('artifact', 'host'), name='one_copy_of_each_host'),
        ),
        migrations.RunPython(fill_shelves, migrations.RunPython.noop),
        migrations.RunSQL(COUNTED, NOT_COUNTED),
    ]
