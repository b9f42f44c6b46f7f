"""Which samples the files of an export hold: kept from now on, so that a purge drops only the exports that hold it."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0017_fewer_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportContent",
            fields=[
                (
                    "export",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="datasets.export",
                    ),
                ),
                ("samples", models.BinaryField(help_text="Their ids, 16 bytes each.")),
            ],
        ),
    ]
