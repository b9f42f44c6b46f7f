from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evals", "0002_reports")]

    operations = [
        migrations.AddField(
            model_name="evalrun",
            name="cost_limit",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                help_text="US dollars it may cost at most.",
                max_digits=10,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="evalrun",
            name="token_limit",
            field=models.PositiveBigIntegerField(
                blank=True, help_text="Tokens it may take at most, both ways.", null=True
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="retries",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="How often it was asked again after a refusal."
            ),
        ),
    ]
