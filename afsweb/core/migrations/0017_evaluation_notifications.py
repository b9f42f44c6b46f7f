"""People can be told that an evaluation is done, and how a gate came out."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("core", "0016_notification_channels")]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("people", "somebody mentions or answers me, or waits for me"),
                    ("job_finished", "a job of mine has finished that took a minute or more"),
                    ("job_failed", "a job of mine has failed"),
                    ("job_lost", "a job of mine lost its machine"),
                    ("eval_done", "an evaluation of mine is done"),
                    ("gate_passed", "a version that I evaluated passes its gate"),
                    ("gate_failed", "a version that I evaluated fails its gate"),
                    ("stalled", "a training of mine stands still"),
                    ("disk_low", "a machine has little disk space left"),
                    ("quota_low", "a quota is nearly used up"),
                    ("finding", "a check of files and counts found something"),
                ],
                db_default="people",
                max_length=16,
            ),
        ),
    ]
