"""A snapshot may be of several domains, is balanced, keeps its figures; an entry knows its sample.

The sample of an entry is its version's, so it is written for the entries of ready snapshots too, past the triggers that
keep those as they are.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

SAMPLES_OF_ENTRIES = """
ALTER TABLE datasets_snapshotentry DISABLE TRIGGER USER;
UPDATE datasets_snapshotentry SET sample_id = version.sample_id
    FROM datasets_sampleversion AS version WHERE version.id = version_id;
ALTER TABLE datasets_snapshotentry ENABLE TRIGGER USER;
"""


def _sample(**more: bool) -> models.ForeignKey:
    return models.ForeignKey(
        "datasets.sample",
        django.db.models.deletion.DO_NOTHING,
        related_name="snapshot_entries",
        db_constraint=False,
        db_index=False,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("datasets", "0013_bulk_actions")]
    operations = [
        migrations.AddField(
            "snapshot", "balance", models.JSONField(default=dict, help_text="How many of each kind at most.")
        ),
        migrations.AddField(
            "snapshot",
            "figures",
            models.JSONField(default=dict, help_text="What is in it, as counted when it was built."),
        ),
        migrations.AlterField(
            "snapshot",
            "domain",
            models.ForeignKey(
                "datasets.domain",
                django.db.models.deletion.PROTECT,
                null=True,
                blank=True,
                related_name="snapshots",
                help_text="None: of several.",
            ),
        ),
        migrations.AddField("snapshotentry", "sample", _sample(null=True)),
        migrations.RunSQL(SAMPLES_OF_ENTRIES, migrations.RunSQL.noop),
        migrations.AlterField("snapshotentry", "sample", _sample()),
        migrations.AlterField(
            "snapshotentry",
            "snapshot",
            models.ForeignKey(
                "datasets.snapshot",
                django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                db_index=False,
            ),
        ),
        migrations.RemoveConstraint("snapshotentry", "a_version_once_per_snapshot"),
        migrations.AddConstraint(
            "snapshotentry",
            models.UniqueConstraint(
                fields=["snapshot", "sample"], include=["version", "split"], name="a_sample_once_per_snapshot"
            ),
        ),
    ]
