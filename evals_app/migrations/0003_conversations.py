from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evals", "0002_reports")]

    operations = [
        migrations.AlterField(
            model_name="result",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "planned"),
                    ("answered", "answered, not scored yet"),
                    ("scored", "scored"),
                    ("unparsed", "unparsed"),
                    ("failed", "failed"),
                    ("spoilt", "spoilt by the simulator"),
                ],
                default="planned",
                max_length=16,
            ),
        ),
    ]
