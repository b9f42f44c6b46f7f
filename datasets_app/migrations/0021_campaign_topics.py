"""A campaign may be about some topics only: what an evaluation found wanting."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("datasets", "0020_gold_costs_less")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="topics",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=48),
                blank=True,
                default=list,
                help_text="Of the domain; empty: all of them.",
                size=None,
            ),
        ),
    ]
